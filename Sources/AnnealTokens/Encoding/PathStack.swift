/// The pieces of a path through the normalised text, pushed from the last to the first. Storage grows and is kept.
struct PathStack: ~Copyable {
    struct Piece {
        var start: Int32
        var end: Int32
        /// -1 for unknown.
        var id: Int32
    }

    private(set) var pieces: UnsafeMutablePointer<Piece>
    private var capacity = 256
    private(set) var count = 0

    init() { pieces = .allocate(capacity: capacity) }

    deinit { pieces.deallocate() }

    mutating func removeAll() { count = 0 }

    @inline(__always)
    mutating func push(_ piece: Piece) {
        if count == capacity {
            let new = UnsafeMutablePointer<Piece>.allocate(capacity: capacity * 2)
            new.update(from: pieces, count: count)
            pieces.deallocate()
            pieces = new
            capacity *= 2
        }
        pieces[count] = piece
        count &+= 1
    }
}

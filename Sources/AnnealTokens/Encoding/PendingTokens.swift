/// Tokens that were found but not handed out yet. Storage grows and is kept.
struct PendingTokens: ~Copyable {
    private(set) var ids: UnsafeMutablePointer<UInt32>
    private(set) var starts: UnsafeMutablePointer<UInt32>
    private(set) var ends: UnsafeMutablePointer<UInt32>
    private(set) var capacity = 256
    /// Tokens before this one were handed out.
    private(set) var first = 0
    private(set) var count = 0

    init() {
        ids = .allocate(capacity: capacity)
        starts = .allocate(capacity: capacity)
        ends = .allocate(capacity: capacity)
    }

    deinit {
        ids.deallocate()
        starts.deallocate()
        ends.deallocate()
    }

    var isEmpty: Bool { first == count }

    mutating func removeAll() {
        first = 0
        count = 0
    }

    @inline(__always)
    mutating func append(_ id: UInt32, _ start: UInt32, _ end: UInt32) {
        if count == capacity { grow() }
        ids[count] = id
        starts[count] = start
        ends[count] = end
        count &+= 1
    }

    /// - Precondition: there is a token.
    mutating func extendLast(to end: UInt32) { ends[count - 1] = end }

    private mutating func grow() {
        let larger = capacity * 2
        func move(_ old: UnsafeMutablePointer<UInt32>) -> UnsafeMutablePointer<UInt32> {
            let new = UnsafeMutablePointer<UInt32>.allocate(capacity: larger)
            new.update(from: old, count: count)
            old.deallocate()
            return new
        }
        ids = move(ids)
        starts = move(starts)
        ends = move(ends)
        capacity = larger
    }

    /// Hands out tokens, at most `room` and all but the last `held`.
    /// - Returns: how many.
    mutating func drain(
        to ids: UnsafeMutablePointer<UInt32>, _ starts: UnsafeMutablePointer<UInt32>?,
        _ ends: UnsafeMutablePointer<UInt32>?, room: Int, held: Int
    ) -> Int {
        let number = min(room, max(0, count - first - held))
        guard number > 0 else { return 0 }
        // Mostly the few tokens of one word: less than a call would cost.
        for index in 0..<number { ids[index] = self.ids[first &+ index] }
        if let starts { for index in 0..<number { starts[index] = self.starts[first &+ index] } }
        if let ends { for index in 0..<number { ends[index] = self.ends[first &+ index] } }
        first += number
        if first == count { removeAll() }
        return number
    }
}

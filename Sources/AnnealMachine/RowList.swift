/// Rows with their gains, in two arrays, as the kernels read them. Its owner deallocates it.
public struct RowList {
    let index: UnsafeMutablePointer<UInt32>
    let gain: UnsafeMutablePointer<Int16>
    public internal(set) var count = 0

    init(capacity: Int) {
        index = .allocate(capacity: capacity)
        gain = .allocate(capacity: capacity)
    }

    func deallocate() {
        index.deallocate()
        gain.deallocate()
    }

    /// The place of a row among those that are stored alike, and its gain.
    /// - Precondition: `0 <= position < count`.
    public subscript(position: Int) -> (row: UInt32, gain: Int16) {
        precondition(position >= 0 && position < count)
        return (index[position], gain[position])
    }

    /// - Precondition: there is room: ``Lowering`` has asked for it.
    @inline(__always)
    mutating func append(_ row: UInt32, _ gain: Int16) {
        index[count] = row
        self.gain[count] = gain
        count &+= 1
    }
}

/// Pairs of rows with their gains, and the role that each is merged through. Its owner deallocates it.
public struct MergeList {
    /// The row of a token and its gain.
    public typealias Side = (row: UInt32, gain: Int16)
    private let sides: UnsafeMutablePointer<(left: Side, right: Side, role: UInt32)>
    public internal(set) var count = 0

    init(capacity: Int) { sides = .allocate(capacity: capacity) }

    func deallocate() { sides.deallocate() }

    /// - Precondition: `0 <= position < count`.
    public subscript(position: Int) -> (left: Side, right: Side, role: UInt32) {
        precondition(position >= 0 && position < count)
        return sides[position]
    }

    /// - Precondition: there is room: ``Lowering`` has asked for it.
    @inline(__always)
    mutating func append(_ left: Side, _ right: Side, role: UInt32) {
        (sides + count).initialize(to: (left, right, role))
        count &+= 1
    }
}

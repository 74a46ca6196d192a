/// Where each key (a token, a class) stands: positions by key, ascending.
struct PostingIndex: ~Copyable {
    private let starts: UnsafeMutablePointer<Int32>
    private let positions: UnsafeMutablePointer<Int32>
    private let keyCount: Int

    /// Counts and places.
    /// - Parameter key: the key of a position, or a number that is no key for one that is left out.
    /// - Complexity: O(positions + keys).
    init(keyCount: Int, positionCount: Int, key: (Int) -> Int) {
        self.keyCount = keyCount
        starts = .allocate(capacity: keyCount + 2)
        starts.initialize(repeating: 0, count: keyCount + 2)
        positions = .allocate(capacity: max(positionCount, 1))
        for position in 0..<positionCount {
            let key = key(position)
            if key >= 0, key < keyCount { starts[key + 2] += 1 }
        }
        for key in 0..<keyCount { starts[key + 2] += starts[key + 1] }
        // Entry `key + 1` is where the next position of the key goes, and ends as the start of the key after it.
        for position in 0..<positionCount {
            let key = key(position)
            guard key >= 0, key < keyCount else { continue }
            positions[Int(starts[key + 1])] = Int32(position)
            starts[key + 1] += 1
        }
    }

    deinit {
        starts.deallocate()
        positions.deallocate()
    }

    /// The positions of a key, ascending; none for a number that is no key.
    @inline(__always)
    func positions(of key: Int) -> UnsafeBufferPointer<Int32> {
        guard key >= 0, key < keyCount else { return UnsafeBufferPointer(start: nil, count: 0) }
        return UnsafeBufferPointer(
            start: positions + Int(starts[key]), count: Int(starts[key + 1]) - Int(starts[key]))
    }

    /// Number of positions of a key.
    @inline(__always)
    func count(of key: Int) -> Int { key >= 0 && key < keyCount ? Int(starts[key + 1]) - Int(starts[key]) : 0 }
}

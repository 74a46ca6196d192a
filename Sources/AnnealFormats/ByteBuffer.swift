import AnnealPlatform

/// Growing bytes on the C heap.
///
/// Unlike an array it moves its pages instead of copying them, so that a line of 50 MB never
/// takes twice its size; and it hands out uninitialised room for a vector to be written into.
public struct ByteBuffer: ~Copyable {
    public private(set) var start: UnsafeMutablePointer<UInt8>?
    public private(set) var count = 0
    private var capacity = 0

    public init() {}

    deinit { CMemory.free(start) }

    /// Valid until the next change.
    public var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

    /// Forgets the content, and gives the memory back if it is more than `limit`.
    public mutating func removeAll(keepingAtMost limit: Int = 1 << 22) {
        count = 0
        if capacity > limit {
            CMemory.free(start)
            start = nil
            capacity = 0
        }
    }

    /// Drops what stands behind the first `newCount` bytes.
    public mutating func truncate(to newCount: Int) {
        precondition(newCount <= count)
        count = newCount
    }

    /// Room for `extra` more bytes behind the content; ``advance(by:)`` then makes them part of it.
    /// - Complexity: O(1) amortised.
    public mutating func room(for extra: Int) -> UnsafeMutablePointer<UInt8> {
        let needed = count + extra
        if needed > capacity || start == nil {
            let wanted = max(needed, capacity + capacity / 2, 4096)
            start = CMemory.resize(start, to: wanted).assumingMemoryBound(to: UInt8.self)
            capacity = wanted
        }
        return start! + count
    }

    public mutating func advance(by written: Int) {
        precondition(count + written <= capacity)
        count += written
    }

    public mutating func append(_ source: UnsafePointer<UInt8>, count length: Int) {
        room(for: length).update(from: source, count: length)
        count += length
    }

    public mutating func append(_ byte: UInt8) {
        room(for: 1).pointee = byte
        count += 1
    }

    public mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            if let base = utf8.baseAddress { append(base, count: utf8.count) }
        }
    }

    public mutating func append(_ text: StaticString) {
        append(text.utf8Start, count: text.utf8CodeUnitCount)
    }

    /// Decimal digits, without making a string.
    public mutating func append(decimal value: UInt64) {
        var value = value
        let place = room(for: 20)
        var length = 0
        repeat {
            place[length] = UInt8(truncatingIfNeeded: value % 10) + 0x30
            value /= 10
            length += 1
        } while value > 0
        var digits = UnsafeMutableBufferPointer(start: place, count: length)
        digits.reverse()
        count += length
    }
}

/// The pieces of a vocabulary: their texts one behind the other, and a table by which those that texts can have are found.
///
/// A piece takes its bytes, four bytes for where they end, eight to sixteen of the table, and one to two of a filter.
final class PieceTable: @unchecked Sendable {
    // Sendable: `append` is called while one thread makes the table; after that it is only read.

    /// Pieces so far.
    private(set) var count = 0
    /// Bytes of the longest piece that is sought.
    private(set) var longest = 0

    private let texts: UnsafeMutablePointer<UInt8>
    private let byteCapacity: Int
    /// Where each text begins, and the last one ends.
    private let starts: UnsafeMutablePointer<UInt32>
    private let capacity: Int
    /// Ids, each in the first place that was free from that of its hash on, under some more bits of the hash: most
    /// others are told from it without a look at their texts. `.max` where there is none.
    private let places: UnsafeMutablePointer<UInt32>
    private let placeBits: Int
    /// A bit for each of some hashes: most texts that are no piece are told from one by it, in a few kilobytes.
    private let filter: UnsafeMutablePointer<UInt8>
    private var filterBits: Int { placeBits + 2 }
    private let idBits: Int
    /// Another one each time, so that no file can have been made for all pieces to have one place.
    private let seed = UInt64.random(in: .min ... .max)

    /// What a table will take, in bytes.
    static func memory(count: Int, byteCount: Int) -> Int {
        byteCount + 4 * (count + 1) + (4 << placeBits(count)) + (1 << (placeBits(count) - 1))
    }

    /// Room for some pieces of so many bytes together.
    /// - Precondition: `count` below 2^30, `byteCount` below 2^32.
    init(count: Int, byteCount: Int) {
        precondition(count < 1 << 30 && byteCount <= UInt32.max)
        capacity = count
        byteCapacity = byteCount
        texts = .allocate(capacity: byteCount)
        starts = .allocate(capacity: count + 1)
        starts[0] = 0
        placeBits = Self.placeBits(count)
        // So that no id is all ones.
        idBits = Int.bitWidth - count.leadingZeroBitCount
        places = .allocate(capacity: 1 << placeBits)
        places.initialize(repeating: .max, count: 1 << placeBits)
        filter = .allocate(capacity: 1 << (placeBits - 1))
        filter.initialize(repeating: 0, count: 1 << (placeBits - 1))
    }

    deinit {
        texts.deallocate()
        starts.deallocate()
        places.deallocate()
        filter.deallocate()
    }

    /// At least half of the places stay free.
    private static func placeBits(_ count: Int) -> Int { Int.bitWidth - max(1, 2 * count - 1).leadingZeroBitCount }

    /// Adds a piece under the next id.
    /// - Parameters:
    ///   - isSought: whether texts can have it; marks of beginning and end they cannot.
    ///   - space: what stands for a space of the text.
    /// - Returns: the piece of the same text that is sought already: it stays the one that is found.
    /// - Precondition: there is room.
    @discardableResult
    func append(_ text: UnsafeRawBufferPointer, isSought: Bool) -> UInt32? {
        let start = Int(starts[count])
        precondition(count < capacity && text.count <= byteCapacity - start, "a table has room for what was announced")
        for (index, byte) in text.enumerated() { texts[start + index] = byte }
        starts[count + 1] = UInt32(start + text.count)
        let id = UInt32(count)
        count += 1
        return isSought ? index(id, UnsafeBufferPointer(start: texts + start, count: text.count)) : nil
    }

    /// Has a piece be found under a text, which is its own or another.
    @discardableResult
    func index(_ id: UInt32, _ text: UnsafeBufferPointer<UInt8>) -> UInt32? {
        let hash = hash(text)
        if let earlier = find(text, hash) { return earlier }
        longest = max(longest, text.count)
        var place = place(hash)
        while places[place] != .max { place = (place + 1) & (1 << placeBits - 1) }
        places[place] = tag(hash) << UInt32(idBits) | id
        filter[Int(filtered(hash) >> 3)] |= 1 << UInt8(filtered(hash) & 7)
        return nil
    }

    /// The bytes of a piece, valid as long as the table.
    /// - Precondition: `id < count`.
    func bytes(of id: UInt32) -> UnsafeBufferPointer<UInt8> {
        precondition(id < count)
        let start = starts[Int(id)]
        return UnsafeBufferPointer(start: texts + Int(start), count: Int(starts[Int(id) + 1] - start))
    }

    /// The piece of a text.
    /// - Complexity: O(bytes), expected.
    func find(_ text: UnsafeBufferPointer<UInt8>) -> UInt32? {
        text.count > longest ? nil : find(text, hash(text))
    }

    /// The longest piece that a text begins with, and its bytes.
    /// - Complexity: O(longest²), for one hash a character.
    func longestPrefix(of text: UnsafeBufferPointer<UInt8>) -> (id: UInt32, count: Int)? {
        // Mostly it is all of the text.
        if let id = find(text) { return (id, text.count) }
        var found: (id: UInt32, count: Int)?
        var hash = seed
        for end in 1..<max(1, min(longest + 1, text.count)) {
            hash = Self.step(hash, text[end - 1])
            // A piece ends where a character does.
            if text[end] & 0xC0 == 0x80 { continue }
            if let id = find(UnsafeBufferPointer(rebasing: text[..<end]), Self.finish(hash)) { found = (id, end) }
        }
        return found
    }

    private func find(_ text: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> UInt32? {
        guard filter[Int(filtered(hash) >> 3)] & 1 << UInt8(filtered(hash) & 7) != 0 else { return nil }
        var place = place(hash)
        let tag = tag(hash)
        while places[place] != .max {
            let entry = places[place]
            if entry >> UInt32(idBits) == tag {
                // The same bits, and the tag is gone.
                let id = entry & (1 << UInt32(idBits) - 1)
                if isSame(id, text) { return id }
            }
            place = (place + 1) & (1 << placeBits - 1)
        }
        return nil
    }

    private func isSame(_ id: UInt32, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let own = bytes(of: id)
        guard own.count == text.count else { return false }
        for index in 0..<own.count where own[index] != text[index] { return false }
        return true
    }

    private func place(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> UInt64(64 - placeBits)) }

    /// The place in the filter, by other bits than those of the place in the table.
    private func filtered(_ hash: UInt64) -> UInt64 { (hash &* 0x9E37_79B9_7F4A_7C15) >> UInt64(64 - filterBits) }

    private func tag(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash) & (UInt32.max >> UInt32(idBits)) }

    /// FNV-1a, whose bits are mixed at the end.
    private func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash = seed
        for byte in text { hash = Self.step(hash, byte) }
        return Self.finish(hash)
    }

    @inline(__always)
    private static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }

    @inline(__always)
    private static func finish(_ hash: UInt64) -> UInt64 {
        let mixed = (hash ^ hash >> 32) &* 0xD6E8_FEB8_6659_FD93
        return mixed ^ mixed >> 32
    }
}

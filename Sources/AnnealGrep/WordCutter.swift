/// Cuts text and code into words: `getUserName`, `get_user_name` and `get user names` have the same ones.
///
/// A run of letters, digits and underscores is parted where the case changes and at underscores. Each part counts by its
/// stem in small letters, and what has several parts also as a whole. Words are known by 32-bit hashes.
enum WordCutter {
    /// Longer words are data: they are cut off.
    private static let wordBytesMax = 64

    /// Calls `body` with the hash of each word.
    /// - Parameters:
    ///   - text: gets the parts in small letters, with a blank behind each: what is embedded.
    ///   - body: `isWhole` for an identifier of several parts.
    /// - Complexity: O(bytes).
    @inline(__always)
    static func forEach(
        _ bytes: UnsafeBufferPointer<UInt8>, into text: inout [UInt8], _ body: (_ hash: UInt32, _ isWhole: Bool) -> Void
    ) {
        var place = 0
        let end = bytes.count
        while place < end {
            guard isWord(bytes[place]) else {
                place += 1
                continue
            }
            let start = place
            var parts = 0
            var partStart = place
            while true {
                let isEnd = place == end || !isWord(bytes[place])
                if isEnd || isCut(bytes, start, place, end) {
                    if place > partStart {
                        parts += 1
                        let stop = min(place, partStart + wordBytesMax)
                        for index in partStart..<stop { text.append(small(bytes[index])) }
                        text.append(0x20)
                        body(stemHash(bytes, partStart, stop), false)
                    }
                    if isEnd { break }
                    partStart = bytes[place] == 0x5F || bytes[place] == 0x24 ? place + 1 : place
                }
                place += 1
            }
            if parts > 1 { body(wholeHash(bytes, start, min(place, start + 2 * wordBytesMax)), true) }
        }
    }

    /// The hashes of the words of a text, in order.
    static func words(of text: some Sequence<UInt8>) -> [(hash: UInt32, isWhole: Bool)] {
        var words: [(hash: UInt32, isWhole: Bool)] = []
        var unused: [UInt8] = []
        Array(text).withUnsafeBufferPointer { bytes in
            forEach(bytes, into: &unused) { words.append(($0, $1)) }
        }
        return words
    }

    /// The hash of an identifier as a whole: without case and underscores.
    static func wholeHash(of text: some Sequence<UInt8>) -> UInt32 {
        Array(text).withUnsafeBufferPointer { wholeHash($0, 0, $0.count) }
    }

    /// The hash of a name as it is written, which is that of no word.
    static func exactHash(of text: some Sequence<UInt8>) -> UInt32 {
        var hash: UInt32 = 0x1234_5679
        for byte in text { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        return mixed(hash)
    }

    @inline(__always)
    private static func isWord(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x5F || byte == 0x24 || byte >= 0x80
    }

    @inline(__always)
    private static func isUpper(_ byte: UInt8) -> Bool { byte &- 0x41 < 26 }

    @inline(__always)
    private static func small(_ byte: UInt8) -> UInt8 { isUpper(byte) ? byte | 0x20 : byte }

    /// Whether a part ends before this place: at an underscore, at `aB`, at `ABc`.
    @inline(__always)
    private static func isCut(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ place: Int, _ end: Int) -> Bool {
        let byte = bytes[place]
        if byte == 0x5F || byte == 0x24 { return true }
        guard isUpper(byte), place > start else { return false }
        // Beyond ASCII nobody knows here what is a capital.
        if !isUpper(bytes[place - 1]) { return bytes[place - 1] < 0x80 }
        return place + 1 < end && bytes[place + 1] &- 0x61 < 26
    }

    @inline(__always)
    private static func wholeHash(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> UInt32 {
        // Another basis, so that no part is taken for a whole.
        var hash: UInt32 = 0x9747_B28C
        for place in start..<end where bytes[place] != 0x5F && bytes[place] != 0x24 {
            hash = (hash ^ UInt32(small(bytes[place]))) &* 0x0100_0193
        }
        return mixed(hash)
    }

    @inline(__always)
    private static func stemHash(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> UInt32 {
        var hash: UInt32 = 0x811C_9DC5
        for place in start..<stemEnd(bytes, start, end) { hash = (hash ^ UInt32(small(bytes[place]))) &* 0x0100_0193 }
        return mixed(hash)
    }

    /// So that the low bits tell words apart.
    @inline(__always)
    private static func mixed(_ hash: UInt32) -> UInt32 {
        var hash = (hash ^ (hash >> 16)) &* 0x85EB_CA6B
        hash = (hash ^ (hash >> 13)) &* 0xC2B2_AE35
        return hash ^ (hash >> 16)
    }

    /// Where the endings begin that words of the same meaning differ in: `parse`, `parses`, `parsed`, `parsing`, `parser`.
    private static func stemEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ wordEnd: Int) -> Int {
        var end = wordEnd
        func has(_ ending: StaticString, _ lengthMin: Int) -> Bool {
            let count = ending.utf8CodeUnitCount
            guard end - start >= lengthMin else { return false }
            for offset in 0..<count where bytes[end - count + offset] | 0x20 != ending.utf8Start[offset] {
                return false
            }
            return true
        }
        guard end - start > 3 else { return end }
        if has("s", 4), !has("ss", 4), !has("us", 4), !has("is", 4) { end -= 1 }
        if has("ie", 5) { return end - 2 }
        if has("y", 5) { return end - 1 }
        let before = end
        if has("ing", 6) {
            end -= 3
        } else if has("tion", 7) {
            end -= 3
        } else if has("ed", 5) || has("er", 6) {
            end -= 2
        }
        if end < before, end - start > 3, bytes[end - 1] | 0x20 == bytes[end - 2] | 0x20, bytes[end - 1] | 0x20 != 0x73
        {
            end -= 1
        }
        if has("e", 4) { end -= 1 }
        return end
    }
}

import AnnealContainer

/// A section of text: UTF-8 lines, each ended by a line feed, without control characters.
enum TextLines {
    /// The lines of a section.
    /// - Complexity: O(bytes).
    static func read(_ bytes: UnsafeRawBufferPointer, of tag: SectionTag) throws(ModelError) -> [String] {
        guard bytes.isEmpty || bytes.last == 0x0a else {
            throw .value(
                tag, what: "last byte", expected: "a line feed",
                found: HexDigits.text(UInt64(bytes.last ?? 0), width: 2)
            )
        }
        var lines: [String] = []
        var start = 0
        for end in 0..<bytes.count {
            let byte = bytes[end]
            if byte == 0x0a {
                guard let line = String(validating: bytes[start..<end], as: UTF8.self) else {
                    throw .value(tag, what: "line \(lines.count + 1)", expected: "UTF-8", found: "invalid bytes")
                }
                lines.append(line)
                start = end + 1
            } else if byte < 0x20 || byte == 0x7f {
                throw .value(
                    tag, what: "line \(lines.count + 1)", expected: "no control characters",
                    found: HexDigits.text(UInt64(byte), width: 2))
            }
        }
        return lines
    }

    /// Where lines begin, checked as ``read(_:of:)`` checks them, without a string for each.
    /// - Complexity: O(bytes).
    static func starts(_ bytes: UnsafeRawBufferPointer, of tag: SectionTag) throws(ModelError) -> LineStarts {
        // Eight bytes at a time; what is wrong, and where, is for the careful reading to find.
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs = ones << 7
        var lines = LineStarts()
        var beyondASCII: UInt64 = 0
        var controls: UInt64 = 0
        var offset = 0
        while offset &+ 8 <= bytes.count {
            lines.beginBlock()
            let end = min(offset &+ LineStarts.blockSize, bytes.count & ~7)
            var count = 0
            while offset < end {
                let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                let low = word & ~highs
                // In each byte the highest bit: below 0x20; a line feed; 0x7f. Bytes beyond ASCII are none of them.
                let below = ~(word | ((low | highs) &- (ones &* 0x20))) & highs
                let feeds = ~(word | (((low ^ (ones &* 0x0a)) | highs) &- ones)) & highs
                let deletes = ~word & (low &+ ones) & highs
                controls |= (below ^ feeds) | deletes
                beyondASCII |= word & highs
                count &+= feeds.nonzeroBitCount
                offset &+= 8
            }
            lines.count &+= count
        }
        if offset % LineStarts.blockSize == 0 { lines.beginBlock() }
        for index in offset..<bytes.count {
            let byte = bytes[index]
            if byte == 0x0a {
                lines.count &+= 1
            } else if byte < 0x20 || byte == 0x7f {
                controls |= 1
            }
            beyondASCII |= UInt64(byte) & 0x80
        }
        if controls != 0 || (bytes.last ?? 0x0a) != 0x0a || (beyondASCII != 0 && !isUTF8(bytes)) {
            _ = try read(bytes, of: tag)
        }
        return lines
    }

    /// Whether bytes are UTF-8: what `String(validating:as:)` says, without a string, which for a whole section costs more
    /// than the look.
    /// - Complexity: O(bytes), eight at a time where they are ASCII.
    static func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        while offset < bytes.count {
            if offset &+ 8 <= bytes.count,
                bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
            {
                offset &+= 8
                continue
            }
            let first = UInt32(bytes[offset])
            let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
            guard first < 0x80 || (0xC2...0xF4).contains(first), length <= bytes.count &- offset else { return false }
            // The bits behind the length's own.
            var scalar = length == 1 ? first : first & (0x7F >> UInt32(length))
            for next in bytes[offset &+ 1..<offset &+ length] {
                guard next & 0xC0 == 0x80 else { return false }
                scalar = scalar << 6 | UInt32(next & 0x3F)
            }
            // Not in more bytes than it takes, no surrogate, and not beyond the last scalar.
            guard Unicode.Scalar(scalar) != nil, length < 3 || scalar >= (length == 3 ? 0x800 : 0x1_0000) else {
                return false
            }
            offset &+= length
        }
        return true
    }

    /// The section's bytes.
    static func encode(_ lines: [String], as tag: SectionTag) throws(ModelError) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, line) in lines.enumerated() {
            guard line.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
                throw .value(
                    tag, what: "line \(index + 1)", expected: "no control characters", found: line.debugDescription)
            }
            bytes.append(contentsOf: line.utf8)
            bytes.append(0x0a)
        }
        return bytes
    }
}

/// How many lines end before each block of bytes, so that any is found without reading those before it.
struct LineStarts: Sendable {
    /// A multiple of the eight bytes that are counted at a time.
    static let blockSize = 4096

    fileprivate(set) var count = 0
    private var endedBefore: [Int] = []

    /// The bytes from here on are another block.
    fileprivate mutating func beginBlock() { endedBefore.append(count) }

    /// The bytes of a line, without its line feed.
    /// - Parameter bytes: those that the starts are of.
    /// - Precondition: `0 <= line < count`.
    /// - Complexity: O(log blocks + bytes of a block and of the line)
    func line(_ line: Int, of bytes: UnsafeRawBufferPointer) -> Slice<UnsafeRawBufferPointer> {
        precondition((0..<count).contains(line))
        // The last block before which fewer lines have ended: the one of the line feed in front of the line.
        var (low, high) = (0, endedBefore.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if endedBefore[middle] < line { low = middle } else { high = middle }
        }
        var rest = bytes[(low * LineStarts.blockSize)...]
        for _ in endedBefore[low]..<line { rest = rest.drop { $0 != 0x0a }.dropFirst() }
        return rest.prefix { $0 != 0x0a }
    }
}

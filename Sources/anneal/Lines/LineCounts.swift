import AnnealPlatform

/// How many lines there were, and in how many of them something stands out that a person may not have meant.
struct LineCounts: Equatable, Sendable {
    var lines = 0
    /// Lines with bytes that are not UTF-8.
    var notUTF8 = 0
    /// Lines with NUL bytes.
    var withNUL = 0
    /// Lines whose text has no content.
    var empty = 0

    /// Counts a line.
    /// - Complexity: O(bytes), and few steps a byte beside embedding it.
    mutating func add(_ text: UnsafeBufferPointer<UInt8>, hasContent: Bool) {
        lines += 1
        if !hasContent { empty += 1 }
        let found = LineCounts.look(at: UnsafeRawBufferPointer(text))
        if !found.isASCII, !LineCounts.isUTF8(text) { notUTF8 += 1 }
        if found.hasNUL { withNUL += 1 }
    }

    static func += (left: inout LineCounts, right: LineCounts) {
        left.lines += right.lines
        left.notUTF8 += right.notUTF8
        left.withNUL += right.withNUL
        left.empty += right.empty
    }

    /// Tells on standard error what stands out; nothing where nothing does.
    /// - Parameters:
    ///   - command: the command's name, for the hint.
    ///   - ofEmpty: what became of texts without content.
    func report(command: String, ofEmpty: String) {
        var text = ""
        if notUTF8 > 0 {
            text += "anneal: \(notUTF8) of \(lines) lines hold bytes that are not UTF-8 (read as U+FFFD); "
            text += "if the text is Latin-1: iconv -f latin1 -t utf-8 FILE | anneal \(command)\n"
        }
        if withNUL > 0 { text += "anneal: \(withNUL) of \(lines) lines hold NUL bytes\n" }
        if empty > 0 { text += "anneal: \(empty) of \(lines) texts have no content: \(ofEmpty)\n" }
        // The results are written: that nobody reads standard error is no failure.
        if !text.isEmpty { try? Descriptor.standardError.write(text) }
    }

    /// Whether the bytes are well-formed UTF-8, as Unicode defines it (table 3-7).
    static func isUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = 0
        while index < bytes.count {
            if index + 8 <= bytes.count,
                UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: index, as: UInt64.self)
                    & 0x8080_8080_8080_8080 == 0
            {
                index += 8
                continue
            }
            let second: ClosedRange<UInt8>
            let length: Int
            switch bytes[index] {
            case 0x00...0x7F:
                index += 1
                continue
            case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
            case 0xE0: (length, second) = (3, 0xA0...0xBF)
            case 0xED: (length, second) = (3, 0x80...0x9F)
            case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
            case 0xF0: (length, second) = (4, 0x90...0xBF)
            case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
            case 0xF4: (length, second) = (4, 0x80...0x8F)
            default: return false
            }
            guard index + length <= bytes.count, second.contains(bytes[index + 1]) else { return false }
            for offset in 2..<length where bytes[index + offset] & 0xC0 != 0x80 { return false }
            index += length
        }
        return true
    }

    /// Whether no byte is beyond ASCII, and whether one is NUL: eight bytes at a time, without a branch on what they are.
    private static func look(at bytes: UnsafeRawBufferPointer) -> (isASCII: Bool, hasNUL: Bool) {
        guard bytes.count >= 8 else { return (bytes.allSatisfy { $0 < 0x80 }, bytes.contains(0)) }
        let ones: UInt64 = 0x0101_0101_0101_0101
        // The last word, which may share bytes with the one before it.
        let last = bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
        var all = last
        // The highest bit of a byte stays if the byte is 0.
        var zeros = (last &- ones) & ~last
        for offset in stride(from: 0, to: bytes.count - 7, by: 8) {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            all |= word
            zeros |= (word &- ones) & ~word
        }
        return (all & ones << 7 == 0, zeros & ones << 7 != 0)
    }
}

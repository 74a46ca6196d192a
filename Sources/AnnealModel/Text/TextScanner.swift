import AnnealContainer
import AnnealProgram

/// Walks over the lines of a model's text form without copying them.
///
/// - Invariant: `lineStart <= position <= lineEnd <= bytes.count`; `position` is where the next word begins or ends.
struct TextScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var line = 0
    private var lineStart = 0
    private var lineEnd = 0
    private var position = 0
    private var nextLine = 0

    /// - Precondition: `bytes` outlives the scanner.
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// Bytes of the text not yet walked over, an upper bound for what may still be read.
    var remaining: Int { bytes.count - position }

    /// The current line from the position on.
    var rest: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[position..<lineEnd])
    }

    /// The whole current line.
    var wholeLine: String {
        String(decoding: bytes[lineStart..<lineEnd], as: UTF8.self)
    }

    /// The current line from the position on, without the spaces at its end.
    var trimmedLine: String {
        var end = lineEnd
        while end > position, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    /// Goes to the next line, whatever it holds. A line ends with a line feed, before which a carriage return is left out.
    /// - Returns: false at the end of the text.
    mutating func advance() -> Bool {
        guard nextLine < bytes.count else {
            lineStart = bytes.count
            lineEnd = bytes.count
            position = bytes.count
            line += 1
            return false
        }
        line += 1
        lineStart = nextLine
        position = nextLine
        var end = nextLine
        while end < bytes.count, bytes[end] != 0x0a { end &+= 1 }
        nextLine = end < bytes.count ? end + 1 : end
        if end > lineStart, bytes[end - 1] == 0x0d { end -= 1 }
        lineEnd = end
        return true
    }

    /// Goes to the next line that holds more than a comment, at its first word.
    mutating func advanceToContent() -> Bool {
        while advance() {
            skipSpaces()
            if !isAtEnd { return true }
        }
        return false
    }

    /// Whether nothing but a comment is left of the line.
    /// - Precondition: spaces are skipped.
    var isAtEnd: Bool { position == lineEnd || bytes[position] == 0x3b }

    mutating func skipSpaces() {
        while position < lineEnd, bytes[position] == 0x20 || bytes[position] == 0x09 { position &+= 1 }
    }

    /// Whether the next byte is `byte`, which is then skipped.
    mutating func skip(_ byte: UInt8) -> Bool {
        guard position < lineEnd, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// Moves the position on, not beyond the line.
    mutating func skip(bytes count: Int) {
        position = min(position + count, lineEnd)
    }

    /// Whether the next byte is `byte`.
    func isAt(_ byte: UInt8) -> Bool {
        position < lineEnd && bytes[position] == byte
    }

    /// The next word: what stands before a space, a comment or the end of the line.
    mutating func word() -> String {
        let start = position
        position = endOfWord
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private var endOfWord: Int {
        var end = position
        while end < lineEnd, bytes[end] != 0x20, bytes[end] != 0x09, bytes[end] != 0x3b { end &+= 1 }
        return end
    }

    /// A decimal number in a range, and the spaces behind it.
    mutating func number(_ what: String, _ range: ClosedRange<Int>) throws(TextError) -> Int {
        let start = position
        let isNegative = skip(0x2d)
        let first = position
        var value = 0
        while position < lineEnd, bytes[position] >= 0x30, bytes[position] <= 0x39, position - first < 18 {
            value = value &* 10 &+ Int(bytes[position] &- 0x30)
            position &+= 1
        }
        if isNegative { value = -value }
        let end = position
        guard end > first, end == endOfWord, range.contains(value) else {
            position = start
            throw failure("\(what), a number in \(range.lowerBound)...\(range.upperBound)")
        }
        skipSpaces()
        return value
    }

    /// Hexadecimal digits of `count` bytes, given to `body` one byte at a time, and the spaces behind them.
    mutating func hex(
        _ what: String, count: Int, into values: inout [Int8]
    ) throws(TextError) {
        let end = endOfWord
        guard end - position == count * 2 else {
            throw failure("\(what), \(count * 2) hexadecimal digits", found: "\(end - position) bytes")
        }
        var bad: Int?
        HexDigits.values.withUnsafeBufferPointer { digits in
            var at = position
            // In bounds: at + 1 < end, as the number of digits is even.
            while at < end {
                let high = digits[Int(bytes[at])]
                let low = digits[Int(bytes[at &+ 1])]
                // Digits are below 16, everything else is 255.
                if high | low > 15 {
                    bad = high > 15 ? at : at + 1
                    return
                }
                values.append(Int8(bitPattern: high &<< 4 | low))
                at &+= 2
            }
        }
        if let bad {
            position = bad
            throw failure("a hexadecimal digit", found: character())
        }
        position = end
        skipSpaces()
    }

    /// A text in double quotes, in which `\"` and `\\` stand for the sign itself, and the spaces behind it.
    mutating func quoted(_ what: String) throws(TextError) -> String {
        guard skip(0x22) else { throw failure("\(what) in double quotes") }
        var content: [UInt8] = []
        while position < lineEnd, bytes[position] != 0x22 {
            if bytes[position] == 0x5c {
                position += 1
                guard isAt(0x22) || isAt(0x5c) else { throw failure("\\\" or \\\\", found: character()) }
            }
            content.append(bytes[position])
            position += 1
        }
        guard skip(0x22) else { throw failure("a closing double quote") }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw failure("text in UTF-8", found: "invalid bytes")
        }
        skipSpaces()
        return text
    }

    /// Checks that nothing but a comment is left of the line.
    func end() throws(TextError) {
        guard isAtEnd else { throw failure("the end of the line") }
    }

    /// An error at the position, with the next word as what was found.
    func failure(_ expected: String, found: String? = nil) -> TextError {
        var found = found
        if found == nil {
            if position >= lineEnd {
                found =
                    nextLine >= bytes.count && lineStart == bytes.count ? "the end of the text" : "the end of the line"
            } else {
                let end = max(endOfWord, position + 1)
                let shown = bytes[position..<min(end, position + 40)]
                found = "\"\(String(decoding: shown, as: UTF8.self))\(shown.endIndex < end ? "…" : "")\""
            }
        }
        return TextError(
            line: line, column: TextError.column(of: position - lineStart, in: bytes[lineStart..<lineEnd]),
            expected: expected, found: found ?? "")
    }

    /// The character at the position, in quotes.
    private func character() -> String {
        guard position < lineEnd else { return "the end of the line" }
        let text = String(decoding: bytes[position..<min(lineEnd, position + 4)], as: UTF8.self)
        return text.unicodeScalars.first.map { "\"\($0)\"" } ?? "nothing"
    }
}

extension TextError {
    /// The column of a byte offset in a line: one more than the scalars before it.
    static func column(of offset: Int, in line: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
        // Every byte that is no continuation byte begins a scalar.
        line.prefix(offset).reduce(1) { $0 + ($1 & 0xc0 == 0x80 ? 0 : 1) }
    }
}

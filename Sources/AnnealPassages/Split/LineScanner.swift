import AnnealPlatform

/// Cuts a file into lines and says what each is to the structure of the file.
struct LineScanner {
    private let language: SourceLanguage
    private let bytes: UnsafeBufferPointer<UInt8>
    /// Set inside a comment of several lines.
    private var isInComment = false
    /// The mark that ends the string that the line is in.
    private var openString: StaticString?

    /// - Complexity: O(bytes).
    static func lines(of bytes: UnsafeBufferPointer<UInt8>, in language: SourceLanguage) -> [SourceLine] {
        var scanner = LineScanner(language, bytes)
        var lines: [SourceLine] = []
        lines.reserveCapacity(bytes.count / 32 + 1)
        var start = 0
        while start < bytes.count {
            // In bounds: `start` is below the count.
            let rest = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[start...]))
            let length = CMemory.place(of: 0x0A, in: rest) ?? rest.count
            lines.append(scanner.line(start, start + length))
            start += length + 1
        }
        return lines
    }

    private init(_ language: SourceLanguage, _ bytes: UnsafeBufferPointer<UInt8>) {
        self.language = language
        self.bytes = bytes
    }

    private mutating func line(_ start: Int, _ lineEnd: Int) -> SourceLine {
        let end = lineEnd > start && bytes[lineEnd - 1] == 0x0D ? lineEnd - 1 : lineEnd
        var first = start
        var indent = 0
        while first < end, bytes[first].isBlank {
            indent = bytes[first] == 0x09 ? (indent / 4 + 1) * 4 : indent + 1
            first += 1
        }
        return SourceLine(start: start, end: end, first: first, indent: indent, role: role(first, end))
    }

    private mutating func role(_ first: Int, _ end: Int) -> SourceLine.Role {
        if openString != nil {
            passStrings(first, end)
            return language.documentsByStrings ? .comment : .loose
        }
        if first == end { return .blank }
        guard language.family == .code else { return .code }
        if let block = language.blockComment {
            if isInComment {
                if bytes.place(of: block.close, in: first..<end) != nil { isInComment = false }
                return .comment
            }
            if bytes.has(block.open, at: first, before: end) {
                let inside = first + block.open.utf8CodeUnitCount
                isInComment = bytes.place(of: block.close, in: inside..<max(inside, end)) == nil
                return .comment
            }
        }
        // `#[test]` and `#!` stand before declarations as comments do.
        if language.lineComments.contains(where: { bytes.has($0, at: first, before: end) }) { return .comment }
        let byte = bytes[first]
        if byte == UInt8(ascii: "#"), language.hasDirectives {
            return bytes.has("#define", at: first, before: end) ? .code : .loose
        }
        let hadString = openString != nil
        passStrings(first, end)
        if language.documentsByStrings, !hadString, openString != nil, byte == UInt8(ascii: "\"") { return .comment }
        switch byte {
        case UInt8(ascii: "}"), UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "{"): return .bracket
        case UInt8(ascii: "e")
        where isWord("end", first, end) || isWord("else", first, end) || isWord("ensure", first, end):
            return .bracket
        case UInt8(ascii: "r") where isWord("rescue", first, end): return .bracket
        default: break
        }
        // `public:` of C++, a label of C: they stand out from the code around them.
        if language.hasDirectives, bytes[end - 1] == UInt8(ascii: ":"), isOneWord(first, end - 1) { return .loose }
        return .code
    }

    private func isWord(_ word: StaticString, _ first: Int, _ end: Int) -> Bool {
        let behind = first + word.utf8CodeUnitCount
        return bytes.has(word, at: first, before: end) && (behind == end || !bytes[behind].isIdentifier)
    }

    private func isOneWord(_ first: Int, _ end: Int) -> Bool {
        (first..<end).allSatisfy { bytes[$0].isIdentifier || bytes[$0].isBlank }
    }

    /// Opens and closes the strings of several lines that a line has. Strings of one line are passed over, for what they
    /// hold opens nothing; so is what follows the mark of a comment.
    private mutating func passStrings(_ first: Int, _ end: Int) {
        guard !language.longStrings.isEmpty else { return }
        var place = first
        while place < end {
            if let open = openString {
                guard bytes.has(open, at: place, before: end) else {
                    place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
                    continue
                }
                openString = nil
                place += open.utf8CodeUnitCount
            } else if let found = language.longStrings.first(where: { bytes.has($0, at: place, before: end) }) {
                openString = found
                place += found.utf8CodeUnitCount
            } else if bytes[place] == UInt8(ascii: "\"") || bytes[place] == UInt8(ascii: "'") {
                place = behindQuote(place, end)
            } else if language.lineComments.contains(where: { bytes.has($0, at: place, before: end) }) {
                return
            } else {
                place += 1
            }
        }
    }

    /// The place behind a string of one line; behind the mark alone where it is not closed, as an apostrophe is.
    private func behindQuote(_ start: Int, _ end: Int) -> Int {
        var place = start + 1
        while place < end, bytes[place] != bytes[start] { place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1 }
        return place < end ? place + 1 : start + 1
    }
}

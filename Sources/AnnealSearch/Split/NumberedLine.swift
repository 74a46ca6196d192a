import AnnealPlatform

/// A line of a document, without its line feed.
struct NumberedLine {
    let text: Substring
    /// From 1.
    let number: Int

    /// All lines, one after the other: a document of line feeds only has as many lines as bytes. A carriage return before
    /// the line feed is dropped.
    static func all(_ text: some StringProtocol, from number: Int = 1) -> some Sequence<NumberedLine> {
        let utf8 = Substring(text).utf8
        return sequence(state: (start: Optional(utf8.startIndex), number: number)) { state -> NumberedLine? in
            guard let start = state.start else { return nil }
            let feed = feed(in: utf8[start...])
            var line = utf8[start..<(feed ?? utf8.endIndex)]
            if line.last == 0x0D { line = line.dropLast() }
            defer { state = (feed.map { utf8.index(after: $0) }, state.number + 1) }
            return NumberedLine(text: Substring(line), number: state.number)
        }
    }

    private static func feed(in utf8: Substring.UTF8View) -> Substring.Index? {
        // The text of a document lies in one piece of memory; another text may not.
        let found = utf8.withContiguousStorageIfAvailable { CMemory.place(of: 0x0A, in: UnsafeRawBufferPointer($0)) }
        guard let found else { return utf8.firstIndex(of: 0x0A) }
        return found.map { utf8.index(utf8.startIndex, offsetBy: $0) }
    }

    var isBlank: Bool { text.utf8.allSatisfy { $0 <= 0x20 } }

    /// Columns before the first character; a tab counts four.
    var indentation: Int {
        var columns = 0
        for byte in text.utf8 {
            if byte == 0x20 {
                columns += 1
            } else if byte == 0x09 {
                columns += 4
            } else {
                break
            }
        }
        return columns
    }

    /// Without white space at either end.
    var trimmed: Substring {
        var text = text
        while let first = text.utf8.first, first <= 0x20 { text = text[text.utf8.index(after: text.startIndex)...] }
        while let last = text.utf8.last, last <= 0x20 { text = text[..<text.utf8.index(before: text.endIndex)] }
        return text
    }
}

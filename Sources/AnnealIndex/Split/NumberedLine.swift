/// A line of a document, without its line feed.
struct NumberedLine {
    let text: Substring
    /// From 1.
    let number: Int

    /// All lines; a carriage return before the line feed is dropped.
    static func all(_ text: String) -> [NumberedLine] {
        var lines: [NumberedLine] = []
        var number = 0
        for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            let end = line.last == 0x0D ? line.dropLast() : line
            lines.append(NumberedLine(text: Substring(end), number: number))
        }
        return lines
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

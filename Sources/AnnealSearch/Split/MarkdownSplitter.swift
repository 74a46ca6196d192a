/// Markdown: headings (both forms), fenced code, paragraphs.
///
/// - Source: CommonMark 0.31, sections 4.2 (ATX headings), 4.3 (setext headings) and 4.5 (fenced code blocks).
enum MarkdownSplitter {
    static func split(_ text: String, into builder: inout PassageBuilder) {
        var paragraph = ""
        var start = 0
        var lines = 0
        var fence: Substring?
        func take(_ line: NumberedLine) {
            if lines == 0 { start = line.number } else { paragraph += "\n" }
            paragraph += line.text
            lines += 1
        }
        func end(_ builder: inout PassageBuilder) {
            builder.add(paragraph, line: start)
            paragraph = ""
            lines = 0
        }
        for line in NumberedLine.all(text).dropFirst(frontMatter(text)) {
            if let open = fence {
                take(line)
                if closes(line.trimmed, open) {
                    fence = nil
                    end(&builder)
                }
            } else if let opened = opensFence(line) {
                end(&builder)
                fence = opened
                take(line)
            } else if let (level, heading) = heading(line) {
                end(&builder)
                builder.enter(level: level, heading, line: line.number)
            } else if lines == 1, let level = underline(line) {
                builder.enter(level: level, NumberedLine(text: paragraph[...], number: start).trimmed, line: start)
                paragraph = ""
                lines = 0
            } else if line.isBlank {
                end(&builder)
            } else {
                take(line)
            }
        }
        end(&builder)
    }

    /// How many lines of settings stand before the document.
    private static func frontMatter(_ text: String) -> Int {
        let lines = NumberedLine.all(text)
        guard lines.first(where: { _ in true })?.text == "---" else { return 0 }
        guard let end = lines.dropFirst().first(where: { $0.text == "---" || $0.text == "..." }) else { return 0 }
        return end.number
    }

    /// The fence itself, three or more of one character.
    private static func opensFence(_ line: NumberedLine) -> Substring? {
        guard line.indentation < 4, let mark = line.trimmed.first, mark == "`" || mark == "~" else { return nil }
        let fence = line.trimmed.prefix { $0 == mark }
        return fence.count >= 3 ? fence : nil
    }

    private static func closes(_ line: Substring, _ fence: Substring) -> Bool {
        line.count >= fence.count && line.allSatisfy { $0 == fence.first }
    }

    private static func heading(_ line: NumberedLine) -> (level: Int, text: Substring)? {
        guard line.indentation < 4 else { return nil }
        let text = line.trimmed
        let level = text.prefix { $0 == "#" }.count
        guard (1...6).contains(level) else { return nil }
        let rest = text.dropFirst(level)
        guard rest.isEmpty || rest.first == " " || rest.first == "\t" else { return nil }
        var title = rest.drop { $0 == " " || $0 == "\t" }
        while title.last == "#" { title = title.dropLast() }
        while title.last == " " { title = title.dropLast() }
        return (level, title)
    }

    /// The level of a heading that this line underlines.
    private static func underline(_ line: NumberedLine) -> Int? {
        let text = line.trimmed
        guard line.indentation < 4, let mark = text.first, text.allSatisfy({ $0 == mark }) else { return nil }
        return mark == "=" ? 1 : (mark == "-" ? 2 : nil)
    }
}

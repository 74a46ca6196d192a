/// Program text of any language: a unit begins where a declaration does, with the comment above it.
///
/// No grammar is read. A line begins a unit if its first words are those of a declaration and it is indented by at most
/// one step; a blank line followed by a line that is not indented begins one too.
enum SourceSplitter {
    /// Words that open declarations in the languages of ``DocumentKind``.
    private static let opening: Set<Substring> = [
        "func", "function", "def", "fn", "class", "struct", "enum", "protocol", "interface", "trait", "impl",
        "extension",
        "actor", "module", "namespace", "type", "object", "record", "union", "message", "service", "sub", "macro",
        "create",
    ]
    /// Words that may stand before them.
    private static let modifiers: Set<Substring> = [
        "public", "private", "internal", "package", "protected", "static", "final", "open", "fileprivate", "mutating",
        "async", "export", "default", "abstract", "override", "inline", "extern", "pub", "unsafe", "const", "virtual",
        "indirect", "nonisolated", "local", "pub(crate)", "data", "sealed", "case", "partial", "@c", "@main",
    ]
    private static let comments = ["//", "/*", "*", "#", "--", ";;", "\"\"\"", "@", "%%"]
    /// One step of indentation.
    private static let step = 4

    static func split(_ text: String, into builder: inout PassageBuilder) {
        // A line that the open unit begins with, and the first of the comments that stand directly above the next line.
        var unit = NumberedLine(text: text.prefix(0), number: 1)
        var comment: NumberedLine?
        var isAfterBlank = false
        for line in NumberedLine.all(text) {
            if line.number > 1, begins(line, isAfterBlank: isAfterBlank) {
                let top = comment.map { $0.number > unit.number ? $0 : unit } ?? line
                if top.number > unit.number {
                    add(text[unit.text.startIndex..<top.text.startIndex], line: unit.number, &builder)
                    unit = top
                }
            }
            isAfterBlank = line.isBlank
            comment = isComment(line) ? comment ?? line : nil
        }
        add(text[unit.text.startIndex...], line: unit.number, &builder)
    }

    private static func add(_ unit: Substring, line: Int, _ builder: inout PassageBuilder) {
        var first: Int?
        // The declaration is the heading: it says what the lines are about wherever they are cut.
        var heading: String?
        var block = ""
        for line in NumberedLine.all(unit, from: line) where first != nil || !line.isBlank {
            if first == nil { first = line.number }
            if heading == nil, isDeclaration(line) { heading = String(line.trimmed.prefix(120)) }
            block += line.text
            block += "\n"
        }
        guard let first else { return }
        builder.heading = heading ?? ""
        builder.add(block, line: first)
    }

    private static func begins(_ line: NumberedLine, isAfterBlank: Bool) -> Bool {
        guard !line.isBlank else { return false }
        return isDeclaration(line) || isAfterBlank && line.indentation == 0 && !isClosing(line)
    }

    private static func isComment(_ line: NumberedLine) -> Bool {
        let text = line.trimmed.utf8
        return comments.contains { text.starts(with: $0.utf8) }
    }

    private static func isClosing(_ line: NumberedLine) -> Bool {
        line.trimmed.first.map { "})]".contains($0) } ?? true
    }

    private static func isDeclaration(_ line: NumberedLine) -> Bool {
        guard line.indentation <= step else { return false }
        for word in line.trimmed.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "<" || $0 == "(" }).prefix(6)
        {
            if opening.contains(word) { return true }
            if !modifiers.contains(word) { return false }
        }
        return false
    }
}

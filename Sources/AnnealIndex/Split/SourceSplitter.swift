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
        let lines = NumberedLine.all(text)
        var start = 0
        for index in lines.indices where index > start && begins(index, lines) {
            let top = withCommentsAbove(index, lines, notBefore: start)
            guard top > start else { continue }
            add(lines[start..<top], &builder)
            start = top
        }
        add(lines[start...], &builder)
    }

    private static func add(_ lines: ArraySlice<NumberedLine>, _ builder: inout PassageBuilder) {
        guard let first = lines.first(where: { !$0.isBlank }) else { return }
        // The declaration is the heading: it says what the lines are about wherever they are cut.
        let declared = lines.first { isDeclaration($0) }
        builder.heading = declared.map { String($0.trimmed.prefix(120)) } ?? ""
        let block = lines.drop { $0.isBlank }.map(\.text).joined(separator: "\n")
        builder.add(block, line: first.number)
    }

    private static func begins(_ index: Int, _ lines: [NumberedLine]) -> Bool {
        let line = lines[index]
        guard !line.isBlank else { return false }
        if isDeclaration(line) { return true }
        return line.indentation == 0 && lines[index - 1].isBlank && !isClosing(line)
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

    /// The first line of the comments and attributes that stand directly above a line.
    private static func withCommentsAbove(_ index: Int, _ lines: [NumberedLine], notBefore limit: Int) -> Int {
        var top = index
        while top > limit {
            let above = lines[top - 1].trimmed
            guard !above.isEmpty, comments.contains(where: { above.hasPrefix($0) }) else { break }
            top -= 1
        }
        return top
    }
}

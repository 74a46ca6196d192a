/// Text whose headings are lines of their own: reStructuredText, Org, AsciiDoc and LaTeX.
///
/// - Source: https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html#sections, https://orgmode.org/manual,
///   https://docs.asciidoctor.org/asciidoc/latest/sections/titles-and-levels
struct OutlineSplitter {
    enum Form { case rst, org, asciidoc, latex }

    private let form: Form
    private var paragraph = ""
    /// Its first and its last line, and how many it has.
    private var first = NumberedLine(text: "", number: 1)
    private var last = NumberedLine(text: "", number: 1)
    private var lines = 0
    /// reStructuredText: the lines under (and over) titles, in the order in which they first came; each is a level.
    private var styles: [(mark: UInt8, isOver: Bool)] = []
    /// Org: whether the line stands in a drawer of properties.
    private var isInDrawer = false

    static func split(_ text: String, as form: Form, into builder: inout PassageBuilder) {
        var splitter = OutlineSplitter(form: form)
        for line in NumberedLine.all(text) { splitter.take(line, &builder) }
        splitter.end(&builder)
    }

    private init(form: Form) { self.form = form }

    private mutating func take(_ line: NumberedLine, _ builder: inout PassageBuilder) {
        if line.isBlank { return end(&builder) }
        if form == .rst {
            if let level = underline(line) {
                paragraph = ""
                lines = 0
                return builder.enter(level: level, last.trimmed, line: last.number)
            }
        } else if let (level, title) = heading(line) {
            end(&builder)
            return builder.enter(level: level, title, line: line.number)
        }
        if isMeta(line) { return }
        if lines == 0 { first = line } else { paragraph += "\n" }
        paragraph += line.text
        last = line
        lines += 1
    }

    private mutating func end(_ builder: inout PassageBuilder) {
        builder.add(paragraph, line: first.number)
        paragraph = ""
        lines = 0
    }

    private func heading(_ line: NumberedLine) -> (level: Int, title: String)? {
        switch form {
        case .rst: nil
        case .org: OutlineSplitter.org(line)
        case .asciidoc: OutlineSplitter.marked(line, "=").map { ($0.level - 1, String($0.title)) }
        case .latex: OutlineSplitter.latex(line.trimmed)
        }
    }

    /// `== Title`: marks at the beginning of the line and a blank.
    private static func marked(_ line: NumberedLine, _ mark: Character) -> (level: Int, title: Substring)? {
        let level = line.text.prefix { $0 == mark }.count
        guard (1...9).contains(level), line.text.dropFirst(level).first == " " else { return nil }
        let title = NumberedLine(text: line.text.dropFirst(level), number: line.number).trimmed
        return title.isEmpty ? nil : (level, title)
    }

    /// `** TODO Title :tag:`, `#+TITLE: Title`.
    private static func org(_ line: NumberedLine) -> (level: Int, title: String)? {
        if line.text.prefix(8).lowercased() == "#+title:" {
            let title = NumberedLine(text: line.text.dropFirst(8), number: line.number).trimmed
            return title.isEmpty ? nil : (0, String(title))
        }
        guard let (level, title) = marked(line, "*") else { return nil }
        var words = title.split(separator: " ")
        if let first = words.first, words.count > 1, first == "TODO" || first == "DONE" { words.removeFirst() }
        if let first = words.first, words.count > 1, first.hasPrefix("[#"), first.hasSuffix("]") { words.removeFirst() }
        if let last = words.last, words.count > 1, last.count > 2, last.hasPrefix(":"), last.hasSuffix(":") {
            words.removeLast()
        }
        return (level, words.joined(separator: " "))
    }

    private static let commands: [(name: String, level: Int)] = [
        ("title", 0), ("part", 1), ("chapter", 2), ("section", 3), ("subsection", 4), ("subsubsection", 5),
        ("paragraph", 6),
    ]

    /// `\section*[short]{Title}`.
    private static func latex(_ line: Substring) -> (level: Int, title: String)? {
        guard line.first == "\\" else { return nil }
        let name = line.dropFirst().prefix { $0.isASCII && $0.isLetter }
        guard let level = commands.first(where: { $0.name == name })?.level else { return nil }
        var rest = line[name.endIndex...]
        if rest.first == "*" { rest = rest.dropFirst() }
        if rest.first == "[", let end = rest.firstIndex(of: "]") { rest = rest[rest.index(after: end)...] }
        guard rest.first == "{" else { return nil }
        var depth = 0
        var title = ""
        for character in rest {
            if character == "{" {
                depth += 1
                if depth == 1 { continue }
            } else if character == "}" {
                depth -= 1
                if depth == 0 { break }
            }
            title.append(character)
        }
        let trimmed = NumberedLine(text: title[...], number: 1).trimmed
        return trimmed.isEmpty ? nil : (level, String(trimmed))
    }

    /// The level of the title that this line stands under: of one mark, and as long as the title. The title may have the
    /// same line above it.
    private mutating func underline(_ line: NumberedLine) -> Int? {
        let marks = line.text.utf8
        guard let mark = marks.first, "=-`:'\"~^_*+#<>.".utf8.contains(mark) else { return nil }
        let end = line.trimmed
        guard line.indentation == 0, end.utf8.allSatisfy({ $0 == mark }) else { return nil }
        let isOver = lines == 2 && first.trimmed == end
        guard isOver || lines == 1 else { return nil }
        let title = last.trimmed
        guard end.utf8.count >= min(title.count, 4), end.utf8.count >= 2, !title.utf8.allSatisfy({ $0 == mark }) else {
            return nil
        }
        if let level = styles.firstIndex(where: { $0.mark == mark && $0.isOver == isOver }) { return level + 1 }
        // A document has few levels; one of more styles than this has none of ours.
        if styles.count < 32 { styles.append((mark, isOver)) }
        return styles.count
    }

    /// Lines for the program that sets the text.
    private mutating func isMeta(_ line: NumberedLine) -> Bool {
        let text = line.trimmed
        switch form {
        case .rst, .asciidoc: return false
        case .org:
            if text == ":PROPERTIES:" { isInDrawer = true }
            defer { if text == ":END:" { isInDrawer = false } }
            return isInDrawer || text == ":END:" || text.hasPrefix("#+")
        case .latex:
            return text.hasPrefix("%")
                || ["\\documentclass", "\\usepackage", "\\label{", "\\begin{", "\\end{", "\\maketitle"].contains {
                    text.hasPrefix($0)
                }
        }
    }
}

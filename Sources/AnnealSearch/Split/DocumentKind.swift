/// How a document is cut into passages.
public enum DocumentKind: String, Sendable, CaseIterable {
    /// Paragraphs.
    case text
    /// Paragraphs under their headings; fenced code stays whole.
    case markdown
    /// The text that a reader would see, in paragraphs under their headings.
    case html
    /// Functions and types with the comments above them.
    case source
    /// Every line on its own.
    case lines

    private static let endings: [String: DocumentKind] = {
        var endings: [String: DocumentKind] = [:]
        for ending in ["txt", "text", "rst", "adoc", "org", "tex", "log"] { endings[ending] = .text }
        for ending in ["md", "markdown", "mdown", "mkd"] { endings[ending] = .markdown }
        for ending in ["html", "htm", "xhtml"] { endings[ending] = .html }
        let source = """
            swift c h cc cpp cxx hpp hh m mm py pyi js mjs cjs ts tsx jsx go rs java kt kts scala rb php pl pm lua sh \
            bash zsh fish sql r jl hs ml mli ex exs erl clj cs fs vb dart zig nim v proto cmake gradle
            """
        for ending in source.split(separator: " ") { endings[String(ending)] = .source }
        return endings
    }()

    /// The kind by a file's name; nil for a file that is not indexed.
    public static func of(fileName: String) -> DocumentKind? {
        if ["README", "LICENSE", "CHANGELOG", "NOTICE", "AUTHORS"].contains(fileName) { return .text }
        if ["Makefile", "Dockerfile", "Rakefile", "Gemfile"].contains(fileName) { return .source }
        guard let dot = fileName.lastIndex(of: "."), dot != fileName.startIndex else { return nil }
        return endings[fileName[fileName.index(after: dot)...].lowercased()]
    }

    /// Cuts a document.
    /// - Complexity: O(bytes).
    public func passages(of text: String) -> [Passage] {
        var builder = PassageBuilder()
        switch self {
        case .text: TextSplitter.split(text, into: &builder)
        case .markdown: MarkdownSplitter.split(text, into: &builder)
        case .html: HTMLSplitter.split(text, into: &builder)
        case .source: SourceSplitter.split(text, into: &builder)
        case .lines: return LineSplitter.passages(of: text)
        }
        return builder.finish()
    }
}

/// How a document is cut into passages.
public enum DocumentKind: String, Sendable, CaseIterable {
    /// By what stands in it: a program if its first line names an interpreter, a page if it begins like HTML, else text.
    case content
    /// Paragraphs.
    case text
    /// Paragraphs under their headings; fenced code stays whole.
    case markdown
    case rst
    case org
    case asciidoc
    case latex
    /// The text that a reader would see, in paragraphs under their headings.
    case html
    /// The text of its elements.
    case xml
    /// Functions and types with the comments above them.
    case source
    /// YAML, TOML and the like: what stands together, under the names of sections.
    case settings
    /// Names with their values, under the names of what holds them.
    case json
    /// Rows of values that are separated by commas, semicolons, tabs or bars, each value under its column's name.
    case table
    /// The cells of a notebook, without what running them has printed.
    case notebook
    /// What is said, without numbers and times.
    case subtitles
    /// What `pdftotext` reads.
    case pdf
    /// Paragraphs of a Word document under their headings.
    case word
    /// Every line on its own.
    case lines

    private static let endings: [String: DocumentKind?] = {
        let names: [(DocumentKind?, String)] = [
            (.text, "txt text log bib"),
            (.markdown, "md markdown mdown mkd mdx qmd rmd"),
            (.rst, "rst rest"),
            (.org, "org"),
            (.asciidoc, "adoc asciidoc"),
            (.latex, "tex ltx"),
            (.html, "html htm xhtml"),
            (.xml, "xml svg rss atom xsd xsl xslt wsdl rdf tei dbk"),
            (.settings, "yaml yml toml ini cfg conf env properties"),
            (.json, "json jsonl ndjson geojson jsonc json5"),
            (.table, "csv tsv"),
            (.notebook, "ipynb"),
            (.subtitles, "srt vtt"),
            (.pdf, "pdf"),
            (.word, "docx docm"),
            (
                .source,
                """
                swift c h cc cpp cxx hpp hh m mm py pyi js mjs cjs ts tsx jsx go rs java kt kts scala rb php pl pm lua sh \
                bash zsh fish sql r jl hs ml mli ex exs erl clj cs fs vb dart zig nim v proto cmake gradle css scss less \
                vue svelte graphql tf hcl ps1 el lisp scm ada f90 pas groovy
                """
            ),
            // Opened for nothing, they would cost more than all others.
            (
                nil,
                """
                png jpg jpeg gif webp bmp tif tiff ico heic avif psd mp3 wav flac ogg opus m4a aac mp4 mkv mov avi webm m4v \
                woff woff2 ttf otf eot zip gz tgz bz2 xz zst 7z rar tar jar war apk iso dmg o a so dylib dll exe class pyc \
                pyo wasm npy npz safetensors onnx pt pth parquet arrow feather db sqlite sqlite3 anneal
                """
            ),
        ]
        var endings: [String: DocumentKind?] = [:]
        for (kind, list) in names { for ending in list.split(separator: " ") { endings[String(ending)] = .some(kind) } }
        return endings
    }()

    private static let programs: Set<String> = [
        "Makefile", "Dockerfile", "Containerfile", "Rakefile", "Gemfile", "Jenkinsfile", "Vagrantfile", "Procfile",
    ]

    /// The kind by a file's name; ``content`` for a name that says nothing; nil for one that says that it holds no text.
    public static func of(fileName: String) -> DocumentKind? {
        if programs.contains(fileName) { return .source }
        guard let dot = fileName.lastIndex(of: "."), dot != fileName.startIndex else { return .content }
        guard let kind = endings[fileName[fileName.index(after: dot)...].lowercased()] else { return .content }
        return kind
    }

    /// Cuts a document.
    /// - Parameter text: of a PDF or Word document, what the program has read from it.
    /// - Complexity: O(bytes).
    public func passages(of text: String) -> [Passage] {
        if case .lines = self { return Array(LineSplitter.passages(of: text)) }
        var builder = PassageBuilder()
        switch self {
        case .content:
            switch DocumentKind.of(content: text) {
            case .source: SourceSplitter.split(text, into: &builder)
            case .html: HTMLSplitter.split(text, into: &builder)
            default: TextSplitter.split(text, into: &builder)
            }
        case .text, .pdf, .lines: TextSplitter.split(text, into: &builder)
        case .markdown: MarkdownSplitter.split(text, into: &builder)
        case .rst: OutlineSplitter.split(text, as: .rst, into: &builder)
        case .org: OutlineSplitter.split(text, as: .org, into: &builder)
        case .asciidoc: OutlineSplitter.split(text, as: .asciidoc, into: &builder)
        case .latex: OutlineSplitter.split(text, as: .latex, into: &builder)
        case .html: HTMLSplitter.split(text, into: &builder)
        case .xml: HTMLSplitter.split(text, isXML: true, into: &builder)
        case .source: SourceSplitter.split(text, into: &builder)
        case .settings: SettingsSplitter.split(text, into: &builder)
        case .json: JSONSplitter.split(text, into: &builder)
        case .table: TableSplitter.split(text, into: &builder)
        case .notebook: NotebookSplitter.split(text, into: &builder)
        case .subtitles: SubtitleSplitter.split(text, into: &builder)
        case .word: WordSplitter.split(text, into: &builder)
        }
        return builder.finish()
    }

    private static func of(content text: String) -> DocumentKind {
        if text.utf8.starts(with: "#!".utf8) { return .source }
        let start = text.utf8.prefix(200).drop { $0 <= 0x20 }.map { $0 | 0x20 }
        return start.starts(with: "<!doctype html".utf8) || start.starts(with: "<html".utf8) ? .html : .text
    }
}

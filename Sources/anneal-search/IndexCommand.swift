import AnnealPassages
import Anneal
import AnnealPlatform
import AnnealSearch
import ArgumentParser

struct IndexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Bring an index up to date with folders and files.",
        discussion: """
            Documents are cut at their headings, paragraphs, functions, rows, cells or objects, as their kind has them: text, \
            Markdown, reStructuredText, Org, AsciiDoc, LaTeX, HTML, XML, source code, YAML and other settings, JSON, CSV, \
            notebooks, subtitles, PDF (through pdftotext) and Word documents (through unzip or python3). Files of other \
            names are read if they hold text. What holds none is counted, and the first such files are named; --json names \
            all.

            Files that have not changed are not read again; files that are gone from the folders are forgotten; what was \
            indexed from elsewhere stays. Hidden files and symbolic links are passed over.

            What a .gitignore, an .ignore or .git/info/exclude excludes is passed over as git does it, from the top of the \
            repository down. So are folders that programs fill: node_modules, __pycache__, DerivedData, target, build, dist. \
            An .ignore goes before every .gitignore: '!build/' in it takes that folder back. --exclude and --include take \
            patterns of the same form, seen from each folder that is named: '*.log' anywhere, '/drafts/' at the top, \
            'old/**/*.txt'.

            It may be interrupted or killed at any time: what was stored stays, and the next run goes on. With \
            --rebuild all is made anew, for another model for instance; until that is done the old index answers.

            Examples:
              anneal-search index docs/ README.md --db docs.db
              anneal-search index . --db code.db --include '*.swift' --include '*.md' --exclude Tests/
              anneal-search index questions.txt --as lines --db questions.db
              anneal-search index library/ --db library.db --codes 32
              anneal-search index docs/ --db docs.db --rebuild --model new.anneal
              anneal-search index docs/ --store postgres://writer@db.example.org/texts
            """)

    @Argument(help: "Folders and files.", completion: .file())
    var roots: [Path]
    @OptionGroup var index: IndexOptions
    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            "Cut all files in this way, whatever their names: \(DocumentKind.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "kind"))
    var kind: DocumentKind?
    @Option(help: ArgumentHelp("Pass over files and folders that match; may be repeated.", valueName: "pattern"))
    var exclude: [String] = []
    @Option(
        help: ArgumentHelp("Take nothing but files, and folders with all in them, that match.", valueName: "pattern"))
    var include: [String] = []
    @Flag(help: "Take no account of ignore files, nor of the list of folders that programs fill.")
    var noIgnore = false
    @Option(help: "naive, compiled or annealed: how vectors are made. An index keeps to one.")
    var mode: Mode = .compiled
    @OptionGroup var codes: CodesOptions
    @Flag(help: "Make the index anew.")
    var rebuild = false
    @OptionGroup var engine: EngineOptions
    @Flag(name: [.short, .long], help: "No progress, no summary.")
    var quiet = false
    @Flag(help: "Print the summary as JSON, with every file that was passed over or repaired, and why.")
    var json = false

    func run() throws {
        let summary = try update(try engine.engine())
        if json {
            try FileDescriptor.standardOutput.writeLine(SummaryText.json(summary))
        } else if !quiet {
            for line in SummaryText.passedOver(summary) + SummaryText.repaired(summary) {
                FileDescriptor.standardError.tell("anneal-search: \(line)\n")
            }
            try FileDescriptor.standardOutput.writeLine(SummaryText.lines(summary).joined(separator: "\n"))
        }
        for line in SummaryText.failures(summary) { FileDescriptor.standardError.tell("anneal-search: \(line)\n") }
        if !summary.failures.isEmpty { throw ExitCode(74) }
    }

    private func update(_ engine: Engine) throws -> IndexSummary {
        let indexer = try Indexer(
            at: index.location(), engine: engine, mode: mode, vectors: codes.storage(model: self.engine.model),
            threads: self.engine.threadCount, rebuilds: rebuild)
        let isWatched = !quiet && !json && FileDescriptor.standardError.isTerminal
        let selection = FileSelection(excluded: exclude, included: include, usesIgnoreFiles: !noIgnore)
        let summary = try indexer.update(roots, kind: kind, selection: selection) { done, total in
            guard isWatched, done % 16 == 0 || done == total else { return }
            FileDescriptor.standardError.tell("\r\u{1B}[K\(done) of \(total) files")
        }
        if isWatched { FileDescriptor.standardError.tell("\r\u{1B}[K") }
        try indexer.close()
        return summary
    }
}

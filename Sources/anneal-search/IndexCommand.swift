import Anneal
import AnnealPlatform
import AnnealSearch
import ArgumentParser

struct IndexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Bring an index up to date with folders and files.",
        discussion: """
            Text, Markdown, HTML and source code are cut at headings, paragraphs and functions. Files that have not \
            changed are not read again; files that are gone from the folders are forgotten; what was indexed from \
            elsewhere stays. Hidden files, symbolic links and folders that programs fill (node_modules, build, …) are \
            passed over.

            It may be interrupted or killed at any time: what was stored stays, and the next run goes on. With \
            --rebuild all is made anew, for another model for instance; until that is done the old index answers.

            Examples:
              anneal-search index docs/ README.md --db docs.db
              anneal-search index questions.txt --as lines --db questions.db
              anneal-search index docs/ --db docs.db --rebuild --model new.anneal
              anneal-search index docs/ --store postgres://writer@db.example.org/texts
            """)

    @Argument(help: "Folders and files.", completion: .file())
    var roots: [Path]
    @OptionGroup var index: IndexOptions
    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            "Cut all files in this way, whatever their names: text, markdown, html, source or lines.", valueName: "kind"
        ))
    var kind: DocumentKind?
    @Option(help: "naive, compiled or annealed: how vectors are made. An index keeps to one.")
    var mode: Mode = .compiled
    @Flag(help: "Make the index anew.")
    var rebuild = false
    @OptionGroup var engine: EngineOptions
    @Flag(name: [.short, .long], help: "No progress, no summary.")
    var quiet = false

    func run() throws {
        let summary = try update(try engine.engine())
        if !quiet { report(summary) }
        for failure in summary.failures {
            FileDescriptor.standardError.tell("anneal-search: cannot read \(failure.path): \(failure.message)\n")
        }
        if !summary.failures.isEmpty { throw ExitCode(74) }
    }

    private func update(_ engine: Engine) throws(IndexError) -> IndexSummary {
        let indexer = try Indexer(
            at: index.location(), engine: engine, mode: mode, threads: self.engine.threadCount, rebuilds: rebuild)
        let isWatched = !quiet && FileDescriptor.standardError.isTerminal
        let summary = try indexer.update(roots, kind: kind) { done, total in
            guard isWatched, done % 16 == 0 || done == total else { return }
            FileDescriptor.standardError.tell("\r\u{1B}[K\(done) of \(total) files")
        }
        if isWatched { FileDescriptor.standardError.tell("\r\u{1B}[K") }
        try indexer.close()
        return summary
    }

    private func report(_ summary: IndexSummary) {
        var parts = [
            "\(summary.indexed) files indexed (\(summary.passages) passages)", "\(summary.unchanged) unchanged",
        ]
        if summary.removed > 0 { parts.append("\(summary.removed) gone") }
        if summary.binary > 0 { parts.append("\(summary.binary) without text") }
        print(parts.joined(separator: ", "))
    }
}

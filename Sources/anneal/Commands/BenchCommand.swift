import Anneal
import AnnealPlatform
import ArgumentParser

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure the speed of every part on this machine.",
        discussion: """
            All parts are measured in turns, --runs times, and the best time of each counts, so that a change in the \
            load of the machine touches all alike. Compare ratios, not times, between machines. The hash is of all \
            vectors: equal hashes mean equal bits.

            Examples:
              anneal bench
              anneal bench --texts texts.txt --runs 5 --json
            """)

    @Option(
        help: ArgumentHelp("Texts, one a line. Default: made-up sentences, always the same.", valueName: "file"),
        completion: .file())
    var texts: Path?
    @Option(help: ArgumentHelp("Use at most this many texts.", valueName: "n"))
    var limit = 100_000
    @Option(help: ArgumentHelp("How often each part is measured.", valueName: "n"))
    var runs = 5
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var model: ModelOptions
    @OptionGroup var rows: RowLookupOptions

    func validate() throws {
        if runs < 1 { throw ValidationError("--runs must be at least 1.") }
        if limit < 1 { throw ValidationError("--limit must be at least 1.") }
    }

    func run() throws {
        let collection: TextCollection
        if let texts {
            collection = TextCollection(lines: try InputSource(texts).readText(), limit: limit)
            if collection.count == 0 { throw CommandError(.malformedInput, "\(texts): expected texts, found none") }
        } else {
            collection = TextCollection.sentences(min(limit, 20_000))
        }
        let engine = try model.open(lookup: rows.lookup)
        let result = try Benchmark(engine: engine, texts: collection).run(runs)
        if json {
            try show(result.json)
        } else {
            try show(result.lines)
        }
    }
}

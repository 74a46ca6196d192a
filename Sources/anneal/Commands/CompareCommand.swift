import Anneal
import AnnealJSON
import ArgumentParser

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Show how alike two texts are, and which of their parts make them so.",
        discussion: """
            The cosine of two vectors is the sum of the products of their instructions' contributions, so it can be \
            taken apart exactly: the parts of all pairs add up to the cosine.

            Examples:
              anneal compare "turn the light off" "switch off the lamp"
              anneal compare --top 3 "the dog bites the man" "the man bites the dog"
              anneal compare --json "a" "b"
            """)

    @Argument(help: "The first text.")
    var left: String
    @Argument(help: "The second text.")
    var right: String
    @Option(help: "naive, compiled or annealed.")
    var mode: Mode = .compiled
    @Option(help: ArgumentHelp("How many pairs to show.", valueName: "n"))
    var top = 10
    @Flag(help: "Print JSON, with all pairs and both programs.")
    var json = false
    @OptionGroup var model: ModelOptions
    @OptionGroup var rows: RowLookupOptions

    func validate() throws {
        if top < 1 { throw ValidationError("--top must be at least 1.") }
    }

    func run() throws {
        let engine = try model.open(lookup: rows.lookup)
        let comparison = try engine.compare(Array(left.utf8), Array(right.utf8), mode: mode)
        let report = ComparisonReport(leftText: left, rightText: right, mode: mode, comparison: comparison)
        if json {
            var json = JSONText()
            report.write(to: &json)
            try show(json)
        } else {
            try show(report.lines(.standardOutput, top: top))
        }
    }
}

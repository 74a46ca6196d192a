import Anneal
import AnnealJSON
import ArgumentParser

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show how a text becomes its vector: tokens, program, every rewrite, every share.",
        discussion: """
            A share is the part of the vector that an instruction is answerable for: the projection of its \
            contribution on the vector. Shares add up to 100 %; a negative one pulls the other way.

            --stop-after N stops after N rewrites, so that one can step through them or find the one that spoils a \
            result.

            Examples:
              anneal explain "turn the light off"
              anneal explain --mode naive "turn the light off"
              anneal explain --lookup emoji.embd "a 🍕 in the evening"
              anneal explain --stop-after 1 --json "turn the light off"
            """)

    @Argument(help: "The text; several words need quotes.")
    var text: String
    @Option(help: "naive, compiled or annealed.")
    var mode: Mode = .compiled
    @Option(help: ArgumentHelp("Stop after this many rewrites.", valueName: "n"))
    var stopAfter: Int?
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var model: ModelOptions
    @OptionGroup var rows: RowLookupOptions

    func validate() throws {
        if let stopAfter, stopAfter < 0 { throw ValidationError("--stop-after must not be negative.") }
    }

    func run() throws {
        let engine = try model.open(lookup: rows.lookup)
        let explanation = try engine.explain(Array(text.utf8), mode: mode, stepLimit: stopAfter)
        let report = ExplanationReport(text: text, mode: mode, explanation: explanation)
        if json {
            var json = JSONText()
            report.write(to: &json)
            try show(json)
        } else {
            try show(report.lines(.standardOutput))
        }
    }
}

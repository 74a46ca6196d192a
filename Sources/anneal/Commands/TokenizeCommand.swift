import Anneal
import ArgumentParser

struct TokenizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenize",
        abstract: "Cut texts into the tokens of the model, a line of output a line of input.",
        discussion: """
            Ids are those of the SentencePiece model inside the model file. Spans in JSON are byte offsets into the \
            line. An empty line stays an empty line (an empty array in JSON).

            Examples:
              echo "turn the light off" | anneal tokenize --pieces
              anneal tokenize --ids < texts.txt > ids.txt
              anneal tokenize --json --field text reviews.jsonl
            """)

    enum Form: String, EnumerableFlag {
        case ids
        case pieces
        case json

        static func help(for value: Form) -> ArgumentHelp? {
            switch value {
            case .ids: "Token ids separated by spaces."
            case .pieces: "The pieces' texts separated by spaces."
            case .json: "An array of objects: id, piece, start, end; unknown where the model does not know the piece."
            }
        }
    }

    @OptionGroup var lines: LineOptions
    @Flag(exclusivity: .exclusive)
    var form: Form = .ids
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var model: ModelOptions

    func run() throws {
        let inputs = try InputSource.all(lines.files)
        let engine = try model.open()
        let form: TokenizeTransform.Form =
            switch form {
            case .ids: .ids
            case .pieces: .pieces
            case .json: .json
            }
        let unknown = UnknownCounts()
        let pipeline = LinePipeline(threads: threads.count, field: lines.field) {
            try TokenizeTransform(engine: engine, form: form, counts: unknown)
        }
        let progress = ProgressBar(isQuiet: Descriptor.standardOutput.isTerminal)
        let counts = try pipeline.run(inputs, progress: progress) { bytes throws(CommandError) in
            try Descriptor.standardOutput.write(bytes)
        }
        counts.report(command: "tokenize", ofEmpty: "they have no tokens")
        unknown.report()
    }
}

import AnnealModel
import AnnealPlatform
import ArgumentParser

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a model file holds: sections, sizes, metadata, hash.",
        discussion: """
            The hash is the model's identity. --verify computes it anew; the checksums of the sections are checked \
            whenever a model is opened.

            Examples:
              anneal inspect
              anneal inspect mine.anneal --verify
              anneal inspect --extract-tokenizer tokenizer.model
            """)

    @Argument(help: ArgumentHelp("The model file. Default: the shipped model.", valueName: "model"))
    var file: Path?
    @Option(
        help: ArgumentHelp("Write the SentencePiece model back out, byte for byte.", valueName: "file"),
        completion: .file())
    var extractTokenizer: Path?
    @Flag(help: "Compare the content with the hash.")
    var verify = false
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var options: ModelOptions

    func validate() throws {
        if file != nil, options.model != nil { throw ValidationError("Name the model once: MODEL or --model.") }
        if options.rules != nil { throw ValidationError("inspect shows a file as it is; --rules does not apply.") }
    }

    func run() throws {
        var options = options
        options.model = file ?? options.model
        let (model, path) = try options.openModel()
        if verify {
            do throws(ModelError) {
                try model.verify()
            } catch {
                throw CommandError(.noModel, "\(path): \(error)")
            }
        }
        if let extractTokenizer {
            guard let bytes = model.bytes(of: .tokenizer) else {
                throw CommandError(.noModel, "\(path): the model has no tokenizer")
            }
            var output = try OutputFile(path: extractTokenizer)
            try output.writeAll(bytes)
            try output.commit()
            // With the bytes on standard output there is no place for the report.
            if extractTokenizer == "-" { return }
        }
        let report = ModelReport(model: model, path: path, isVerified: verify)
        if json {
            try show(report.json)
        } else {
            try show(report.lines(.standardOutput))
        }
    }
}

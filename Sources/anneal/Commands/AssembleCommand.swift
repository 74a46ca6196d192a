import AnnealModel
import AnnealPlatform
import ArgumentParser

struct AssembleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assemble",
        abstract: "Make a model file from its text, or from a model and what is to change of it.",
        discussion: """
            An error in the text is told with its line and column, and nothing is written.

            Indexes are what opening a model would otherwise compute from its tokenizer and its rules: with them a \
            process starts sooner, and the file is larger (by 4 of 30 MB for the shipped model). Without a flag the \
            new model has them if the text says .indexes, or the base has them.

            A --tokenizer has the pieces of the base, with the same scores, and other rules of normalisation: which \
            characters are taken for each other, and where words end. Other pieces are refused, for constants and \
            rules are of the pieces there are.

            Examples:
              anneal disassemble > model.txt
              anneal assemble model.txt --output model.anneal
              echo "k8s = kubernetes" > my.rules
              anneal assemble --base model.anneal --rules my.rules --output mine.anneal
              anneal assemble --base model.anneal --tokenizer folded.model --output folded.anneal
              anneal assemble --base model.anneal --indexes --output quick.anneal
            """)

    @Argument(
        help: ArgumentHelp(
            "The text of a model, as 'disassemble' prints it; '-' is standard input.", valueName: "text"),
        completion: .file())
    var text: Path?
    @Option(help: ArgumentHelp("Begin with this model instead of a text.", valueName: "model"), completion: .file())
    var base: Path?
    @Option(
        help: ArgumentHelp("Rules or phrases to add, one a line: 'k8s = kubernetes'.", valueName: "file"),
        completion: .file())
    var rules: Path?
    @Option(
        help: ArgumentHelp("A SentencePiece model of the same pieces, to read texts by.", valueName: "file"),
        completion: .file())
    var tokenizer: Path?
    @Flag(inversion: .prefixedNo, help: "Store what opening would compute from tokenizer and rules.")
    var indexes: Bool?
    @Option(
        name: [.short, .long], help: ArgumentHelp("The model file to write.", valueName: "path"), completion: .file())
    var output: Path

    func validate() throws {
        if text == nil, base == nil, rules == nil, tokenizer == nil {
            throw ValidationError("Name the text of a model, or a file of --rules or a --tokenizer for a model.")
        }
        if text != nil, base != nil || rules != nil || tokenizer != nil {
            throw ValidationError("A text is a whole model: --base, --rules and --tokenizer go without it.")
        }
        if text == nil, rules == nil, tokenizer == nil, indexes == nil {
            throw ValidationError("--base needs --rules, --tokenizer, --indexes or --no-indexes.")
        }
        if rules != nil, tokenizer != nil {
            throw ValidationError("--rules and --tokenizer take a model each: one after the other.")
        }
    }

    func run() throws {
        let bytes: [UInt8]
        do {
            if let text {
                bytes = try ModelAssembler.assemble(try InputSource(text).readText(), storesIndexes: indexes)
            } else {
                var options = ModelOptions()
                options.model = base
                options.rules = nil
                let (model, _) = try options.openModel()
                if let rules {
                    let patch = String(decoding: try InputSource(rules).readText(), as: UTF8.self)
                    bytes = try RulePatch.bytes(of: model, with: patch, storesIndexes: indexes)
                } else {
                    var parts = model.parts
                    if let tokenizer { try parts.replaceTokenizer(try InputSource(tokenizer).readAll()) }
                    parts.storesIndexes = indexes ?? parts.storesIndexes
                    bytes = try ModelWriter.encode(parts)
                }
            }
        } catch let error as ModelSourceError {
            let name = (text ?? rules).map { "\($0)" } ?? ""
            switch error {
            case .text(let place): throw CommandError(.malformedInput, "\(name):\(place)")
            case .model(let reason): throw CommandError(.malformedInput, "\(name): \(reason)")
            }
        } catch let error as ModelError {
            throw CommandError(.malformedInput, "\(error)")
        }
        var output = try OutputFile(path: output)
        try output.writeAll(bytes)
        try output.commit()
    }
}

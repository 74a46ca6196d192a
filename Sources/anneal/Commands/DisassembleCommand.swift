import Anneal
import AnnealModel
import AnnealPlatform
import ArgumentParser

struct DisassembleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disassemble",
        abstract: "Print a model as text that 'assemble' turns back into the same bytes.",
        discussion: """
            Examples:
              anneal disassemble > model.txt
              anneal disassemble mine.anneal --output mine.txt
              anneal disassemble --rules k8s.rules | grep k8s
            """)

    @Argument(help: ArgumentHelp("The model file. Default: the shipped model.", valueName: "model"))
    var file: Path?
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The file to write; '-' or none is standard output.", valueName: "path"),
        completion: .file())
    var output: Path?
    @OptionGroup var options: ModelOptions

    func validate() throws {
        if file != nil, options.model != nil { throw ValidationError("Name the model once: MODEL or --model.") }
    }

    func run() throws {
        var options = options
        options.model = file ?? options.model
        let model = try options.open().model
        var output = try OutputFile(path: output)
        try ModelDisassembler(model).write { chunk throws(CommandError) in try output.writeAll(chunk) }
        try output.commit()
    }
}

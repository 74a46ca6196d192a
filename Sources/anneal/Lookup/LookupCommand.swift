import AnnealGGUF
import AnnealLookup
import AnnealPlatform
import ArgumentParser

struct LookupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lookup",
        abstract: "Embed texts by a table of a model file's token rows, in bounded memory.",
        discussion: """
            A table (EMBD file) has the rows of the pieces that texts have most often. A text's vector is the sum of its \
            pieces' rows, each weighted by how rare the piece is. A piece that the table does not have is read from the \
            GGUF model file at its place; one that no vocabulary has gets a vector of its character n-grams. The model \
            itself never runs.

            With --align, which is the default, rows are mapped into the space of Anneal's engine by a linear map, fitted \
            on the words that both know. Then emoji and other scripts get vectors that go with Anneal's own. With --raw they \
            stay as they are.

            Examples:
              anneal lookup build --model model.gguf --texts corpus.txt --entries 10000 --output words.embd
              anneal lookup embed --table words.embd --model model.gguf texts.txt --output vectors.npy
              anneal lookup row words.embd "any text" --model model.gguf
              anneal lookup inspect words.embd
              anneal lookup check words.embd --model model.gguf
            """,
        subcommands: [
            LookupBuildCommand.self, LookupEmbedCommand.self, LookupRowCommand.self, LookupInspectCommand.self,
            LookupCheckCommand.self,
        ])
}

/// The table and the model file of a command that reads them.
struct LookupOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The GGUF file that the table was made of: it cuts texts into pieces, and has the rows that the table has not. "
                + "Without it, texts are cut into the longest pieces of the table.", valueName: "file"),
        completion: .file())
    var model: Path?
    @Flag(help: "Read rows of the table from its file, and keep hashes and frequencies alone in memory.")
    var positional = false
    @Option(
        help: ArgumentHelp(
            "Bytes of working memory beside table and vocabulary, for each thread; what needs more is refused.",
            valueName: "bytes"))
    var memory = GGUFLimits().workingMemory
    @OptionGroup var vocabulary: VocabularyOptions

    func open(_ table: Path) throws(CommandError) -> Lookup {
        try lookingUp { () throws(LookupError) in
            try Lookup(
                table: table, model: model, access: positional ? .positional : .memory, workingMemory: memory,
                vocabularyMemory: vocabulary.vocabularyMemory)
        }
    }
}

/// Carries out what may find a table or a model broken, and gives the error the status that it ends a command with.
func lookingUp<Value: ~Copyable>(_ body: () throws(LookupError) -> Value) throws(CommandError) -> Value {
    do throws(LookupError) { return try body() } catch { throw CommandError(error) }
}

extension CommandError {
    init(_ error: LookupError) {
        switch error.kind {
        case .unreadable: self.init(.noInput, error.description)
        case .malformed, .unsupported: self.init(.malformedInput, error.description)
        case .changed: self.init(.inputOutput, error.description)
        case .memory: self.init(.malformedInput, error.description, hint: memoryHint)
        case .otherModel:
            self.init(
                .malformedInput, error.description,
                hint: "A table goes with the model file that it was built of: anneal lookup build --model FILE.")
        }
    }
}

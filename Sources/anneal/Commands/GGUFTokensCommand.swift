import AnnealFormats
import AnnealGGUF
import AnnealPlatform
import ArgumentParser

struct GGUFTokensCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokens",
        abstract: "Cut texts into the tokens of a GGUF file's vocabulary, a line of output a line of input.",
        discussion: """
            Vocabularies of SentencePiece (llama, t5) and WordPiece (bert) are read; others are refused by name. Ids are \
            those of sentencepiece and of tokenizers for models of lower case. Marks of beginning and end are not added. \
            An id is the row of the token in token_embd.weight. A vocabulary of gpt2 is refused: each of its models cuts \
            words by a pattern of its own.

            Examples:
              anneal gguf tokens model.gguf < texts.txt > ids.txt
              echo "turn the light off" | anneal gguf tokens model.gguf --pieces
            """)

    @Argument(help: ArgumentHelp("The GGUF file.", valueName: "model"), completion: .file())
    var model: Path
    @OptionGroup var vocabulary: VocabularyOptions
    @OptionGroup var lines: LineOptions
    @Flag(help: "Print the pieces' texts and not their ids; \u{2581} stands for the beginning of a word.")
    var pieces = false
    @OptionGroup var threads: ThreadOptions
    @Flag(name: [.short, .long], help: "No progress bar.")
    var quiet = false

    func run() throws {
        let inputs = try InputSource.all(lines.files)
        let (model, limits) = (model, GGUFLimits(vocabularyMemory: vocabulary.vocabularyMemory))
        let vocabulary = try reading { () throws(GGUFError) in try GGUFVocabulary(GGUFFile(model, limits: limits)) }
        let showsPieces = pieces
        let pipeline = LinePipeline(threads: threads.count, field: lines.field) {
            GGUFTokensTransform(vocabulary, showsPieces: showsPieces)
        }
        let progress = ProgressBar(isQuiet: quiet || Descriptor.standardOutput.isTerminal)
        let counts = try pipeline.run(inputs, progress: progress) { bytes throws(CommandError) in
            try Descriptor.standardOutput.write(bytes)
        }
        counts.report(command: "gguf tokens", ofEmpty: "they have no tokens")
    }
}

/// A line becomes the ids or pieces of its tokens.
private struct GGUFTokensTransform: ~Copyable, LineTransform {
    private var encoder: GGUFTokenEncoder
    private let showsPieces: Bool

    init(_ vocabulary: GGUFVocabulary, showsPieces: Bool) {
        encoder = GGUFTokenEncoder(vocabulary)
        self.showsPieces = showsPieces
    }

    mutating func transform(_ line: UnsafeBufferPointer<UInt8>, row: Int, into output: inout ByteBuffer) -> Bool {
        var isFirst = true
        let (vocabulary, showsPieces) = (encoder.vocabulary, showsPieces)
        encoder.forEachToken(of: line) { token in
            if !isFirst { output.append(0x20) }
            isFirst = false
            if showsPieces {
                output.append(Visible.string(vocabulary.piece(token.id)))
            } else {
                output.append(decimal: UInt64(token.id))
            }
        }
        output.append(0x0A)
        return !isFirst
    }
}

import Anneal
import AnnealJSON
import AnnealManifold
import AnnealModel
import AnnealPlatform
import AnnealSound
import AnnealTokens
import ArgumentParser

struct CarriersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "carriers",
        abstract: "List the concepts that 'anneal sing' sings in, or learn others from texts.",
        discussion: """
            A concept is a group of texts that 'anneal cluster' would find. It is called by the word of the model's vocabulary \
            that is nearest to the group, and has a frequency: what is near in meaning is near in pitch, at least 15 Hz \
            apart. Without texts, the concepts that ship with the model are listed, from low to high.

            Examples:
              anneal carriers
              anneal carriers texts.txt --output my.carriers
              anneal sing 'The sea was calm.' --carriers my.carriers --output story.wav
            """)

    @Argument(
        help: ArgumentHelp("Files of texts to learn from, one a line, or folders of them.", valueName: "file"),
        completion: .file())
    var files: [Path] = []
    @Option(name: [.short, .long], help: ArgumentHelp("The file of concepts to write.", valueName: "file"))
    var output: Path?
    @Option(name: .customLong("k"), help: "How many concepts to learn, 16 to 1024.")
    var count = 256
    @Option(help: ArgumentHelp("Texts to learn from, at most, drawn by the seed.", valueName: "n"))
    var lines = 50_000
    @Option(help: "What texts are drawn by, and what parts the concepts.")
    var seed: UInt64 = 0
    @Flag(help: "Print JSON.")
    var json = false
    @Flag(name: [.short, .long], help: "No progress.")
    var quiet = false
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var carriers: CarrierOptions
    @OptionGroup var model: ModelOptions

    func validate() throws {
        if files.isEmpty != (output == nil) {
            throw ValidationError("Expected texts to learn from and --output, or neither.")
        }
        if lines < 1 { throw ValidationError("--lines must be at least 1, found \(lines).") }
        if !ConceptSet.counts.contains(count) {
            throw ValidationError(
                "--k must be \(ConceptSet.counts.lowerBound) to \(ConceptSet.counts.upperBound), found \(count).")
        }
    }

    func run() throws {
        if let output {
            // A place that cannot be written to is told at once.
            var file = try OutputFile(path: output)
            let concepts = try learn()
            try file.writeAll(concepts.bytes)
            try file.commit()
            if json { try show(Self.json(concepts)) }
        } else {
            let concepts = try carriers.open(beside: try model.path())
            if json { try show(Self.json(concepts)) } else { try show(Self.lines(concepts)) }
        }
    }

    private func learn() throws -> ConceptSet {
        let engine = try model.open()
        let progress = ProgressBar(isQuiet: quiet)
        progress.start(total: nil)
        defer { progress.finish() }
        var sources = try SourceTexts(files, list: nil, most: lines, seed: seed)
        try sources.read()
        let words = Self.words(of: engine)
        let vectors = try engine.matrix(of: sources.texts, threads: threads.count)
        let wordVectors = try engine.matrix(of: words, threads: threads.count)
        do throws(ConceptError) {
            return try ConceptSet.learn(
                from: vectors, count: count, calledBy: ConceptWords(words, vectors: wordVectors),
                engine: engine.model.contentHash, seed: seed, threads: threads.count
            ) { step in
                let hardness = Decimal.string(step.hardness * 100, places: 0)
                progress.update("sharpness \(Decimal.string(step.sharpness, places: 2)), \(hardness) % hard")
            }
        } catch {
            progress.finish()
            throw CommandError(.malformedInput, "\(error)")
        }
    }

    /// Pieces of the vocabulary that are whole words of small letters.
    private static func words(of engine: Engine) -> [String] {
        var words: Set<String> = []
        for id in 0..<UInt32(engine.model.tokenizer.pieceCount) {
            let piece = engine.piece(of: id)
            guard piece.hasPrefix("\u{2581}") else { continue }
            let word = String(piece.dropFirst())
            if word.count >= 3, word.allSatisfy({ $0.isLetter }), word == word.lowercased() { words.insert(word) }
        }
        return words.sorted()
    }

    private static func order(_ concepts: ConceptSet) -> [Int] {
        (0..<concepts.count).sorted { concepts.frequencies[$0] < concepts.frequencies[$1] }
    }

    static func lines(_ concepts: ConceptSet) -> [String] {
        var table = Table(right: [true, true, false, true])
        table.add(["concept", "Hz", "name", "texts"])
        for concept in order(concepts) {
            table.add([
                "\(concept)", Decimal.string(Double(concepts.frequencies[concept]), places: 1),
                concepts.names[concept], "\(concepts.textCounts[concept])",
            ])
        }
        return table.lines()
    }

    static func json(_ concepts: ConceptSet) -> JSONText {
        var json = JSONText()
        json.object { json in
            json.value("model", "\(concepts.engine)")
            json.value("identity", "\(concepts.identity)")
            json.value("dimension", concepts.dimension)
            json.array("concepts") { json in
                for concept in order(concepts) {
                    json.object { json in
                        json.value("concept", concept)
                        json.value("name", concepts.names[concept])
                        json.value("frequency", Double(concepts.frequencies[concept]))
                        json.value("texts", concepts.textCounts[concept])
                    }
                }
            }
        }
        return json
    }
}

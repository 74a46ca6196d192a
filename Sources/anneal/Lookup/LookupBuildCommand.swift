import Anneal
import AnnealJSON
import AnnealLookup
import AnnealModel
import AnnealPlatform
import ArgumentParser

struct LookupBuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Make a table of the pieces that texts have most often.",
        discussion: """
            Texts are cut into pieces by the model file's vocabulary and counted; the most frequent become entries, and pieces \
            that no text has fill the table up in the vocabulary's order. The counts are kept: a piece weighs \
            a / (a + its part of all tokens). The file appears when it is complete; the same texts, model and options give \
            the same bytes.

            For 'anneal embed --lookup', which needs rows for what the engine does not know, take --unknown.

            Examples:
              anneal lookup build --model model.gguf --texts corpus/ --output words.embd
              anneal lookup build --model model.gguf --texts corpus/ --unknown --entries 50000 --output other.embd
              anneal lookup build --model minilm.gguf --raw --texts a.txt b.txt --output raw.embd
              anneal lookup build --model model.gguf --identifiers --texts src/*.py --output code.embd
            """)

    /// What rows become.
    enum Rows: String, EnumerableFlag {
        case align, raw

        static func help(for value: Rows) -> ArgumentHelp? {
            switch value {
            case .align: "Map rows into the space of Anneal's engine, fitted on the words that both know. The default."
            case .raw: "Keep rows as the model has them."
            }
        }
    }

    @Option(help: ArgumentHelp("The GGUF file.", valueName: "file"), completion: .file())
    var model: Path
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Files of texts, one a line, or folders of them; '-' is standard input.", valueName: "file"),
        completion: .file())
    var texts: [Path]
    @Option(help: ArgumentHelp("How many entries.", valueName: "n"))
    var entries = 10_000
    @Option(
        name: [.short, .long], help: ArgumentHelp("The EMBD file to write.", valueName: "file"), completion: .file())
    var output: Path
    @Flag var rows: Rows = .align
    @Flag(help: "Take only pieces that Anneal's engine has no piece for, as emoji and other scripts.")
    var unknown = false
    @Flag(help: "Split identifiers at case, underscores and digits, as for source code; embedding then does it too.")
    var identifiers = false
    @Option(help: ArgumentHelp("The a of the weights; larger makes frequent pieces count more.", valueName: "a"))
    var smoothing = Double(LookupTable.smoothing)
    @Option(help: ArgumentHelp("How strongly the map is pulled to zero.", valueName: "λ"))
    var pull = TableSettings().pull
    @Option(
        help: ArgumentHelp("Words, one a line, that the map is not fitted on: to measure it by.", valueName: "file"),
        completion: .file())
    var leaveOut: Path?
    @Option(
        help: ArgumentHelp("The engine's model file. Default: the shipped model.", valueName: "file"),
        completion: .file())
    var engine: Path?
    @OptionGroup var threads: ThreadOptions
    @Flag(help: "Print what was made as JSON.")
    var json = false
    @Flag(name: [.short, .long], help: "No progress bar.")
    var quiet = false

    func validate() throws {
        if texts.isEmpty { throw ValidationError("--texts: expected files or folders.") }
        if !(1...(1 << 24)).contains(entries) {
            throw ValidationError("--entries must be 1...\(1 << 24), found \(entries).")
        }
        if !(smoothing > 0 && smoothing <= 1) {
            throw ValidationError("--smoothing must be above 0 and at most 1, found \(smoothing).")
        }
        if !(pull >= 0 && pull.isFinite) { throw ValidationError("--pull must be 0 or more, found \(pull).") }
    }

    func run() throws {
        let inputs = try InputSource.paths(texts).map { (path) throws(CommandError) in try InputSource(path) }
        var settings = TableSettings()
        settings.entries = entries
        settings.smoothing = Float(smoothing)
        settings.splitsIdentifiers = identifiers
        settings.pull = pull
        settings.threads = threads.count
        if let leaveOut {
            let text = String(decoding: try InputSource(leaveOut).readText(), as: UTF8.self)
            settings.leftOut = Set(text.split(whereSeparator: \.isNewline).map { String($0) })
        }
        let words = rows == .align || unknown ? try EngineWords(openEngine()) : nil
        AtomicFile.removePartialFilesOnSignals()
        let progress = ProgressBar(isQuiet: quiet)
        let (model, chosen) = (model, settings)
        var builder = try lookingUp { () throws(LookupError) in try TableBuilder(model: model, settings: chosen) }
        var reader = LineReader(inputs)
        progress.start(total: reader.totalBytes)
        let batch = LineBatch()
        while try reader.fill(batch) {
            for index in batch.ends.indices { builder.count(batch.line(index)) }
            progress.update(done: reader.bytesRead)
        }
        progress.start(total: nil)
        let summary: TableSummary
        do throws(LookupError) {
            summary = try builder.write(
                to: output, space: rows == .align ? words?.space : nil,
                isWanted: { unknown ? words?.lacks($0) ?? true : true }, progress: { progress.update($0) })
        } catch {
            throw error.path == output ? CommandError(.cannotCreate, error.description) : CommandError(error)
        }
        progress.finish()
        try show(summary)
    }

    private func openEngine() throws(CommandError) -> Engine {
        do throws(EngineError) {
            if let engine { return try Engine(path: engine.argument) }
            return try Engine()
        } catch {
            throw CommandError(.noModel, "\(error)", hint: "Name the engine's model with --engine PATH.")
        }
    }

    private func show(_ summary: TableSummary) throws(CommandError) {
        if json {
            var json = JSONText()
            json.object { json in
                json.value("path", output.text ?? "\(output)")
                json.value("entries", summary.entries)
                json.value("dimension", summary.dimension)
                json.value("texts", summary.texts)
                json.value("tokens", summary.tokens)
                json.value("pieces", summary.pieces)
                json.value("hits", summary.hits)
                json.value("words", summary.words)
                json.value("fit", summary.fit)
            }
            return try anneal_cli.show(json)
        }
        let share = Decimal.string(100 * Double(summary.hits) / Double(max(1, summary.tokens)), places: 1)
        var lines = [
            "\(output): \(summary.entries) entries of \(summary.dimension) numbers",
            "  \(summary.texts) texts have \(summary.tokens) tokens of \(summary.pieces) pieces; \(share) % are in the table",
        ]
        if summary.words > 0 {
            let fit = Decimal.string(summary.fit, places: 3)
            lines.append("  mapped as \(summary.words) words are that both know; their mean cosine is \(fit)")
        }
        try anneal_cli.show(lines)
    }
}

/// What an engine knows of single words, for tables.
private final class EngineWords {
    private let engine: Engine
    private var session: Session
    private var vector: [Float]

    init(_ engine: Engine) throws {
        self.engine = engine
        session = try engine.makeSession()
        vector = [Float](repeating: 0, count: engine.dimension)
    }

    /// Where rows are mapped to: the vectors of words that are one piece.
    var space: LookupSpace {
        LookupSpace(engine: engine.model.contentHash, dimension: engine.dimension) { [self] word in
            embed(word)
            return session.tokenCount == 1 && session.unknownCount == 0 ? vector : nil
        }
    }

    /// Whether the engine has no piece for something in a piece of another vocabulary.
    func lacks(_ piece: String) -> Bool {
        embed(piece.replacing("\u{2581}", with: " "))
        return session.unknownCount > 0
    }

    private func embed(_ text: String) {
        var numbers = vector.mutableSpan
        session.embed(text, into: &numbers)
    }
}

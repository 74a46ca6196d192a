import Anneal
import AnnealConcepts
import AnnealFormats
import AnnealPlatform
import ArgumentParser

/// Which model of completions a command uses, and how.
struct CompletionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The model of completions, as --train writes it. Default: the one beside the default model.",
            valueName: "file"),
        completion: .file())
    var completions: Path?
    @Option(
        help: ArgumentHelp(
            "How much the line's concepts count: the power of what they say; 0 for nothing. Default: the model's.",
            valueName: "x"))
    var strength: Float?
    @Option(
        help: ArgumentHelp(
            "How much the nearest concepts count more than others. Default: the model's.", valueName: "x"))
    var sharpness: Float?
    @Option(
        help: ArgumentHelp(
            "The share of the probability that goes to words of the line itself. Default: the model's.",
            valueName: "0...0.9"))
    var cache: Float?

    func open() throws(CommandError) -> CompletionModel {
        do throws(CompletionError) {
            if let completions { return try CompletionModel(completions) }
            return try CompletionModel()
        } catch {
            let name = completions.map { "\($0): " } ?? ""
            throw CommandError(
                .noModel, "\(name)\(error)",
                hint: completions == nil
                    ? "Train one: anneal complete --train TEXTS… --output FILE, and name it with --completions FILE."
                    : nil)
        }
    }

    func settings(_ model: CompletionModel) -> FieldSettings {
        var settings = model.settings
        if let strength { settings.strength = strength }
        if let sharpness { settings.sharpness = sharpness }
        if let cache { settings.cache = cache }
        return settings
    }

    func completer(_ model: CompletionModel, _ engine: Engine) throws(CommandError) -> Completer {
        do throws(CompletionError) { return try Completer(model, engine: engine, settings: settings(model)) } catch {
            throw Self.failure(error)
        }
    }

    /// What is wrong where a model of completions is used: a number that was asked with, or that it is for other vectors.
    static func failure(_ error: CompletionError) -> CommandError {
        if case .setting = error { return CommandError(.usage, "--\(error)") }
        return CommandError(.noModel, "\(error)", hint: "Name the model that it is for with --model FILE.")
    }
}

/// Going on with a line instead of proposing words.
struct ContinuationOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Go on with the line, towards what this text is about.", valueName: "text"))
    var towards: String?
    @Option(
        help: ArgumentHelp("The same towards the first vector of a file.", valueName: "file"), completion: .file())
    var towardsVector: Path?
    @Option(help: ArgumentHelp("Go on by so many words. Default with --towards: 20.", valueName: "words"))
    var length: Int?
    @Option(help: ArgumentHelp("How much the direction counts: 0 for nothing.", valueName: "x"))
    var push: Float = 1.5
    @Option(help: ArgumentHelp("How bold the draw is: 0 takes the likeliest word each time.", valueName: "x"))
    var temperature = 0.7
    @Option(help: "Of the draws; of the concepts with --train.")
    var seed: UInt64 = 0

    static let lengthMost = 10_000

    var isAsked: Bool { towards != nil || towardsVector != nil || length != nil }

    func validate() throws {
        if let length, !(1...Self.lengthMost).contains(length) {
            throw ValidationError("--length must be 1...\(Self.lengthMost), found \(length).")
        }
        if !(0...10).contains(temperature) {
            throw ValidationError("--temperature must be 0...10, found \(temperature).")
        }
    }

    func direction(_ completer: Completer) throws(CommandError) -> Direction? {
        let vector = try towardsVector.map { (path) throws(CommandError) in try Self.vector(path) }
        do throws(CompletionError) {
            if let towards { return try completer.direction(towards: towards, strength: push) }
            guard let vector else { return nil }
            return try completer.direction(towards: vector, strength: push)
        } catch {
            if case .setting = error { throw CommandError(.usage, "--push: \(error)") }
            throw CommandError(.malformedInput, "\(towardsVector.map { "\($0)" } ?? "--towards"): \(error)")
        }
    }

    private static func vector(_ path: Path) throws(CommandError) -> [Float] {
        let matrix: Matrix
        do throws(FormatError) { matrix = try VectorFile(path).matrix() } catch {
            throw CommandError(Files.isReadable(path) ? .malformedInput : .noInput, "\(error)", hint: error.hint)
        }
        guard matrix.rows > 0 else {
            throw CommandError(.malformedInput, "\(path): expected a vector to go towards, found none")
        }
        return Array(UnsafeBufferPointer(start: matrix.row(0), count: matrix.columns))
    }

    func continuation(of line: String, _ completer: Completer, _ direction: Direction?) -> String {
        completer.continuation(
            of: line, words: length ?? 20, towards: direction, temperature: temperature, seed: seed)
    }
}

/// Making a model.
struct CompletionTrainingOptions: ParsableArguments {
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Train a model on these files of texts, one a line; '-' is standard input.", valueName: "file"),
        completion: .file())
    var train: [Path] = []
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The model to write, which appears whole or not at all.", valueName: "file"),
        completion: .file())
    var output: Path?
    @Option(help: ArgumentHelp("Words that the model knows, at most.", valueName: "n"))
    var vocabulary = CompletionTrainingSettings().vocabulary
    @Option(help: ArgumentHelp("Concepts, at most.", valueName: "n"))
    var concepts = CompletionTrainingSettings().concepts
    @Option(help: ArgumentHelp("Size of the file, at most: the rarest sequences are left out.", valueName: "MB"))
    var megabytes = CompletionTrainingSettings().byteLimit / 1_000_000
    @Option(help: ArgumentHelp("Words of the texts that are kept in memory, at most.", valueName: "n"))
    var corpusWords = CompletionTrainingSettings().corpusWords

    func settings(seed: UInt64, threads: Int) -> CompletionTrainingSettings {
        var settings = CompletionTrainingSettings()
        settings.vocabulary = vocabulary
        settings.concepts = concepts
        let bytes = megabytes.multipliedReportingOverflow(by: 1_000_000)
        settings.byteLimit = bytes.overflow ? .max : bytes.partialValue
        settings.corpusWords = corpusWords
        settings.seed = seed
        settings.threads = threads
        return settings
    }
}

/// Measuring a model.
struct CompletionMeasureOptions: ParsableArguments {
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Measure on these files of texts, one a line, each a source; not those of training.", valueName: "file"),
        completion: .file())
    var measure: [Path] = []
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "For comparison: a file a source whose words tell its genre, as the part that was trained on.",
            valueName: "file"),
        completion: .file())
    var genres: [Path] = []
    @Option(help: ArgumentHelp("The power of what the genre says.", valueName: "x"))
    var genreStrength: Float = 1
    @Flag(help: "Time calls as well, one after the other.")
    var timed = false

    func run(
        _ model: CompletionModel, _ engine: Engine, settings: FieldSettings, threads: Int, json: Bool
    ) throws(CommandError) {
        let found: CompletionMeasurement
        let texts = try Self.texts(measure)
        let genreTexts = genres.isEmpty ? nil : try Self.texts(genres)
        do throws(CompletionError) {
            found = try CompletionMeasurement.measure(
                model, engine, settings: settings, on: texts, genres: genreTexts, genreStrength: genreStrength,
                timed: timed, threads: threads)
        } catch {
            throw CompletionOptions.failure(error)
        }
        let report = CompletionReport(model: model, found: found, files: measure)
        if json { try show(report.json) } else { try show(report.lines(.standardOutput)) }
    }

    private static func texts(_ files: [Path]) throws(CommandError) -> [[String]] {
        var texts = files.map { _ in [String]() }
        let inputs = try InputSource.all(files)
        var reader = LineReader(inputs)
        let batch = LineBatch()
        while try reader.fill(batch) {
            for index in batch.ends.indices {
                texts[batch.inputIndex].append(String(decoding: batch.line(index), as: UTF8.self))
            }
        }
        return texts
    }
}

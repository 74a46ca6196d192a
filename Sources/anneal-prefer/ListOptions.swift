import Anneal
import AnnealFormats
import AnnealPlatform
import AnnealPreferences
import ArgumentParser

/// What is chosen from, and by which model.
struct ListOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Words or texts to choose from, one a line; or a word, a tab and its definition. Default: 16,384 words of WordNet.",
            valueName: "file"), completion: .file())
    var list: Path?
    @Option(
        help: ArgumentHelp(
            "The vectors of the list, a row a line, instead of the model's; likes are then names in the list.",
            valueName: "file"), completion: .file())
    var vectors: Path?
    @Option(
        name: [.short, .customLong("model")],
        help: ArgumentHelp("The model file. Default: the shipped model.", valueName: "path"), completion: .file())
    var modelPath: Path?
    @Option(name: [.short, .long], help: "Threads; the result is the same for any number. Default: one a processor.")
    var threads: Int?

    var threadCount: Int { threads ?? min(8, WorkerThread.available) }

    func validate() throws {
        if let threads, !(1...256).contains(threads) {
            throw ValidationError("--threads must be 1...256, found \(threads).")
        }
        if vectors != nil && modelPath != nil { throw ValidationError("Give --vectors or --model, not both.") }
    }

    /// Reads the list and has its vectors.
    /// - Throws: ``PreferenceError``, ``PreferToolError``.
    func open() throws -> OpenedList {
        let list: ConceptList
        if let path = self.list {
            list = try ConceptList(path)
        } else if let path = Engine.shippedFile(named: "default.concepts") {
            list = try ConceptList(Path(argument: path))
        } else {
            throw PreferToolError(status: 69, "the list of words does not lie beside the program; name one with --list")
        }
        guard let vectors else { return try OpenedList(list, engine: engine(), threads: threadCount) }
        let file: VectorFile
        do throws(FormatError) { file = try VectorFile(vectors) } catch {
            throw PreferToolError(status: 66, "\(error)")
        }
        return try OpenedList(list, vectors: file)
    }

    private func engine() throws(PreferToolError) -> Engine {
        do throws(EngineError) {
            return if let modelPath { try Engine(path: modelPath.argument) } else { try Engine() }
        } catch {
            let hint = if case .noShippedModel = error { "; name a model with --model" } else { "" }
            throw PreferToolError(status: 69, "\(error)\(hint)")
        }
    }
}

/// A list with the directions of its concepts.
struct OpenedList {
    let list: ConceptList
    let space: ConceptSpace
    /// Nil where the vectors came from a file: then only what is in the list has one.
    private let engine: Engine?

    init(_ list: ConceptList, engine: Engine, threads: Int) throws {
        let vectors = Matrix(rows: list.concepts.count, columns: engine.dimension)
        var numbers = UnsafeMutableBufferPointer(start: vectors.storage, count: vectors.rows * vectors.columns)
            .mutableSpan
        do throws(EngineError) {
            try engine.embed(list.concepts.map(\.text), threads: threads, into: &numbers)
        } catch {
            throw PreferToolError(status: 69, "\(error)")
        }
        (self.list, self.engine, space) = (list, engine, try ConceptSpace(vectors))
    }

    init(_ list: ConceptList, vectors file: VectorFile) throws(PreferenceError) {
        guard file.rows == list.concepts.count else {
            throw .vectors(expected: "\(list.concepts.count) rows, one a line of the list", found: "\(file.rows)")
        }
        let vectors = Matrix(rows: file.rows, columns: file.columns)
        for row in 0..<file.rows { file.copyRow(row, into: vectors.row(row)) }
        (self.list, engine, space) = (list, nil, try ConceptSpace(vectors))
    }

    /// What a person means by a word or text: the concept of that name, or else the text itself.
    func opinion(_ name: String) throws -> Opinion {
        if let concept = list.index(of: name) { return try Opinion(concept, name: name, in: space) }
        return try Opinion(name, vector: vector(of: name), in: space)
    }

    /// - Throws: ``PreferenceError/unknown(_:)`` where there is no model to ask.
    func vector(of text: String) throws -> [Float] {
        guard let engine else { throw PreferenceError.unknown(text) }
        do throws(EngineError) { return try engine.embed(text) } catch {
            throw PreferToolError(status: 69, "\(error)")
        }
    }

    /// Says how much of the list has no vector.
    func reportUnknown() {
        let unknown = (0..<space.count).count { !space.isKnown($0) }
        if unknown > 0 {
            FileDescriptor.standardError.tell(
                "anneal-prefer: \(unknown) of \(space.count) lines of the list have no word that the model knows\n")
        }
    }
}

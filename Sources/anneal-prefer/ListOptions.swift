import Anneal
import AnnealFormats
import AnnealIDs
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
    @OptionGroup var engine: EngineOptions
    @Flag(
        name: .customLong("from-ids"), help: "Rank by semantic IDs alone: each vector is what its ID stands for.")
    var fromIDs = false
    @OptionGroup var ids: IDOptions
    @Option(name: [.short, .long], help: "Threads; the result is the same for any number. Default: one a processor.")
    var threads: Int?

    var threadCount: Int { threads ?? min(8, WorkerThread.available) }

    func validate() throws {
        if let threads, !(1...256).contains(threads) {
            throw ValidationError("--threads must be 1...256, found \(threads).")
        }
        if vectors != nil && engine.modelPath != nil { throw ValidationError("Give --vectors or --model, not both.") }
    }

    /// Reads the list and has its vectors.
    /// - Parameter needsIDs: whether more than `--from-ids` asks for semantic IDs.
    /// - Throws: ``PreferenceError``, ``PreferToolError``.
    func open(needsIDs: Bool = false) throws -> OpenedList {
        let list: ConceptList
        if let path = self.list {
            list = try ConceptList(path)
        } else if let path = Engine.shippedFile(named: "default.concepts") {
            list = try ConceptList(Path(argument: path))
        } else {
            throw PreferToolError(status: 69, "the list of words does not lie beside the program; name one with --list")
        }
        let engine = try vectors == nil ? engine.open() : nil
        let identified = try needsIDs || fromIDs ? Identified(ids.open(for: engine)) : nil
        return try OpenedList(
            list, vectors: rows(of: list, by: engine), engine: engine, identified, ranksByIDs: fromIDs)
    }

    /// A row a concept: the model's vectors, or those of a file.
    private func rows(of list: ConceptList, by engine: Engine?) throws -> Matrix {
        if let engine {
            let rows = Matrix(rows: list.concepts.count, columns: engine.dimension)
            var numbers = UnsafeMutableBufferPointer(start: rows.storage, count: rows.rows * rows.columns).mutableSpan
            do throws(EngineError) {
                try engine.embed(list.concepts.map(\.text), threads: threadCount, into: &numbers)
            } catch {
                throw PreferToolError(status: 69, "\(error)")
            }
            return rows
        }
        guard let vectors else { preconditionFailure("neither a model nor vectors") }
        let file: VectorFile
        do throws(FormatError) { file = try VectorFile(vectors) } catch {
            throw PreferToolError(status: 66, "\(error)")
        }
        guard file.rows == list.concepts.count else {
            throw PreferenceError.vectors(
                expected: "\(list.concepts.count) rows, one a line of the list", found: "\(file.rows)")
        }
        let rows = Matrix(rows: file.rows, columns: file.columns)
        for row in 0..<file.rows { file.copyRow(row, into: rows.row(row)) }
        return rows
    }
}

/// Which model makes vectors.
struct EngineOptions: ParsableArguments {
    @Option(
        name: [.short, .customLong("model")],
        help: ArgumentHelp("The model file. Default: the shipped model.", valueName: "path"), completion: .file())
    var modelPath: Path?

    func open() throws(PreferToolError) -> Engine {
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
    /// Nil where nothing asks for IDs.
    let identified: Identified?
    /// For each concept its semantic ID, nil for one without a known word; empty where nothing asks for IDs.
    let ids: [SemanticID?]
    /// Nil where the vectors came from a file: then only what is in the list has one.
    private let engine: Engine?
    private let ranksByIDs: Bool

    /// - Parameters:
    ///   - vectors: a row a concept.
    ///   - ranksByIDs: whether a vector is replaced by what its ID stands for.
    init(
        _ list: ConceptList, vectors: Matrix, engine: Engine?, _ identified: Identified?, ranksByIDs: Bool
    ) throws {
        ids = try identified?.ids(of: vectors) ?? []
        if ranksByIDs, let identified {
            for (row, id) in ids.enumerated() {
                guard let id else {
                    vectors.row(row).update(repeating: 0, count: vectors.columns)
                    continue
                }
                for (column, value) in try identified.vector(of: id).enumerated() { vectors.row(row)[column] = value }
            }
        }
        (self.list, self.engine, self.identified, self.ranksByIDs) = (list, engine, identified, ranksByIDs)
        space = try ConceptSpace(vectors)
    }

    /// What a person means by a word or text: the concept of that name, or else the text itself.
    func opinion(_ name: String) throws -> Opinion {
        if let concept = list.index(of: name) { return try Opinion(concept, name: name, in: space) }
        return try Opinion(name, vector: vector(of: name), in: space)
    }

    /// Reads the text of a semantic ID or of a prefix of one.
    /// - Precondition: IDs were asked for.
    func parse(_ text: String) throws(PreferToolError) -> SemanticID {
        guard let identified else { preconditionFailure("a list without IDs") }
        do throws(IDError) { return try identified.model.parse(text) } catch {
            throw PreferToolError(status: 64, "\(error)")
        }
    }

    /// What a person means by a semantic ID or a prefix of one.
    /// - Precondition: IDs were asked for.
    func opinion(_ id: SemanticID) throws -> Opinion {
        guard let identified else { preconditionFailure("a list without IDs") }
        return try Opinion("\(id)", vector: identified.vector(of: id), in: space)
    }

    /// - Throws: ``PreferenceError/unknown(_:)`` where there is no model to ask.
    func vector(of text: String) throws -> [Float] {
        let vector = try embedding(of: text)
        guard ranksByIDs, let identified, let id = try identified.id(of: vector) else { return vector }
        return try identified.vector(of: id)
    }

    /// The semantic ID of a concept's name, or else of a text.
    func id(of name: String) throws -> SemanticID? {
        if let concept = list.index(of: name) { return ids[concept] }
        return try identified?.id(of: embedding(of: name))
    }

    private func embedding(of text: String) throws -> [Float] {
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

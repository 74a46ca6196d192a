import Anneal
import AnnealFormats
import AnnealIDs
import AnnealPlatform
import ArgumentParser

/// Which model gives semantic IDs.
struct IDOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The model of IDs. Default: the one beside the default model.", valueName: "path"),
        completion: .file())
    var ids: Path?

    /// - Throws: ``PreferToolError``, also for IDs of another model's vectors than the engine's.
    func open(for engine: Engine?) throws(PreferToolError) -> IDModel {
        do throws(IDError) {
            let model = if let ids { try IDModel(ids) } else { try IDModel() }
            if let engine { try model.check(engine) }
            return model
        } catch {
            let name = ids.map { "\($0): " } ?? ""
            let hint = ids == nil ? "; name a model of IDs with --ids" : ""
            throw PreferToolError(status: 69, "\(name)\(error)\(hint)")
        }
    }
}

/// The IDs of vectors, and what they stand for. For one thread at a time.
struct Identified {
    let model: IDModel
    private let coder: IDCoder

    init(_ model: IDModel) {
        self.model = model
        coder = model.makeCoder()
    }

    /// The ID of a vector; nil for the zero vector.
    /// - Throws: ``PreferToolError`` for a vector that the model of IDs is not for.
    func id(of vector: UnsafeBufferPointer<Float>) throws(PreferToolError) -> SemanticID? {
        do throws(IDError) { return try coder.id(of: vector) } catch { throw PreferToolError(status: 65, "\(error)") }
    }

    func id(of vector: [Float]) throws(PreferToolError) -> SemanticID? {
        // One type of error only, which the closure's own cannot say.
        try vector.withUnsafeBufferPointer { (vector) throws(PreferToolError) in try id(of: vector) }
    }

    /// The IDs of rows; nil for a row of zeros.
    func ids(of vectors: Matrix) throws(PreferToolError) -> [SemanticID?] {
        try (0..<vectors.rows).map { (row) throws(PreferToolError) in
            try id(of: UnsafeBufferPointer(start: vectors.row(row), count: vectors.columns))
        }
    }

    /// The vector that an ID or a prefix of one stands for.
    func vector(of id: SemanticID) throws(PreferToolError) -> [Float] {
        do throws(IDError) { return try model.vector(of: id) } catch { throw PreferToolError(status: 64, "\(error)") }
    }
}

public import Anneal

/// The vectors of an engine whose critic is the teacher: a rewrite stays if it does not lower the cosine with the teacher's
/// vector of the text. No model knows that vector; this is what a critic that did would make of the same rules, one rewrite
/// at a time.
public struct OracleVectors: VectorSource {
    private let engine: Engine
    private let teacher: any VectorSource
    private let threads: Int

    /// - Parameter teacher: the teacher's vectors, reduced to the model's dimensions.
    /// - Throws: ``EvalError`` if they have another number of dimensions.
    public init(_ engine: Engine, teacher: any VectorSource, threads: Int) throws(EvalError) {
        guard teacher.dimension == engine.dimension else {
            throw EvalError(
                place: teacher.name, expected: "vectors of the model's \(engine.dimension) numbers",
                found: "\(teacher.dimension)")
        }
        self.engine = engine
        self.teacher = teacher
        self.threads = threads
    }

    public var name: String { "oracle" }
    public var dimension: Int { engine.dimension }

    public func vectors(of texts: [String]) throws -> [Float] {
        let targets = try teacher.vectors(of: texts)
        var rows = [Float](repeating: 0, count: texts.count * dimension)
        var room = rows.mutableSpan
        engine.embed(texts, towards: targets, threads: threads, into: &room)
        return rows
    }
}

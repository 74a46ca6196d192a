public import Anneal

/// The vectors of an engine in one of its modes. The number of threads changes no bit.
public struct EngineVectors: VectorSource {
    private let engine: Engine
    private let mode: Mode
    private let threads: Int

    public init(_ engine: Engine, mode: Mode, threads: Int) {
        self.engine = engine
        self.mode = mode
        self.threads = threads
    }

    public var name: String { mode.rawValue }
    public var dimension: Int { engine.dimension }

    public func vectors(of texts: [String]) throws -> [Float] {
        var rows = [Float](repeating: 0, count: texts.count * dimension)
        var room = rows.mutableSpan
        try engine.embed(texts, mode: mode, threads: threads, into: &room)
        return rows
    }
}

public import Anneal
public import AnnealPlatform
import AnnealModel

/// Answers queries from an index.
///
///     let index = try SearchIndex(path: "docs.db", engine: try Engine())
///     for hit in try index.search("how do I turn the light off", limit: 5) { print(hit.path, hit.passage.text) }
///
/// From a file the vectors are read into memory at the first search that needs them, and again after another program has
/// changed the index or put another one in its place.
/// To be used by one thread at a time; the scan itself uses ``threads``.
public final class SearchIndex {
    private let location: IndexLocation
    /// Nil while it cannot be opened again.
    private var opened: (any IndexStore)?
    private let engine: Engine
    /// How the vectors of the index that was opened last were made.
    private var mode: Mode
    private let threads: Int

    /// Places of each ranking whose passages are ranked by both scores: deeper ones change the first ten hardly.
    public static let depth = 100
    /// From an index with codes, so many times as many are taken by their codes, for codes know less.
    private static let coded = 2
    /// What the best passage by words gets for them in a search by both, beside its cosine.
    public static var wordWeight: Double { ScoreSum.wordWeight }

    /// Opens an index.
    /// - Parameter threads: threads of the scan; the result is the same for any number.
    /// - Throws: ``IndexError``: no index, another program's file, a newer version, another model.
    /// - Precondition: `threads > 0`.
    public init(at location: IndexLocation, engine: Engine, threads: Int = 1) throws(IndexError) {
        precondition(threads > 0)
        self.location = location
        self.engine = engine
        self.threads = threads
        let (store, mode) = try SearchIndex.open(location, engine)
        opened = store
        self.mode = mode
    }

    /// The index as it is now.
    private func current() throws(IndexError) -> any IndexStore {
        if let opened {
            if try !opened.hasChanged() { return opened }
            // First: where another file lies at the path, SQLite must not have both open. This one was only read, so there
            // is nothing that closing could lose.
            try? opened.close()
            self.opened = nil
        }
        let (store, mode) = try SearchIndex.open(location, engine)
        opened = store
        self.mode = mode
        return store
    }

    private static func open(_ location: IndexLocation, _ engine: Engine) throws(IndexError) -> (any IndexStore, Mode) {
        let store = try location.open()
        guard store.model.hash == "\(engine.model.contentHash)", let mode = Mode(rawValue: store.model.mode) else {
            throw .otherModel(path: store.place, expected: store.model.hash, found: "\(engine.model.contentHash)")
        }
        return (store, mode)
    }

    /// Opens an index file.
    public convenience init(path: Path, engine: Engine, threads: Int = 1) throws(IndexError) {
        try self.init(at: .file(path), engine: engine, threads: threads)
    }

    /// Documents and passages of the index.
    public func counts() throws(IndexError) -> (documents: Int, passages: Int) { try current().counts() }

    /// The best passages for a query, best first.
    /// - Parameter limit: at most so many.
    /// - Complexity: O(passages · dimension) for the vectors of a file; for the words, the passages that hold any of them.
    /// - Throws: ``IndexError``.
    /// - Precondition: `limit > 0`.
    public func search(_ query: String, mode: SearchMode = .hybrid, limit: Int = 10) throws(IndexError) -> [SearchHit] {
        precondition(limit > 0)
        let depth = max(limit, SearchIndex.depth)
        let store = try current()
        try store.load(vectors: mode != .words, words: mode != .vectors, threads: threads)
        var near: [(passage: Int64, score: Double)] = []
        var worded = near
        var cosines: [Int64: Double] = [:]
        let vector = mode == .words ? nil : try self.vector(of: query)
        if let vector {
            near = try nearest(vector, depth, store)
            cosines = Dictionary(uniqueKeysWithValues: near.map { ($0.passage, $0.score) })
        }
        if mode != .vectors {
            worded = try store.worded(
                query, limit: depth, others: near.map(\.passage), besideVectors: vector != nil)
            let rest = worded.lazy.map(\.passage).filter { cosines[$0] == nil }
            if let vector { cosines.merge(try self.cosines(of: Array(rest), with: vector, store)) { own, _ in own } }
        }
        let shares = ScoreSum.shares(worded)
        let ranked =
            switch mode {
            case .hybrid: ScoreSum.fuse(words: shares, cosines: cosines)
            case .vectors: near
            case .words: worded
            }
        let nearRank = ranks(near.map(\.passage))
        // Behind the best are those that only the vectors have found.
        let wordRank = ranks(worded.prefix(depth).map(\.passage))
        let best = ranked.prefix(limit)
        let found = try store.passages(best.map(\.passage))
        return best.compactMap { item, score in
            // A passage that was replaced since the vectors were read is left out.
            guard let (path, passage) = found[item] else { return nil }
            return SearchHit(
                path: path, passage: passage, score: score, cosine: cosines[item], wordShare: shares[item],
                vectorRank: nearRank[item], wordRank: wordRank[item])
        }
    }

    /// What the query and a hit have in common: the parts of their cosine.
    /// - Throws: ``IndexError/engine(_:)`` for a query of more than 1,024 tokens.
    public func explain(_ query: String, _ hit: SearchHit) throws(IndexError) -> Comparison {
        do throws(EngineError) {
            return try engine.compare(query, hit.passage.embedded, mode: mode)
        } catch {
            throw .engine(error)
        }
    }

    /// Whether the model knows any word of a query. One without is answered by its words alone.
    /// - Throws: ``IndexError/engine(_:)``.
    public func knows(_ query: String) throws(IndexError) -> Bool {
        try vector(of: query) != nil
    }

    /// A query's vector; nil for one without a known word, which is near to nothing.
    private func vector(of query: String) throws(IndexError) -> [Float]? {
        do throws(EngineError) {
            let vector = try engine.embed(query, mode: mode)
            return vector.contains { $0 != 0 } ? vector : nil
        } catch {
            throw .engine(error)
        }
    }

    /// The passages nearest to a vector, by their vectors. From an index with codes these are the best of a few more by
    /// their codes, embedded anew.
    private func nearest(
        _ vector: [Float], _ depth: Int, _ store: any IndexStore
    ) throws(IndexError) -> [IndexStore.Scored] {
        let wanted = depth * (store.codes == nil ? 1 : SearchIndex.coded)
        let near = try store.nearest(vector, limit: wanted, threads: threads)
        if store.codes == nil { return near }
        let cosines = try cosines(of: near.map(\.passage), with: vector, store)
        return Array(cosines.map { (passage: $0.key, score: $0.value) }.sorted(by: ScoreSum.isBetter).prefix(depth))
    }

    /// The cosines of passages with a vector; a passage that is gone or has no known word has none.
    private func cosines(
        of passages: [Int64], with vector: [Float], _ store: any IndexStore
    ) throws(IndexError) -> [Int64: Double] {
        if let cosines = try store.cosines(of: passages, with: vector) { return cosines }
        let found = Array(try store.passages(passages))
        let vectors: [[Float]]
        do throws(EngineError) {
            vectors = try engine.embed(found.map(\.value.passage.embedded), mode: mode, threads: threads)
        } catch {
            throw .engine(error)
        }
        var cosines: [Int64: Double] = [:]
        for (passage, other) in zip(found.map(\.key), vectors) where other.contains(where: { $0 != 0 }) {
            // Vectors of an engine have length one.
            cosines[passage] = zip(vector, other).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        }
        return cosines
    }

    private func ranks(_ passages: [Int64]) -> [Int64: Int] {
        Dictionary(uniqueKeysWithValues: passages.enumerated().map { ($1, $0 + 1) })
    }
}

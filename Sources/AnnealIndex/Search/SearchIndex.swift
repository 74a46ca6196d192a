public import Anneal
import AnnealModel
import GRDB

/// Answers queries from an index.
///
///     let index = try SearchIndex(path: "docs.db", engine: try Engine())
///     for hit in try index.search("how do I turn the light off", limit: 5) { print(hit.path, hit.passage.text) }
///
/// The vectors are read into memory at the first search that needs them; a search sees the index as it was then.
/// To be used by one thread at a time; the scan itself uses ``threads``.
public final class SearchIndex {
    private let store: IndexStore
    private let engine: Engine
    private let mode: Mode
    private let threads: Int
    private var block: VectorBlock?

    /// Places of each ranking that are fused: deeper ones change the first ten hardly.
    public static let depth = 100

    /// Opens an index.
    /// - Parameter threads: threads of the scan; the result is the same for any number.
    /// - Throws: ``IndexError``: no index, another program's file, a newer version, another model.
    /// - Precondition: `threads > 0`.
    public init(path: String, engine: Engine, threads: Int = 1) throws(IndexError) {
        precondition(threads > 0)
        store = try IndexStore(opening: path)
        self.engine = engine
        self.threads = threads
        guard store.model.hash == "\(engine.model.contentHash)", let mode = Mode(rawValue: store.model.mode) else {
            throw .otherModel(path: path, expected: store.model.hash, found: "\(engine.model.contentHash)")
        }
        self.mode = mode
    }

    /// Documents and passages of the index.
    public func counts() throws(IndexError) -> (documents: Int, passages: Int) { try store.counts() }

    /// The best passages for a query, best first.
    /// - Parameter limit: at most so many.
    /// - Complexity: O(passages · dimension) for the vectors; for the words, the passages that hold any of them.
    /// - Throws: ``IndexError``.
    /// - Precondition: `limit > 0`.
    public func search(_ query: String, mode: SearchMode = .hybrid, limit: Int = 10) throws(IndexError) -> [SearchHit] {
        precondition(limit > 0)
        let depth = max(limit, SearchIndex.depth)
        let near = mode == .words ? [] : try nearest(query, limit: depth)
        let worded = mode == .vectors ? [] : try worded(query, limit: depth)
        let ranked =
            switch mode {
            case .hybrid: ScoreSum.fuse(words: worded, vectors: near)
            case .ranks: ReciprocalRank.fuse([near.map(\.passage), worded.map(\.passage)])
            case .vectors: near
            case .words: worded
            }
        let nearRank = ranks(near.map(\.passage))
        let wordRank = ranks(worded.map(\.passage))
        return try store.read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT path, heading, text, line FROM passage JOIN document ON document.id = passage.document
                    WHERE passage.id = ?
                    """)
            return try ranked.prefix(limit).compactMap { item, score in
                // A passage that was replaced since the vectors were read is left out.
                guard let row = try Row.fetchOne(statement, arguments: [item]) else { return nil }
                return SearchHit(
                    path: row[0], passage: Passage(heading: row[1], text: row[2], line: row[3]), score: score,
                    cosine: nearRank[item].map { near[$0 - 1].score }, vectorRank: nearRank[item],
                    wordRank: wordRank[item])
            }
        }
    }

    /// What the query and a hit have in common: the parts of their cosine.
    /// - Throws: ``IndexError/engine(_:)`` for a query of more than 1,024 tokens.
    public func explain(_ query: String, _ hit: SearchHit) throws(IndexError) -> Comparison {
        do throws(EngineError) {
            let passage = hit.passage
            let text = passage.heading.isEmpty ? passage.text : passage.heading + "\n" + passage.text
            return try engine.compare(query, text, mode: mode)
        } catch {
            throw .engine(error)
        }
    }

    private func nearest(_ query: String, limit: Int) throws(IndexError) -> [(passage: Int64, score: Double)] {
        let vector: [Float]
        do throws(EngineError) {
            vector = try engine.embed(query, mode: mode)
        } catch {
            throw .engine(error)
        }
        let quantized = QuantizedVector(vector)
        // A query without a known word is near to nothing.
        guard quantized.scale > 0 else { return [] }
        return try loaded().nearest(quantized, limit: limit, threads: threads)
    }

    /// Reads the vectors, the first time.
    private func loaded() throws(IndexError) -> VectorBlock {
        if let block { return block }
        let (dimension, path) = (store.model.dimension, store.path)
        let read = try store.read { db in try VectorBlock(db, dimension: dimension, path: path) }
        block = read
        return read
    }

    private func worded(_ query: String, limit: Int) throws(IndexError) -> [(passage: Int64, score: Double)] {
        guard let words = WordQuery.text(query) else { return [] }
        return try store.read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT rowid, -bm25(passage_text) AS score FROM passage_text WHERE passage_text MATCH ?
                    ORDER BY rank LIMIT ?
                    """)
            return try Row.fetchAll(statement, arguments: [words, limit]).map { ($0[0], $0[1]) }
        }
    }

    private func ranks(_ passages: [Int64]) -> [Int64: Int] {
        Dictionary(uniqueKeysWithValues: passages.enumerated().map { ($1, $0 + 1) })
    }
}

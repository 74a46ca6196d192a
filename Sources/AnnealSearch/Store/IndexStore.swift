import AnnealPlatform

/// What keeps an index: documents, and their passages with words and vectors.
///
/// A store is changed in transactions only: all of one happens or nothing, whenever the program is killed. It is used by
/// one thread at a time.
protocol IndexStore: AnyObject {
    typealias Scored = (passage: Int64, score: Double)

    /// How messages name it.
    var place: String { get }
    /// The model of its vectors.
    var model: ModelIdentity { get }
    /// What it has instead of vectors; nil where it has vectors.
    var codes: IndexCodes? { get }

    /// Whether the index was changed by others since it was opened, so that what was read of it is old.
    func hasChanged() throws(IndexError) -> Bool

    /// Changes the index in one transaction.
    func change(_ body: (any IndexWriter) throws -> Void) throws(IndexError)
    /// Makes the index anew in one transaction: the writer finds it empty. Until the end, and if it fails, searches
    /// see the old one.
    func renew(_ body: (any IndexWriter) throws -> Void) throws(IndexError)

    /// Reads into memory what searches by vectors, words or both need, unless it is there already.
    func load(vectors: Bool, words: Bool, threads: Int) throws(IndexError)
    func counts() throws(IndexError) -> (documents: Int, passages: Int)
    /// The passages whose vectors are nearest to one by cosine, best first.
    /// - Precondition: the vector is not zero.
    func nearest(_ vector: [Float], limit: Int, threads: Int) throws(IndexError) -> [Scored]
    /// The cosines of passages with a vector. A passage that is gone or has no known word has none. Nil from a store that
    /// has codes: those say which passages are near, and their texts how near.
    /// - Precondition: the vector is not zero.
    func cosines(of passages: [Int64], with vector: [Float]) throws(IndexError) -> [Int64: Double]?
    /// The best of the passages that hold any of a query's words, and behind them those of `others` that hold any: best
    /// first, equal scores by passage. None for a query without words.
    /// - Parameter besideVectors: whether the scores are added to cosines; a store may count words otherwise then.
    func worded(
        _ query: String, limit: Int, others: [Int64], besideVectors: Bool
    ) throws(IndexError) -> [Scored]
    /// The passages that are still there, with their documents' paths.
    func passages(_ ids: [Int64]) throws(IndexError) -> [Int64: (path: Path, passage: Passage)]

    func close() throws(IndexError)
}

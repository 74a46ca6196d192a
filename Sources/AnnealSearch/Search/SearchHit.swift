public import AnnealPlatform

/// A passage that a search found.
public struct SearchHit: Sendable {
    /// The document's absolute path.
    public let path: Path
    public let passage: Passage
    /// What it was ranked by: `cosine + SearchIndex.wordWeight · wordShare`, the cosine or BM25, as the mode is. Higher is
    /// better.
    public let score: Double
    /// The cosine with the query, unless the search was by words alone, or the query or the passage has no known word.
    public let cosine: Double?
    /// Its BM25 (from PostgreSQL, its `ts_rank`) over the best one of the query, from 0 to 1, unless the search was by
    /// vectors alone, or it holds none of the words.
    public let wordShare: Double?
    /// Its place among the vectors, from 1, where they found it.
    public let vectorRank: Int?
    /// Its place among the words, from 1, where they found it.
    public let wordRank: Int?
}

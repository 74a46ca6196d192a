public import AnnealPlatform

/// A passage that a search found.
public struct SearchHit: Sendable {
    /// The document's absolute path.
    public let path: Path
    public let passage: Passage
    /// What it was ranked by: the fused score, the cosine or BM25, as the mode is. Higher is better.
    public let score: Double
    /// The cosine with the query, where the vectors found it.
    public let cosine: Double?
    /// Its place among the vectors, from 1, where they found it.
    public let vectorRank: Int?
    /// Its place among the words, from 1, where they found it.
    public let wordRank: Int?
}

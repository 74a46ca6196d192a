/// What a search goes by.
public enum SearchMode: String, CaseIterable, Sendable {
    /// Words and vectors, fused by the sum of their scores.
    case hybrid
    /// Vectors alone.
    case vectors
    /// Words alone: BM25; from PostgreSQL, `ts_rank`.
    case words
}

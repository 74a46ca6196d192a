/// What a search goes by.
public enum SearchMode: String, CaseIterable, Sendable {
    /// Words and vectors, fused by their ranks.
    case hybrid
    /// Vectors alone.
    case vectors
    /// Words alone (BM25).
    case words
}

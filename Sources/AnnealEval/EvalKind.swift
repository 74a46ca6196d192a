/// The kinds of evaluation set. The raw value is the folder that holds them.
public enum EvalKind: String, CaseIterable, Sendable {
    /// Sentence pairs with a degree of likeness: Spearman × 100 of cosine and score.
    case sts
    /// Word pairs, the same measure.
    case words
    /// Paraphrases or not: average precision × 100 of the cosine on the test split.
    case pairs
    /// Accuracy × 100 of logistic regression on the vectors.
    case classification
    /// V-measure × 100 of k-means with as many clusters as labels.
    case clustering
    /// nDCG@10 × 100 of the documents ranked by cosine.
    case retrieval

    /// The columns of its file that hold texts.
    var textColumns: [String] {
        switch self {
        case .sts, .pairs: ["sentence1", "sentence2"]
        case .words: ["word1", "word2"]
        case .classification, .clustering, .retrieval: ["text"]
        }
    }
}

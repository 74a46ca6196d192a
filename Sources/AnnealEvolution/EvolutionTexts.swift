public import AnnealFormats
public import AnnealTraining

/// Texts with what a student's vectors lack on them: what evolution searches.
public struct EvolutionTexts: Sendable {
    public let corpus: TokenizedCorpus
    /// A row a text: the teacher's unit vector less the student's.
    public let residuals: Matrix
    /// One over the length of the student's vector before it is normalised, or 0 for a text without one.
    public let weights: [Float]
    /// The gain that each token has in its text, flat as the tokens; nil counts every gain as 1.
    public let gains: [Float]?

    /// - Precondition: one row and one weight a text, one gain a token.
    public init(corpus: TokenizedCorpus, residuals: Matrix, weights: [Float], gains: [Float]? = nil) {
        precondition(residuals.rows == corpus.count && weights.count == corpus.count)
        precondition(gains.map { $0.count == corpus.ids.count } ?? true)
        self.corpus = corpus
        self.residuals = residuals
        self.weights = weights
        self.gains = gains
    }
}

import AnnealFormats

extension Evolution {
    /// The share of texts, one in so many, on which rules are confirmed and not fitted.
    static let confirmedShare = 16

    /// Evolves rules on what a student's vectors lack in training: all texts but the last sixteenth choose and fit them,
    /// the last sixteenth confirms them.
    /// - Parameter residuals: are consumed.
    /// - Throws: as ``run(texts:heldOut:tokens:settings:lineage:shouldStop:log:)``.
    static func rules(
        _ corpus: TokenizedCorpus, _ residuals: Residuals, tokenCount: Int, settings: EvolutionSettings,
        lineage: LineageStore, log: @escaping (String) -> Void
    ) throws -> RuleSet {
        let split = corpus.count - corpus.count / confirmedShare
        let result = try run(
            texts: part(corpus, residuals, 0..<split), heldOut: part(corpus, residuals, split..<corpus.count),
            tokens: TokenKnowledge(count: tokenCount), settings: settings, lineage: lineage, log: log)
        log(result.calibration.line)
        return result.ruleSet()
    }

    private static func part(_ corpus: TokenizedCorpus, _ residuals: Residuals, _ range: Range<Int>) -> EvolutionTexts {
        let start = corpus.offsets[range.lowerBound]
        let rows = Matrix(rows: range.count, columns: residuals.rows.columns)
        if !range.isEmpty {
            rows.storage.update(from: residuals.rows.row(range.lowerBound), count: rows.rows * rows.columns)
        }
        return EvolutionTexts(
            corpus: TokenizedCorpus(
                ids: Array(corpus.ids[start..<corpus.offsets[range.upperBound]]),
                offsets: corpus.offsets[range.lowerBound...range.upperBound].map { $0 - start }),
            residuals: rows, weights: Array(residuals.weights[range]))
    }
}

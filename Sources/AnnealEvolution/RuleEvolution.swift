import AnnealFormats
public import AnnealTraining

/// Rules of training that are evolved instead of mined.
public struct RuleEvolution: RuleFinder {
    private let settings: EvolutionSettings
    private let lineage: String?
    /// The share of texts, one in so many, on which rules are confirmed and not fitted.
    private static let confirmedShare = 16

    /// - Parameter lineage: where the generations are recorded, and gone on from; nil keeps them in memory.
    public init(_ settings: EvolutionSettings, lineage: String?) {
        self.settings = settings
        self.lineage = lineage
    }

    public var line: String { settings.line }

    /// Evolves rules: all texts but the last sixteenth choose and fit them, the last sixteenth confirms them.
    /// - Throws: as ``Evolution/run(texts:heldOut:tokens:settings:lineage:shouldStop:log:)``.
    public func rules(
        in corpus: TokenizedCorpus, lacking residuals: Residuals, tokenCount: Int, settings training: TrainingSettings,
        threads: Int, log: @escaping (String) -> Void
    ) throws -> RuleSet {
        var settings = settings
        settings.seed = training.seed
        settings.ruleLimit = training.phrases
        settings.minimumSites = training.leastSites
        settings.threads = threads
        let split = corpus.count - corpus.count / Self.confirmedShare
        let result = try Evolution.run(
            texts: Self.part(corpus, residuals, 0..<split),
            heldOut: Self.part(corpus, residuals, split..<corpus.count), tokens: TokenKnowledge(count: tokenCount),
            settings: settings, lineage: LineageStore(path: lineage), log: log)
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

/// What finds rules in what a student's vectors lack, in place of the pairs that training mines.
public protocol RuleFinder {
    /// All that decides what is found: runs with other lines are other runs.
    var line: String { get }

    /// Finds rules and first values of their constants.
    /// - Parameters:
    ///   - residuals: what the texts of `corpus` lack; taken over.
    ///   - tokenCount: tokens of the tokenizer.
    ///   - settings: how many rules are wanted, how often they must be seen, and the seed.
    ///   - log: gets lines on the way.
    func rules(
        in corpus: TokenizedCorpus, lacking residuals: Residuals, tokenCount: Int, settings: TrainingSettings,
        threads: Int, log: @escaping (String) -> Void
    ) throws -> RuleSet
}

import AnnealRewrite

extension Model {
    /// A rule as text, in the syntax of `RuleText`, with the model's pieces.
    /// - Precondition: `0 <= id < rules.count`.
    public func ruleText(_ id: Int) -> String {
        RuleText.print(rules.rule(at: id), vocabulary: ModelVocabulary(tokenizer))
    }
}

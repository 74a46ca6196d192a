/// One rewrite of an explained program.
public struct ExplainedStep: Sendable, Equatable {
    /// The step's number, from 1. An explanation can be told to stop after any of them.
    public let number: Int
    /// The rule's number in the model; -1 for the setting of gains from context and place, which is no rule.
    public let ruleID: Int
    /// The rule as text.
    public let rule: String
    /// The score with which its bid won.
    public let score: Int
    /// The matched items, before.
    public let before: [ExplainedItem]
    /// The same slots, after.
    public let after: [ExplainedItem]
    /// False if the critic judged that the rewrite hurt, and it was undone.
    public let committed: Bool
}

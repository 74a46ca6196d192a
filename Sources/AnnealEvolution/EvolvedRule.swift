public import AnnealRewrite

/// A rule that evolution accepted, with the constant that the residuals ask for.
public struct EvolvedRule: Sendable {
    /// The rule; operand 2 of its target is the index of this rule, to be replaced by its constant row, and a gather has
    /// none.
    public var rule: Rule
    /// The closed-form constant; empty for a rule that needs none.
    public var constant: [Float]
    /// Squared residual that the rule took away when it was accepted, over the corpus, less the expected noise.
    public var gain: Double
    /// The same on the held-out texts, with the constant as it is.
    public var heldOutGain: Double

    public init(rule: Rule, constant: [Float], gain: Double, heldOutGain: Double) {
        self.rule = rule
        self.constant = constant
        self.gain = gain
        self.heldOutGain = heldOutGain
    }
}

/// What a genome is worth on some texts.
public struct Fitness: Hashable, Sendable {
    /// Items at which the rule would fire, in how many texts.
    public var sites = 0
    public var texts = 0
    /// `Σ a²n²` over the texts.
    public var squares = 0.0
    /// `‖Σ a·n·r‖² / (Σ a²n² + λ)`, less what noise alone would be expected to give: the squared residual that the best
    /// constant takes away. A rule that shares a constant is measured with that constant, and nothing is taken off.
    public var gain = 0.0
    /// What the formula is expected to give for residuals that know nothing of the rule.
    public var noise = 0.0
    /// What constants fitted on the even and on the odd texts take away on the other half.
    public var crossGain = 0.0

    public init() {}
}

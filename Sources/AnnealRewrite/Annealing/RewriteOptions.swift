import AnnealProgram

/// What a caller may ask of a rewrite beyond its mode.
public struct RewriteOptions: Hashable, Sendable {
    /// Rounds of rules and gains with a critic.
    public static let roundLimit = 4
    /// Steps for which a rule does not bid after it was undone.
    public static let inhibitionSteps = 8

    /// Stop after so many steps, with the gains not set; nil runs to the end. Steps are numbered the same way in every
    /// run of the same text, so that a rewrite can be followed by counting up.
    public var stepLimit: Int?
    /// Steps to spend at most; nil is ``defaultBudget(count:)``.
    public var budget: Int?

    public init(stepLimit: Int? = nil, budget: Int? = nil) {
        self.stepLimit = stepLimit
        self.budget = budget
    }

    /// The steps that a program of `count` items may take when nothing else is said.
    public static func defaultBudget(count: Int) -> Int { 4 * count + 16 }
}

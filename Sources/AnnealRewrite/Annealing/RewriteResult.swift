/// What a rewrite did.
public struct RewriteResult: Hashable, Sendable {
    public var stopReason: StopReason
    /// Bids run: commits and reverts.
    public var steps: Int
    public var reverts: Int
    /// Rounds of rules and gains: 1 without a critic, up to ``RewriteOptions/roundLimit`` with one.
    public var rounds: Int
    /// Bids whose change stayed.
    public var commits: Int { steps - reverts }

    public init(stopReason: StopReason, steps: Int, reverts: Int = 0, rounds: Int = 0) {
        self.stopReason = stopReason
        self.steps = steps
        self.reverts = reverts
        self.rounds = rounds
    }
}

public import AnnealProgram

/// One step of a rewrite.
public struct TraceStep: Hashable, Sendable {
    /// What changed the program.
    public enum Cause: Hashable, Sendable {
        /// A rule, by its id, with the score of its bid.
        case rule(id: Int, score: Int64)
        /// The setting of all gains from context and place.
        case contextGains
        /// The setting of gains by the critic, once the rewritten program has run.
        case criticGains
    }

    /// What became of the change.
    public enum Outcome: Hashable, Sendable {
        case committed
        /// The critic's score fell, and the step was undone.
        case reverted
    }

    public var cause: Cause
    /// The slots that the rule's atoms matched, ascending; for gains the items that changed.
    public var slots: [Int]
    /// The first slot of ``before`` and ``after``.
    public var start: Int
    /// The items from the first matched slot to the last, before the step.
    public var before: [ProgramItem]
    /// The same slots after the step, also when it was then reverted.
    public var after: [ProgramItem]
    public var outcome: Outcome

    public init(
        cause: Cause, slots: [Int], start: Int, before: [ProgramItem], after: [ProgramItem], outcome: Outcome
    ) {
        self.cause = cause
        self.slots = slots
        self.start = start
        self.before = before
        self.after = after
        self.outcome = outcome
    }

    /// A step that sets gains.
    /// - Parameters:
    ///   - before: all items before it; `after`: after it.
    package static func gains(_ cause: Cause, before: [ProgramItem], after: [ProgramItem]) -> TraceStep {
        TraceStep(
            cause: cause, slots: after.indices.filter { before[$0] != after[$0] }, start: 0, before: before,
            after: after, outcome: .committed)
    }
}

/// What a model reached on one task in one mode, times 100.
public struct EvalScore: Sendable, Hashable {
    public let task: EvalTask
    public let value: Double
}

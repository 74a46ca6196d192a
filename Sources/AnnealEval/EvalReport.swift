/// The scores of one mode on all tasks.
public struct EvalReport: Sendable {
    /// In the order of the tasks.
    public let scores: [EvalScore]

    public init(scores: [EvalScore]) { self.scores = scores }

    /// The mean of a kind's tasks, or nil where it has none.
    public func mean(of kind: EvalKind) -> Double? {
        EvalReport.mean(scores.filter { $0.task.kind == kind }.map(\.value))
    }

    /// The mean of the kinds' means, so that a kind with many sets counts no more than one with few.
    public var mean: Double? { EvalReport.mean(EvalKind.allCases.compactMap { mean(of: $0) }) }

    private static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
}

/// The scores of one source of vectors on all tasks.
public struct EvalReport: Sendable {
    /// In the order of the tasks.
    public let scores: [EvalScore]
    /// The mean cosine with the teacher's vectors over the texts of all tasks; nil without a teacher, or where its vectors have
    /// another number of dimensions.
    public let fidelity: Double?

    public init(scores: [EvalScore], fidelity: Double? = nil) {
        self.scores = scores
        self.fidelity = fidelity
    }

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

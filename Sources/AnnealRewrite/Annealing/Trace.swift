/// The steps of a rewrite, for explanations. Pass one to the annealer to have it filled; filling it allocates.
public final class Trace {
    public private(set) var steps: [TraceStep] = []

    public init() {}

    /// Forgets the steps of an earlier rewrite.
    public func removeAll() { steps.removeAll() }

    package func append(_ step: TraceStep) { steps.append(step) }
}

/// A rule as it was accepted.
struct AcceptedRule: Sendable {
    let genome: Genome
    let birth: Int64
    let parents: SIMD2<Int64>
    let generation: Int
    /// Empty for a rule that shares the constant of another.
    let constant: [Float]
    /// The rule whose constant a gather shares, or -1.
    let sharedWith: Int
    let fitness: Fitness
    let heldOut: Fitness
    /// Firings when it was accepted.
    let fired: Int
}

/// The rules accepted so far, in the order of acceptance.
struct AcceptedRules: Sendable {
    private(set) var rules: [AcceptedRule] = []
    private var indices: [Genome: Int] = [:]

    var count: Int { rules.count }

    mutating func append(_ rule: AcceptedRule) {
        indices[rule.genome] = rules.count
        rules.append(rule)
    }

    /// Whether a genome is in already.
    func contains(_ genome: Genome) -> Bool { indices[genome] != nil }

    /// The rule whose constant a gather would share: the phrase rule of its two tokens as neighbours.
    func shared(by genome: Genome) -> Int? { genome.gatheredPair.flatMap { indices[$0] } }

    /// The constant that a rule fires with.
    func constant(of rule: AcceptedRule) -> [Float] {
        rule.sharedWith >= 0 ? rules[rule.sharedWith].constant : rule.constant
    }
}

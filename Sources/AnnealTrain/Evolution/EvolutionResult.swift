/// Why evolution stopped.
public enum EvolutionStopReason: Hashable, Sendable {
    /// All generations have run.
    case generations(Int)
    /// As many rules as were asked for.
    case rules(Int)
    /// The caller asked; all up to this generation is recorded.
    case interrupted(afterGeneration: Int)
}

/// What evolution found.
public struct EvolutionResult: Sendable {
    let accepted: [AcceptedRule]
    public let stopReason: EvolutionStopReason

    /// The rules in the order of acceptance, with falling confidences: the annealer then fires them in the order in which
    /// they were measured.
    public var rules: [EvolvedRule] {
        accepted.enumerated().map { index, rule in
            let row = UInt32(rule.sharedWith >= 0 ? rule.sharedWith : index)
            return EvolvedRule(
                rule: rule.genome.rule(row: row, confidence: Int32(accepted.count - index)), constant: rule.constant,
                gain: rule.fitness.gain, heldOutGain: rule.heldOut.gain)
        }
    }
}

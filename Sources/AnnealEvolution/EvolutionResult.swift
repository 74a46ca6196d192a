import AnnealFormats
import AnnealRewrite
public import AnnealTraining

/// What evolution found.
public struct EvolutionResult: Sendable {
    /// In the order of acceptance.
    let accepted: [AcceptedRule]
    public let stopReason: EvolutionStopReason
    /// By which measure the rules rank, and what the others would have left.
    public let calibration: ScoreCalibration
    let dimension: Int

    /// The rules, the highest confidence first; operand 2 is a row of ``ruleSet``.
    public var rules: [EvolvedRule] {
        let rowOf = rows
        return calibration.order.enumerated().map { rank, index in
            let rule = accepted[index]
            let row = rowOf[rule.sharedWith >= 0 ? rule.sharedWith : index]
            return EvolvedRule(
                rule: rule.genome.rule(row: row, confidence: Int32(accepted.count - rank)), constant: rule.constant,
                gain: rule.fitness.gain, heldOutGain: rule.heldOut.gain)
        }
    }

    /// The row of each accepted rule's constant: rows are numbered in the order of the ranks.
    private var rows: [UInt32] {
        var rows = [UInt32](repeating: 0, count: accepted.count)
        var next: UInt32 = 0
        for index in calibration.order where !accepted[index].constant.isEmpty {
            rows[index] = next
            next += 1
        }
        return rows
    }

    /// The rules as training takes them.
    /// - Parameter damping: what the constants are multiplied by. They were fitted one after the other, each on what the
    ///   ones before had left, so nothing needs to be taken off.
    public func ruleSet(damping: Float = 1) -> RuleSet {
        let rules = rules
        let own = rules.filter { !$0.constant.isEmpty }
        let constants = Matrix(rows: own.count, columns: dimension)
        for (index, rule) in own.enumerated() {
            for column in 0..<dimension { constants.row(index)[column] = damping * rule.constant[column] }
        }
        return RuleSet(rules: rules.map(\.rule), constants: constants)
    }
}

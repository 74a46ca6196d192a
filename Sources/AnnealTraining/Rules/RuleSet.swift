public import AnnealFormats
public import AnnealRewrite

/// Rules with their constants, in the order of their ids.
public struct RuleSet: Sendable {
    /// The rules. Operand 2 of an update that needs a constant is a row of ``constants``.
    public var rules: [Rule]
    /// The first values of the constants, a row each.
    public var constants: Matrix

    public init(rules: [Rule], constants: Matrix) {
        self.rules = rules
        self.constants = constants
    }

    /// Adds rules behind these.
    /// - Precondition: both have constants of the same dimension.
    mutating func append(_ other: RuleSet) {
        let rows = Matrix(rows: constants.rows + other.constants.rows, columns: constants.columns)
        rows.storage.update(from: constants.storage, count: constants.rows * rows.columns)
        (rows.storage + constants.rows * rows.columns).update(
            from: other.constants.storage, count: other.constants.rows * rows.columns)
        rules += other.rules.map { rule in
            var rule = rule
            for place in rule.updates.indices {
                if let row = rule.updates[place].operand2 {
                    rule.updates[place].operand2 = row + UInt32(constants.rows)
                }
            }
            return rule
        }
        constants = rows
    }

    /// The rules with their rows moved behind the tokens' rows, as a model has them.
    func rules(behind tokenCount: Int) -> [Rule] {
        rules.map { rule in
            var rule = rule
            for place in rule.updates.indices {
                if let row = rule.updates[place].operand2 { rule.updates[place].operand2 = row + UInt32(tokenCount) }
            }
            return rule
        }
    }
}

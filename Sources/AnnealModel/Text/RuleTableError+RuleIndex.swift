import AnnealRewrite

extension RuleTableError {
    /// The rule that is to blame, where it is one.
    var ruleIndex: Int? {
        switch self {
        case .truncated(let rule, _, _), .badHeader(let rule, _), .badLength(let rule, _, _),
            .badAtomKind(let rule, _, _), .tokenOutOfRange(let rule, _, _, _), .classOutOfRange(let rule, _, _, _),
            .badOpcodeCondition(let rule, _, _), .badDistance(let rule, _, _, _), .tooManyCombinations(let rule, _, _),
            .badUpdate(let rule, _, _), .badPermutation(let rule, _, _), .badOpcode(let rule, _, _),
            .operandNotRead(let rule, _, _), .operandMissing(let rule, _, _), .operandOutOfRange(let rule, _, _, _),
            .unbalancedStack(let rule, _), .contextCodesMissing(let rule):
            rule
        case .trailingWords, .tooManyRules, .tooManyWords, .tokenCountMismatch, .badIndex:
            nil
        }
    }
}

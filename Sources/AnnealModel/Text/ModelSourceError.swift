public import AnnealProgram
import AnnealRewrite

/// Why a text did not become a model.
public enum ModelSourceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The text breaks the grammar, or a rule in it is not valid.
    case text(TextError)
    /// The text is well formed, and what it says is no model; or a file could not be read.
    case model(ModelError)

    public var description: String {
        switch self {
        case .text(let error): "\(error)"
        case .model(let error): "\(error)"
        }
    }
}

extension TextError {
    /// A rule that the table of a model refuses.
    init(_ error: RuleTableError, line: Int) {
        self.init(line: line, column: 1, expected: "a rule that this model can run", found: "\(error)")
    }
}

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

public import AnnealProgram

/// Why the words of a rule section are not a rule table. `rule` counts from 0; atoms and places too.
public enum RuleTableError: Error, Equatable, Sendable {
    /// The words end inside the rule.
    case truncated(rule: Int, expectedWords: Int, foundWords: Int)
    /// Words are left after the last rule.
    case trailingWords(found: Int)
    case tooManyRules(limit: Int, found: Int)
    case tooManyWords(limit: Int, found: Int)
    /// Tokens, classes and codes of different vocabularies, or a vocabulary above the index's bounds.
    case tokenCountMismatch(expected: Int, found: Int)
    /// A header with bits that mean nothing, or no or too many atoms.
    case badHeader(rule: Int, found: UInt32)
    /// The length in the header is not the length of the rule.
    case badLength(rule: Int, expectedWords: Int, foundWords: Int)
    case badAtomKind(rule: Int, atom: Int, found: UInt32)
    case tokenOutOfRange(rule: Int, atom: Int, limit: Int, found: UInt32)
    case classOutOfRange(rule: Int, atom: Int, limit: Int, found: UInt32)
    /// No opcode, or one that atoms never match (`skip`, `push`, `merge`).
    case badOpcodeCondition(rule: Int, atom: Int, found: UInt16)
    case badDistance(rule: Int, atom: Int, min: UInt8, max: UInt8)
    /// The distance ranges allow more combinations of places than the limit.
    case tooManyCombinations(rule: Int, limit: Int, found: Int)
    /// An update word with bits that mean nothing.
    case badUpdate(rule: Int, place: Int, found: UInt32)
    /// The sources are not a permutation of the atoms.
    case badPermutation(rule: Int, place: Int, source: Int)
    case badOpcode(rule: Int, place: Int, found: UInt8)
    /// An operand is set that the opcode, or an opcode that the atom may match, does not read.
    case operandNotRead(rule: Int, place: Int, operand: Int)
    /// The opcode reads operand 2, and neither the update nor the matched item is sure to have one of its kind.
    case operandMissing(rule: Int, place: Int, opcode: Opcode)
    case operandOutOfRange(rule: Int, place: Int, limit: Int, found: UInt32)
    /// Pushes and merges do not balance in the order of the action, or go deeper than the stack.
    case unbalancedStack(rule: Int, place: Int)
    /// A rule has a code, and the table no codes of the tokens.
    case contextCodesMissing(rule: Int)
    /// `part` of the index that was stored beside the rules is damaged or of other rules.
    case badIndex(part: String, expected: String, found: String)
}

extension RuleTableError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated(let rule, let expected, let found):
            "rule \(rule): expected \(expected) words, found \(found)"
        case .trailingWords(let found): "expected the end after the last rule, found \(found) words"
        case .tooManyRules(let limit, let found): "expected at most \(limit) rules, found \(found)"
        case .tooManyWords(let limit, let found): "expected at most \(limit) words, found \(found)"
        case .tokenCountMismatch(let expected, let found): "expected \(expected) tokens, found \(found)"
        case .badHeader(let rule, let found): "rule \(rule): expected a rule header, found \(hex(found))"
        case .badLength(let rule, let expected, let found):
            "rule \(rule): expected a length of \(expected) words, found \(found)"
        case .badAtomKind(let rule, let atom, let found):
            "rule \(rule), atom \(atom): expected a token, a class or any, found \(hex(found))"
        case .tokenOutOfRange(let rule, let atom, let limit, let found):
            "rule \(rule), atom \(atom): expected a token below \(limit), found \(found)"
        case .classOutOfRange(let rule, let atom, let limit, let found):
            "rule \(rule), atom \(atom): expected a class below \(limit), found \(found)"
        case .badOpcodeCondition(let rule, let atom, let found):
            "rule \(rule), atom \(atom): expected opcodes that a rule may match, found \(hex(UInt32(found)))"
        case .badDistance(let rule, let atom, let min, let max):
            "rule \(rule), atom \(atom): expected a distance range from 1 up (1...1 for the first), found \(min)...\(max)"
        case .tooManyCombinations(let rule, let limit, let found):
            "rule \(rule): expected at most \(limit) combinations of distances, found \(found)"
        case .badUpdate(let rule, let place, let found):
            "rule \(rule), place \(place): expected an update, found \(hex(found))"
        case .badPermutation(let rule, let place, let source):
            "rule \(rule), place \(place): expected an atom that no earlier place has, found \(source)"
        case .badOpcode(let rule, let place, let found):
            "rule \(rule), place \(place): expected an opcode below \(Opcode.allCases.count), found \(found)"
        case .operandNotRead(let rule, let place, let operand):
            "rule \(rule), place \(place): expected no operand \(operand), which the opcode does not read"
        case .operandMissing(let rule, let place, let opcode):
            "rule \(rule), place \(place): expected a \(opcode.effect.operand2.name) for \(opcode.name)"
        case .operandOutOfRange(let rule, let place, let limit, let found):
            "rule \(rule), place \(place): expected an operand below \(limit), found \(found)"
        case .unbalancedStack(let rule, let place):
            "rule \(rule), place \(place): expected pushes and merges that balance"
        case .contextCodesMissing(let rule): "rule \(rule): expected a model with context codes, found none"
        case .badIndex(let part, let expected, let found):
            "rule index: \(part): expected \(expected), found \(found)"
        }
    }

    private func hex(_ value: UInt32) -> String { "0x" + String(value, radix: 16) }
}

public import AnnealProgram

/// One atom of a rule's pattern: what an item must be, and how far from the item of the atom before.
public struct Atom: Hashable, Sendable {
    /// What the item's token must be.
    public enum Kind: Hashable, Sendable {
        case token(UInt32)
        /// A member of a class of ``TokenClasses``.
        case tokenClass(UInt16)
        case any
    }

    public var kind: Kind
    /// The opcodes that the item may have: a nonempty subset of ``AnnealProgram/OpcodeSet/matchable``.
    public var opcodes: OpcodeSet
    /// The least distance from the item of the atom before, counted in live items (all but `skip`); 1 is the neighbour.
    public var distanceMin: UInt8
    /// The greatest distance. Both are 1 and mean nothing for the first atom.
    public var distanceMax: UInt8

    public init(
        _ kind: Kind, opcodes: OpcodeSet = .matchable, distanceMin: UInt8 = 1, distanceMax: UInt8? = nil
    ) {
        self.kind = kind
        self.opcodes = opcodes
        self.distanceMin = distanceMin
        self.distanceMax = distanceMax ?? distanceMin
    }
}

// The two words of an atom, as ``RuleWords`` has them: all that is known of the bits of a kind is here.
extension Atom {
    /// - Parameter isFirst: whether it is a rule's first atom, whose distances mean nothing and are stored as 1.
    /// - Precondition: tokens are below ``RuleWords/valueLimit``.
    package func words(isFirst: Bool) -> (value: UInt32, condition: UInt32) {
        let value: UInt32
        switch kind {
        case .token(let token):
            precondition(token < RuleWords.valueLimit)
            value = token << 2 | RuleWords.kindToken
        case .tokenClass(let tokenClass): value = UInt32(tokenClass) << 2 | RuleWords.kindClass
        case .any: value = RuleWords.kindAny
        }
        let distances = isFirst ? (1, 1) : (UInt32(distanceMin), UInt32(distanceMax))
        return (value, UInt32(opcodes.rawValue) | distances.0 << 16 | distances.1 << 24)
    }

    /// The atom of two words.
    /// - Precondition: the words are of an atom.
    package init(value: UInt32, condition: UInt32) {
        switch value & 3 {
        case RuleWords.kindToken: kind = .token(value >> 2)
        case RuleWords.kindClass: kind = .tokenClass(UInt16(truncatingIfNeeded: value >> 2))
        default: kind = .any
        }
        opcodes = OpcodeSet(rawValue: UInt16(truncatingIfNeeded: condition))
        distanceMin = UInt8(condition >> 16 & 0xFF)
        distanceMax = UInt8(condition >> 24)
    }

    /// Whether a token is what a value word asks for.
    @inline(__always)
    static func accepts(_ value: UInt32, token: UInt32, _ classes: TokenClasses) -> Bool {
        switch value & 3 {
        case RuleWords.kindToken: value >> 2 == token
        case RuleWords.kindClass: classes.contains(token: token, in: UInt16(truncatingIfNeeded: value >> 2))
        default: true
        }
    }

    /// Checks a value word; `rule` and `atom` are for the error.
    @inline(__always)
    static func check(
        _ value: UInt32, tokenCount: Int, classCount: Int, rule: Int, atom: Int
    ) throws(RuleTableError) {
        switch value & 3 {
        case RuleWords.kindToken:
            guard value >> 2 < tokenCount else {
                throw .tokenOutOfRange(rule: rule, atom: atom, limit: tokenCount, found: value >> 2)
            }
        case RuleWords.kindClass:
            guard value >> 2 < classCount else {
                throw .classOutOfRange(rule: rule, atom: atom, limit: classCount, found: value >> 2)
            }
        default:
            guard value == RuleWords.kindAny else { throw .badAtomKind(rule: rule, atom: atom, found: value) }
        }
    }
}

extension RuleWords {
    static let kindToken: UInt32 = 0
    static let kindClass: UInt32 = 1
    static let kindAny: UInt32 = 2
}

/// A set of opcodes: the opcode condition of a rule's atom.
public struct OpcodeSet: OptionSet, Hashable, Sendable {
    public let rawValue: UInt16

    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    @inlinable
    public init(_ opcode: Opcode) { rawValue = 1 << UInt16(opcode.rawValue) }

    /// The opcodes that do something of a kind.
    init(where isMember: (OpcodeEffect) -> Bool) {
        self.init(rawValue: Opcode.allCases.reduce(0) { $0 | (isMember($1.effect) ? OpcodeSet($1).rawValue : 0) })
    }

    // Stored, so behind a check of whether they were initialised: a loop asks once, before it begins.

    /// Every declared opcode.
    public static let all = OpcodeSet { _ in true }

    /// The opcodes that a rule's atom may match: all but the absorbed and those that use the stack, so that no rule
    /// can take a stack program of another apart.
    public static let matchable = OpcodeSet { $0.stack.isNone && !$0.isNothing }

    /// The opcodes whose second operand is a constant row.
    public static let withRow = OpcodeSet { $0.constant.isUsed }

    /// `accumulate` and `gain`: an item that carries nothing but its token.
    public static let bare = OpcodeSet { $0.token.isUsed && !$0.constant.isUsed && $0.stack.isNone }

    /// The opcodes of an item that may end a phrase, or a further one: ``bare`` and `phrase`.
    public static let phraseable = bare.union(OpcodeSet { $0.hasFurther })

    /// The opcodes whose first operand is a gain.
    public static let withGain = OpcodeSet { $0.readsGain }

    /// `gain` and `phrase`: the opcodes whose gain is their token's alone.
    public static let tokenGain = OpcodeSet { $0.token.isGain && !$0.constant.isGain && $0.stack.isNone }

    /// Whether the opcode of this raw value is in the set. Values of no opcode are in no set.
    /// - Complexity: O(1).
    @inlinable
    public func contains(raw opcode: UInt8) -> Bool {
        // Swift's smart shift gives 0 for an amount of 16 and more, so that no raw value traps.
        rawValue & (1 << UInt16(opcode)) != 0
    }

    /// The members in the order of their numbers.
    public var opcodes: [Opcode] { Opcode.allCases.filter { contains(OpcodeSet($0)) } }
}

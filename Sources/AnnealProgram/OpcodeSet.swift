/// A set of opcodes: the opcode condition of a rule's atom.
public struct OpcodeSet: OptionSet, Hashable, Sendable {
    public let rawValue: UInt16

    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    @inlinable
    public init(_ opcode: Opcode) { rawValue = 1 << UInt16(opcode.rawValue) }

    // Computed from literals and inlinable, not stored: the rewriter's inner loops ask for them, and a stored static is
    // behind a check of whether it was initialised.

    /// Every declared opcode.
    @inlinable
    public static var all: OpcodeSet { OpcodeSet(rawValue: 0b1111_1111) }

    /// The opcodes that a rule's atom may match: all but the absorbed and those that use the stack, so that no rule
    /// can take a stack program of another apart.
    @inlinable
    public static var matchable: OpcodeSet { OpcodeSet(rawValue: 0b1000_1111) }

    /// The opcodes whose second operand is a constant row.
    @inlinable
    public static var withRow: OpcodeSet { OpcodeSet(rawValue: 0b1000_1100) }

    /// `accumulate` and `gain`: an item that carries nothing but its token.
    @inlinable
    public static var bare: OpcodeSet { OpcodeSet(rawValue: 0b0000_0011) }

    /// The opcodes of an item that may end a phrase, or a further one: ``bare`` and `phrase`.
    @inlinable
    public static var phraseable: OpcodeSet { OpcodeSet(rawValue: 0b0000_0111) }

    /// The opcodes whose first operand is a gain.
    @inlinable
    public static var withGain: OpcodeSet { OpcodeSet(rawValue: 0b1110_0110) }

    /// `gain` and `phrase`: the opcodes whose gain is their token's alone.
    @inlinable
    public static var tokenGain: OpcodeSet { OpcodeSet(rawValue: 0b0000_0110) }

    /// The opcodes that read operand 2.
    @inlinable
    public static var withOperand2: OpcodeSet { OpcodeSet(rawValue: 0b1100_1100) }

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

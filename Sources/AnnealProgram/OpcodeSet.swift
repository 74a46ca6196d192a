/// A set of opcodes: the opcode condition of a rule's atom.
public struct OpcodeSet: OptionSet, Hashable, Sendable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public init(_ opcode: Opcode) { rawValue = 1 << UInt16(opcode.rawValue) }

    /// Every declared opcode.
    public static let all = OpcodeSet(rawValue: UInt16((1 << Opcode.allCases.count) - 1))
    /// The opcodes that a rule's atom may match: all but the absorbed and those that use the stack, so that no rule
    /// can take a stack program of another apart.
    public static let matchable: OpcodeSet = [
        OpcodeSet(.accumulate), OpcodeSet(.gain), OpcodeSet(.phrase), OpcodeSet(.replace), OpcodeSet(.shift),
    ]
    /// The opcodes whose second operand is a constant row.
    public static let withRow: OpcodeSet = [OpcodeSet(.phrase), OpcodeSet(.replace), OpcodeSet(.shift)]
    /// `accumulate` and `gain`: an item that carries nothing but its token.
    public static let bare: OpcodeSet = [OpcodeSet(.accumulate), OpcodeSet(.gain)]

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

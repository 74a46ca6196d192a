/// What an operand of an instruction selects.
public enum OperandKind: Sendable, CaseIterable {
    /// The opcode does not read it. Operand 1 then holds ``Program/neutralGain``, the others hold 0.
    case none
    /// An index of the gain table, 0...255.
    case gain
    /// An index of a constant row.
    case row
    /// An index of a constant row, or 0 for none: row 0 is the first token's.
    case furtherRow
    /// An index of a role.
    case role

    /// The operand's name in assembly text.
    public var name: String {
        switch self {
        case .none: "none"
        case .gain: "gain"
        case .row: "row"
        case .furtherRow: "and"
        case .role: "role"
        }
    }
}

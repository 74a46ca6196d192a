/// What one instruction of a program does on the machine.
///
/// This is the only place where an opcode is declared: its number here, and its assembly name, operands, stack effect,
/// cost and meaning in ``declaration`` below. The verifier, the machine and the printer switch over it without a
/// `default`; `Docs/Opcodes.md` is generated from it.
///
/// Notation: `t` is the item's token, `row[i]` the signed 8-bit constant row `i`, `s[i]` its fixed-point scale,
/// `g` the gain that operand 1 selects from the gain table, `acc` the accumulator.
public enum Opcode: UInt8, CaseIterable, Sendable {
    /// `acc += s[t] · row[t]`. What widening gives every token.
    case accumulate = 0
    /// `acc += g · s[t] · row[t]`.
    case gain = 1
    /// `acc += g · s[t] · row[t] + s[c] · row[c] + s[d] · row[d]`, where operand 2 is the constant row `c` and operand 3 the
    /// constant row `d`, if it is not 0: an item may end two phrases, one with each of two tokens before it.
    case phrase = 2
    /// `acc += s[c] · row[c]`: the constant row `c` of operand 2 stands in the token's place.
    case replace = 3
    /// Nothing. The item was absorbed and is kept for provenance.
    case skip = 4
    /// Push `g · s[t] · row[t]` on the stack.
    case push = 5
    /// Pop `v`; with `u = g · s[t] · row[t]` and the diagonals A, B, C of the role in operand 2:
    /// `acc += A∘v + B∘u + C∘v∘u`.
    case merge = 6
    /// `acc += g · (s[t] · row[t] + s[c] · row[c])`: the sense constant `c` of operand 2 shares the token's gain.
    case shift = 7

    /// Everything that the verifier, printers and documents need to know of this opcode.
    /// - Complexity: O(1), no allocation.
    public var declaration: OpcodeDeclaration {
        switch self {
        case .accumulate:
            OpcodeDeclaration(
                name: "accumulate", operand1: .none, operand2: .none, pops: 0, pushes: 0, cost: 1,
                meaning: "adds the token's row: acc += s[t]·row[t]")
        case .gain:
            OpcodeDeclaration(
                name: "gain", operand1: .gain, operand2: .none, pops: 0, pushes: 0, cost: 1,
                meaning: "adds the token's row times a gain: acc += g·s[t]·row[t]")
        case .phrase:
            OpcodeDeclaration(
                name: "phrase", operand1: .gain, operand2: .row, operand3: .furtherRow, pops: 0, pushes: 0, cost: 3,
                meaning:
                    "adds the token's row and one or two phrase constants: acc += g·s[t]·row[t] + s[c]·row[c] + s[d]·row[d]"
            )
        case .replace:
            OpcodeDeclaration(
                name: "replace", operand1: .none, operand2: .row, pops: 0, pushes: 0, cost: 1,
                meaning: "adds a constant in the token's place: acc += s[c]·row[c]")
        case .skip:
            OpcodeDeclaration(
                name: "skip", operand1: .none, operand2: .none, pops: 0, pushes: 0, cost: 0,
                meaning: "adds nothing; the item was absorbed and is kept for provenance")
        case .push:
            OpcodeDeclaration(
                name: "push", operand1: .gain, operand2: .none, pops: 0, pushes: 1, cost: 1,
                meaning: "pushes the token's row times a gain: push g·s[t]·row[t]")
        case .merge:
            OpcodeDeclaration(
                name: "merge", operand1: .gain, operand2: .role, pops: 1, pushes: 0, cost: 4,
                meaning: "pops v and joins it with u = g·s[t]·row[t] through a role: acc += A∘v + B∘u + C∘v∘u")
        case .shift:
            OpcodeDeclaration(
                name: "shift", operand1: .gain, operand2: .row, pops: 0, pushes: 0, cost: 2,
                meaning:
                    "adds the token's row moved by a sense constant, both times a gain: acc += g·(s[t]·row[t] + s[c]·row[c])"
            )
        }
    }

    /// The opcode of an assembly name, or nil.
    /// - Complexity: O(number of opcodes).
    public init?(named name: String) {
        guard let match = Opcode.allCases.first(where: { $0.declaration.name == name }) else { return nil }
        self = match
    }
}

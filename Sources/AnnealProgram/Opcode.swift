/// What one instruction of a program does on the machine.
///
/// This is the only place where an opcode is declared: its number, assembly name, operands, stack effect and meaning.
/// The verifier, the machine and the printer switch over it without a `default`.
///
/// Notation: `t` is the item's token, `row[i]` the signed 8-bit constant row `i`, `s[i]` its fixed-point scale,
/// `g` the gain that operand 1 selects from the gain table, `acc` the accumulator.
public enum Opcode: UInt8, CaseIterable, Sendable {
    /// `acc += s[t] · row[t]`. What widening gives every token.
    case accumulate = 0
    /// `acc += g · s[t] · row[t]`.
    case gain = 1
    /// `acc += g · s[t] · row[t] + s[c] · row[c]`, where operand 2 is the constant row `c`.
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
}

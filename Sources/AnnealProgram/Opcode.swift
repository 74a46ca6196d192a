/// What one instruction of a program does on the machine.
///
/// This is the only place where an opcode is declared: its number, what it does in ``effect``, its name and meaning in
/// words. Operands, cost, the sets of ``OpcodeSet`` and all that verifier, machine, critic, training and printer make of
/// an opcode follow from what it does; `Docs/Opcodes.md` is generated.
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

    /// What the instruction does: the meaning above, for the machine and for all who reason about it.
    /// - Complexity: O(1), no allocation.
    @inlinable
    public var effect: OpcodeEffect {
        switch self {
        case .accumulate: OpcodeEffect(token: .scale)
        case .gain: OpcodeEffect(token: .gain)
        case .phrase: OpcodeEffect(token: .gain, constant: .scale, hasFurther: true)
        case .replace: OpcodeEffect(constant: .scale)
        case .skip: OpcodeEffect()
        case .push: OpcodeEffect(token: .gain, stack: .push)
        case .merge: OpcodeEffect(token: .gain, stack: .merge)
        case .shift: OpcodeEffect(token: .gain, constant: .gain)
        }
    }

    /// The name in assembly and rule text.
    public var name: String { words.name }

    /// One line of meaning.
    public var meaning: String { words.meaning }

    private var words: (name: String, meaning: String) {
        switch self {
        case .accumulate: ("accumulate", "adds the token's row: acc += s[t]·row[t]")
        case .gain: ("gain", "adds the token's row times a gain: acc += g·s[t]·row[t]")
        case .phrase:
            (
                "phrase",
                "adds the token's row and one or two phrase constants: acc += g·s[t]·row[t] + s[c]·row[c] + s[d]·row[d]"
            )
        case .replace: ("replace", "adds a constant in the token's place: acc += s[c]·row[c]")
        case .skip: ("skip", "adds nothing; the item was absorbed and is kept for provenance")
        case .push: ("push", "pushes the token's row times a gain: push g·s[t]·row[t]")
        case .merge:
            ("merge", "pops v and joins it with u = g·s[t]·row[t] through a role: acc += A∘v + B∘u + C∘v∘u")
        case .shift:
            (
                "shift",
                "adds the token's row moved by a sense constant, both times a gain: acc += g·(s[t]·row[t] + s[c]·row[c])"
            )
        }
    }

    /// The opcode of an assembly name, or nil.
    /// - Complexity: O(number of opcodes).
    public init?(named name: String) {
        guard let match = Opcode.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }
}

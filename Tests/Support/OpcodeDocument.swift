import AnnealProgram

/// The opcode document, generated from ``Opcode``.
package enum OpcodeDocument {
    /// The text of `Docs/Opcodes.md`.
    package static var markdown: String {
        var text = """
            # Opcodes

            Generated from `Sources/AnnealProgram/Opcode.swift`; write it anew with
            `ANNEAL_WRITE_DOCUMENTS=1 swift test --filter OpcodeDocumentTests`.

            `t` is the item's token, `row[i]` the signed 8-bit constant row `i`, `s[i]` its fixed-point scale, `g` the gain
            that operand 1 selects. `c` is the constant row of operand 2, `d` the further one of operand 3 (0 for none), `acc` the accumulator. A role has
            three diagonals A, B and C. The cost counts the rows that an instruction reads at most. An operand that an opcode
            does not read holds the neutral gain \(Program.neutralGain) (operand 1) or 0 (operands 2 and 3).

            | number | name | operand 1 | operand 2 | operand 3 | pops | pushes | cost | meaning |
            |---|---|---|---|---|---|---|---|---|

            """
        for opcode in Opcode.allCases {
            let effect = opcode.effect
            let cells = [
                "\(opcode.rawValue)", "`\(opcode.name)`", effect.operand1.name, effect.operand2.name,
                effect.operand3.name,
                "\(effect.pops)", "\(effect.pushes)", "\(effect.cost)", opcode.meaning,
            ]
            text += "| " + cells.joined(separator: " | ") + " |\n"
        }
        return text
    }
}

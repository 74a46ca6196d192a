import AnnealProgram

@testable import AnnealRewrite

/// A critic that likes constants of phrases, more or less by their row.
struct PhraseFriend: Critic {
    /// How often it was asked for a score.
    var asked = 0

    var refusesPhrases: Bool { false }

    mutating func score(_ program: borrowing Program) -> Int64 {
        asked += 1
        var total: Int64 = 0
        for slot in 0..<program.count where program.opcodes[slot] == Opcode.phrase.rawValue {
            total += Int64(program.operand2[slot] & 3) + Int64(program.operand3[slot] & 3)
        }
        return total
    }
}

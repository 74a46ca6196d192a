import AnnealPlatform
import AnnealProgram

@testable import AnnealRewrite

/// A critic with seeded, arbitrary tastes: it likes and dislikes pairs of neighbours and what they do.
struct TokenCritic: Critic {
    let seed: UInt64

    func score(_ program: borrowing Program) -> Int64 {
        var total: Int64 = 0
        var before: UInt64 = 0
        for slot in 0..<program.count {
            let word =
                UInt64(program.tokens[slot]) << 40 | UInt64(program.opcodes[slot]) << 32
                | UInt64(program.operand2[slot]) | UInt64(program.operand3[slot]) << 16
            total += Int64(SplitMix64.mix(word ^ before << 17 ^ seed) & 15)
            before = word
        }
        return total / 2
    }
}

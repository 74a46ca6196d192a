import AnnealMachine
import AnnealModel
import Testing

@testable import Anneal

/// What annealed mode does to gains, against the definition in doubles over all that each instruction adds.
@Suite struct CriticGainsTests {
    let engine: Engine

    init() throws { engine = try Engine() }

    @Test("gains are those of the definition")
    func definition() throws {
        let critic = try #require(engine.model.critic)
        try #require(critic.count >= 7, "the shipped model's critic sets gains")
        let weights = critic[3..<7].map { Double($0) / 65536 }
        var changed = 0
        for text in Samples.ordinary {
            // The shipped critic refuses nothing, so that what ran before the gains is what compiled mode leaves.
            let before = try engine.explain(text)
            let after = try engine.explain(text, mode: .annealed)
            let step = try #require(after.steps.last)
            #expect(step.rule == "gains from the critic" && step.ruleID == -1)
            let rows = try tokenRows(text)
            let sum = try whole(text)
            for (item, row) in zip(before.final.indices, rows) {
                let features = try #require(
                    PartFeatures(part: dot(row, row), along: dot(row, sum), whole: dot(sum, sum)))
                let steps =
                    weights[0] * features.agreement + weights[1] * features.length + weights[2] * features.share
                    + weights[3]
                // The engine sees the sum in 16 bits: what lies between two steps may go either way.
                guard abs(steps - steps.rounded()) < 0.49 else { continue }
                let expected = min(255, max(0, Double(before.final[item].operand1) + steps.rounded()))
                #expect(Double(after.final[item].operand1) == expected)
                if after.final[item].operand1 != before.final[item].operand1 { changed += 1 }
            }
        }
        #expect(changed > 20)
    }

    /// The sum of all that the compiled program of one window adds.
    private func whole(_ text: String) throws -> [Double] {
        let rows = try engine.contributions(Array(text.utf8))
        return (0..<engine.dimension).map { index in rows.reduce(0) { $0 + Double($1[index]) } }
    }

    /// What each token itself adds, without the constants beside it.
    private func tokenRows(_ text: String) throws -> [[Double]] {
        let constants = engine.model.constants
        let unit = Double(sign: .plus, exponent: -Int(constants.exponent), significand: 1)
        return try engine.explain(text).final.map { item in
            let gain = Double(constants.gain(row: item.token, gainIndex: UInt16(item.operand1))) * unit
            return constants.bytes(of: Int(item.token)).map { Double($0) * gain }
        }
    }

    private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
}

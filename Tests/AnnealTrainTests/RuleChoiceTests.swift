import AnnealProgram
import AnnealRewrite
import Testing

@testable import AnnealTrain

@Suite struct RuleChoiceTests {
    /// Text by text, in doubles.
    @Test func keepsWhatAddsMost() throws {
        for seed: UInt64 in 0..<20 {
            var random = SeededGenerator(seed: seed)
            let constants = TrainedConstants(
                dimension: 32, frequency: [Double](repeating: 0.1, count: 9), hasGains: false, seed: seed)
            let rules = makeRules(&random)
            constants.phrases = rules.constants.copy()
            var ids: [UInt32] = []
            var offsets = [0]
            for _ in 0..<60 {
                for _ in 0..<Int.random(in: 0...12, using: &random) {
                    ids.append(UInt32.random(in: 0..<9, using: &random))
                }
                offsets.append(ids.count)
            }
            let corpus = TokenizedCorpus(ids: ids, offsets: offsets)
            let rewritten = try RuleFirings.rewrite(corpus, rules: rules, tokenCount: 9, threads: 2)
            let forward = ForwardPass(constants: constants, kernel: .fastest, context: .fitting)
            let vectors = forward.vectors(of: rewritten, threads: 1)
            func power(_ row: UnsafeMutablePointer<Float>) -> Double {
                (0..<32).reduce(0) { $0 + Double(row[$1]) * Double(row[$1]) }
            }
            var values = [Double](repeating: 0, count: rules.rules.count)
            for text in 0..<60 {
                for item in offsets[text]..<offsets[text + 1] where rewritten.rows[item] != RewrittenCorpus.none {
                    let rule = Int(rewritten.rows[item])
                    values[rule] += power(constants.phrases.row(rule)) / power(vectors.row(text))
                }
            }
            let limit = Int.random(in: 1...rules.rules.count, using: &random)
            let chosen = RuleChoice.best(limit, of: rules, constants, rewritten, threads: 2)
            #expect(chosen.rules.count == limit && chosen.constants.rows == limit)
            let order = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }
            for (rank, rule) in order.prefix(limit).enumerated() {
                // Equal but for rounding may change places.
                let found = try #require(rules.rules.firstIndex { $0.atoms == chosen.rules[rank].atoms })
                #expect(abs(values[found] - values[rule]) <= 1e-4 * max(1, values[rule]), "seed \(seed), rank \(rank)")
                #expect(chosen.rules[rank].updates.compactMap(\.operand2) == [UInt32(rank)])
                for column in 0..<32 {
                    #expect(chosen.constants.row(rank)[column] == constants.phrases.row(found)[column])
                }
            }
            #expect(zip(chosen.rules, chosen.rules.dropFirst()).allSatisfy { $0.confidence >= $1.confidence })
        }
    }

    private func makeRules(_ random: inout SeededGenerator) -> RuleSet {
        var rules: [Rule] = []
        for first: UInt32 in 0..<9 {
            for second: UInt32 in 0..<9 where Bool.random(using: &random) {
                rules.append(Rule.phrase(first, second, row: UInt32(rules.count), confidence: 1))
            }
        }
        let constants = Matrix(rows: rules.count, columns: 32)
        for row in 0..<constants.rows {
            for (column, value) in random.floats(32).enumerated() { constants.row(row)[column] = value / 20 }
        }
        return RuleSet(rules: rules, constants: constants)
    }
}

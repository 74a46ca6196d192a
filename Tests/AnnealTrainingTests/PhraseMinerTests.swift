import AnnealFormats
import AnnealPlatform
import AnnealRewrite
import TestSupport
import Testing

@testable import AnnealTraining

@Suite struct PhraseMinerTests {
    /// A corpus of random texts over few tokens, with residuals.
    private func makeCase(seed: UInt64) -> (corpus: TokenizedCorpus, residuals: Residuals) {
        var random = SplitMix64(seed: seed)
        var ids: [UInt32] = []
        var offsets = [0]
        for _ in 0..<80 {
            for _ in 0..<Int.random(in: 0...9, using: &random) { ids.append(UInt32.random(in: 0..<6, using: &random)) }
            offsets.append(ids.count)
        }
        let student = Matrix(rows: 80, columns: 32)
        let targets = Matrix(rows: 80, columns: 32)
        for text in 0..<80 {
            for (index, value) in random.floats(32).enumerated() { student.row(text)[index] = value }
            for (index, value) in random.floats(32).enumerated() { targets.row(text)[index] = value / 3 }
        }
        return (
            TokenizedCorpus(ids: ids, offsets: offsets), Residuals(student: student, targets: targets, threads: 2)
        )
    }

    /// The formula of the documents, pair by pair, text by text.
    @Test func agreesWithTheFormula() {
        let (corpus, residuals) = makeCase(seed: 10)
        var miner = PhraseMiner()
        miner.least = 3
        miner.limit = 10_000
        let mined = miner.mine(corpus, residuals, tokenCount: 6, threads: 2)
        let meanWeight = residuals.weights.reduce(0.0) { $0 + Double($1) } / 80
        let lambda = 4 * meanWeight * meanWeight
        var expected: [(rule: [UInt32], gain: Double, constant: [Double])] = []
        for distance in [1, 2] {
            for first: UInt32 in 0..<6 {
                for second: UInt32 in 0..<6 {
                    var sum = [Double](repeating: 0, count: 32)
                    var (squares, noise, sites) = (0.0, 0.0, 0)
                    for text in 0..<80 {
                        let ids = Array(corpus[text])
                        let times = ids.indices.count {
                            $0 >= distance && ids[$0 - distance] == first && ids[$0] == second
                        }
                        let a = Double(residuals.weights[text]) * Double(times)
                        sites += times
                        squares += a * a
                        for k in 0..<32 {
                            let r = Double(residuals.rows.row(text)[k])
                            sum[k] += a * r
                            noise += a * a * r * r
                        }
                    }
                    let power = sum.reduce(0) { $0 + $1 * $1 }
                    let gain = (power - 1.5 * noise) / (squares + lambda)
                    if sites >= 3, gain > 0 {
                        expected.append(
                            ([first, second, UInt32(distance)], gain, sum.map { 0.5 * $0 / (squares + lambda) }))
                    }
                }
            }
        }
        expected.sort { $0.gain > $1.gain }
        #expect(!expected.isEmpty)
        #expect(mined.rules.count == expected.count)
        for (rank, (rule, wanted)) in zip(mined.rules, expected).enumerated() {
            #expect(
                rule
                    == .phrase(
                        wanted.rule[0], wanted.rule[1], row: UInt32(rank),
                        distance: UInt8(wanted.rule[2])...UInt8(wanted.rule[2]), confidence: rule.confidence))
            #expect(abs(Double(rule.confidence) - max(1, (wanted.gain * 1000).rounded())) <= 1)
            for (index, value) in wanted.constant.enumerated() {
                #expect(abs(Double(mined.constants.row(rank)[index]) - value) < 1e-4)
            }
        }
    }

    @Test func threadsChangeNothingAndTheLimitHolds() {
        // The case of the test above, which has phrases.
        let (corpus, residuals) = makeCase(seed: 10)
        var miner = PhraseMiner()
        miner.least = 3
        miner.limit = 1
        let one = miner.mine(corpus, residuals, tokenCount: 6, threads: 1)
        let two = miner.mine(corpus, residuals, tokenCount: 6, threads: 3)
        #expect(one.rules == two.rules && one.rules.count == 1)
        #expect(ReferenceLoss.rows(one.constants) == ReferenceLoss.rows(two.constants))
    }

    /// Of the phrases that match at an item, training and the annealer take the same: the best two.
    @Test func firingsAreThoseOfTheBestPhrases() throws {
        let corpus = makeCase(seed: 12).corpus
        var random = SplitMix64(seed: 13)
        var phrases: [Rule] = []
        for _ in 0..<50 {
            let distance = UInt8.random(in: 1...2, using: &random)
            phrases.append(
                .phrase(
                    .random(in: 0..<6, using: &random), .random(in: 0..<6, using: &random), row: UInt32(phrases.count),
                    distance: distance...distance, confidence: .random(in: 1...9, using: &random)))
        }
        let rules = RuleSet(rules: phrases, constants: Matrix(rows: phrases.count, columns: 32))
        let rewritten = try RuleFirings.rewrite(corpus, rules: rules, tokenCount: 6, threads: 2)
        var next = 0
        var fullItems = 0
        for text in 0..<corpus.count {
            #expect(rewritten.offsets[text] == next)
            let range = corpus.offsets[text]..<corpus.offsets[text + 1]
            for item in range {
                let matches = rules.rules.indices.filter { index in
                    let rule = rules.rules[index]
                    let before = item - Int(rule.atoms[1].distanceMin)
                    return before >= range.lowerBound && rule.atoms[0].kind == .token(corpus.ids[before])
                        && rule.atoms[1].kind == .token(corpus.ids[item])
                }
                .sorted { (rules.rules[$1].confidence, $0) < (rules.rules[$0].confidence, $1) }
                #expect(rewritten.ids[next] == corpus.ids[item])
                #expect(rewritten.rows[next] == matches.first.map { UInt32($0) } ?? RewrittenCorpus.none)
                next += 1
                guard matches.count > 1 else { continue }
                #expect(rewritten.ids[next] == RewrittenCorpus.none && rewritten.rows[next] == UInt32(matches[1]))
                next += 1
                fullItems += 1
            }
        }
        #expect(rewritten.offsets[corpus.count] == next && fullItems > 0)
    }

    @Test func radixSortIsStable() {
        var random = SplitMix64(seed: 13)
        var keys = (0..<5000).map { UInt64($0) | UInt64.random(in: 0..<3000, using: &random) << 20 }
        let expected = keys.sorted()
        RadixSort.sort(&keys, from: 20, bits: 12)
        #expect(keys == expected)
    }
}

import AnnealFormats
import AnnealPlatform
import AnnealProgram
import AnnealRewrite
import TestSupport
import Testing

@testable import AnnealTraining

@Suite struct RuleChoiceTests {
    /// Pair of firings by pair of firings, in doubles.
    @Test func keepsWhatIsWorthMost() throws {
        for seed: UInt64 in 0..<20 {
            var random = SplitMix64(seed: seed)
            let constants = TrainedConstants(
                dimension: 32, frequency: [Double](repeating: 0.1, count: 9), hasGains: false, seed: seed)
            let rules = makeRules(&random)
            constants.phrases = rules.constants.copy()
            let corpus = makeCorpus(texts: 60, &random)
            let set = TrainingSet(
                corpus: try RuleFirings.rewrite(corpus, rules: rules, tokenCount: 9, threads: 2),
                targets: makeTargets(60, &random))
            let values = worth(of: rules, constants, set, ridge: 2)
            let limit = Int.random(in: 1...rules.rules.count, using: &random)
            let chosen = RuleChoice.best(limit, of: rules, constants, set, ridge: 2, threads: 2)
            #expect(chosen.rules.count == limit && chosen.constants.rows == limit)
            let order = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }
            for (rank, rule) in order.prefix(limit).enumerated() {
                // Equal but for rounding may change places.
                let found = try #require(rules.rules.firstIndex { $0.atoms == chosen.rules[rank].atoms })
                let difference = abs(values[found] - values[rule])
                #expect(difference <= 1e-3 * max(1, abs(values[rule])), "seed \(seed), rank \(rank)")
                #expect(chosen.rules[rank].updates.compactMap(\.operand2) == [UInt32(rank)])
                for column in 0..<32 {
                    #expect(chosen.constants.row(rank)[column] == constants.phrases.row(found)[column])
                }
            }
            #expect(zip(chosen.rules, chosen.rules.dropFirst()).allSatisfy { $0.confidence >= $1.confidence })
        }
    }

    /// Of two rules with constants of one length the one is kept whose firings agree on it.
    @Test func noiseIsWorthNothing() throws {
        var random = SplitMix64(seed: 3)
        let constants = TrainedConstants(
            dimension: 32, frequency: [Double](repeating: 0.25, count: 4), hasGains: false, seed: 3)
        // Texts of the pair 0 1, and as many of the pair 2 3.
        let ids: [UInt32] = (0..<400).flatMap { (text: Int) -> [UInt32] in text % 2 == 0 ? [0, 1] : [2, 3] }
        let corpus = TokenizedCorpus(ids: ids, offsets: (0...400).map { 2 * $0 })
        let rules = RuleSet(
            rules: [
                Rule.phrase(0, 1, row: 0, confidence: 1), Rule.phrase(2, 3, row: 1, confidence: 1),
            ], constants: Matrix(rows: 2, columns: 32))
        constants.phrases = rules.constants.copy()
        let targets = makeTargets(400, &random)
        for text in stride(from: 1, to: 400, by: 2) { targets.row(text).update(from: targets.row(1), count: 32) }
        // Constants of one length, each in the direction that its texts have on the mean.
        for row in 0..<2 {
            var square: Float = 0
            for column in 0..<32 {
                let mean = (0..<200).reduce(Float(0)) { $0 + targets.row(2 * $1 + row)[column] }
                constants.phrases.row(row)[column] = mean
                square += mean * mean
            }
            for column in 0..<32 { constants.phrases.row(row)[column] *= 0.5 / square.squareRoot() }
        }
        let set = TrainingSet(
            corpus: try RuleFirings.rewrite(corpus, rules: rules, tokenCount: 4, threads: 1), targets: targets)
        let chosen = RuleChoice.best(1, of: rules, constants, set, ridge: 1, threads: 1)
        #expect(chosen.rules[0].atoms == rules.rules[1].atoms)
    }

    private func worth(
        of rules: RuleSet, _ constants: TrainedConstants, _ set: TrainingSet, ridge: Double
    ) -> [Double] {
        let vectors = ForwardPass(constants: constants, kernel: .fastest, context: .fitting)
            .vectors(of: set.corpus, threads: 1)
        func numbers(_ row: UnsafeMutablePointer<Float>) -> [Double] { (0..<32).map { Double(row[$0]) } }
        func product(_ one: [Double], _ other: [Double]) -> Double { zip(one, other).reduce(0) { $0 + $1.0 * $1.1 } }
        var firings = [[(weight: Double, lacks: [Double])]](repeating: [], count: rules.rules.count)
        var curvature = 0.0
        for text in 0..<set.corpus.count {
            let sum = numbers(vectors.row(text))
            guard product(sum, sum) > 1e-18 else { continue }
            let weight = 1 / product(sum, sum).squareRoot()
            curvature += weight * weight / Double(set.corpus.count)
            for item in set.corpus.offsets[text]..<set.corpus.offsets[text + 1]
            where set.corpus.rows[item] != RewrittenCorpus.none {
                let rule = Int(set.corpus.rows[item])
                let row = numbers(constants.phrases.row(rule))
                let target = numbers(set.targets.row(text))
                firings[rule].append((weight, (0..<32).map { target[$0] - weight * sum[$0] + weight * row[$0] }))
            }
        }
        return firings.map { all in
            guard !all.isEmpty else { return 0 }
            var across = 0.0
            var noise = 0.0
            for one in all.indices {
                noise += all[one].weight * all[one].weight * product(all[one].lacks, all[one].lacks)
                for other in all.indices where other != one {
                    across += all[one].weight * all[other].weight * product(all[one].lacks, all[other].lacks)
                }
            }
            let squares = all.reduce(0) { $0 + $1.weight * $1.weight }
            let share = squares / (squares + ridge * curvature)
            return (share * (2 - share) * across - share * share * noise) / squares
        }
    }

    private func makeCorpus(texts: Int, _ random: inout SplitMix64) -> TokenizedCorpus {
        var ids: [UInt32] = []
        var offsets = [0]
        for _ in 0..<texts {
            for _ in 0..<Int.random(in: 0...12, using: &random) { ids.append(UInt32.random(in: 0..<9, using: &random)) }
            offsets.append(ids.count)
        }
        return TokenizedCorpus(ids: ids, offsets: offsets)
    }

    private func makeTargets(_ count: Int, _ random: inout SplitMix64) -> Matrix {
        let targets = Matrix(rows: count, columns: 32)
        for text in 0..<count {
            let values = random.floats(32)
            let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
            for column in 0..<32 { targets.row(text)[column] = values[column] / max(length, 1e-9) }
        }
        return targets
    }

    private func makeRules(_ random: inout SplitMix64) -> RuleSet {
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

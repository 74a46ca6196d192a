import AnnealProgram
import Foundation
import Testing

@testable import AnnealRewrite

/// Times of the annealer, printed when `ANNEAL_BENCH=1`; a small run otherwise, so that the benchmark cannot rot.
@Suite(.serialized) struct AnnealerBenchmark {
    static let isTimed = ProcessInfo.processInfo.environment["ANNEAL_BENCH"] == "1"
    static let tokenCount = 32_000

    /// Tokens with the frequencies of words: the rank's reciprocal.
    static func texts(_ count: Int, length: Int, seed: UInt64) -> [[UInt32]] {
        var generator = SeededGenerator(seed)
        let logarithm = log(Double(tokenCount))
        return (0..<count).map { _ in
            (0..<length).map { _ in
                UInt32(min(exp(Double.random(in: 0..<1, using: &generator) * logarithm) - 1, Double(tokenCount - 1)))
            }
        }
    }

    /// Phrases of pairs that occur in the texts, so that rules fire; most of neighbours, some two or three apart.
    static func phrases(_ count: Int, _ texts: [[UInt32]], seed: UInt64) -> [Rule] {
        var generator = SeededGenerator(seed)
        var seen = Set<UInt64>()
        var rules: [Rule] = []
        while rules.count < count {
            let text = texts.randomElement(using: &generator)!
            let distance = [1, 1, 1, 1, 1, 1, 1, 1, 2, 3].randomElement(using: &generator)!
            let place = Int.random(in: 0..<text.count - distance, using: &generator)
            guard seen.insert(UInt64(text[place]) << 32 | UInt64(text[place + distance])).inserted else { continue }
            rules.append(
                .phrase(
                    text[place], text[place + distance], row: UInt32(tokenCount + rules.count),
                    distance: UInt8(distance)...UInt8(distance), confidence: .random(in: 1...1000, using: &generator)))
        }
        return rules
    }

    private func microseconds(_ body: () -> Void) -> Double {
        var best = Double.infinity
        for _ in 0..<(Self.isTimed ? 7 : 1) {
            let clock = ContinuousClock()
            let time = clock.measure(body).components
            best = min(best, Double(time.seconds) * 1e6 + Double(time.attoseconds) / 1e12)
        }
        return best
    }

    @Test func typicalText() throws {
        let textCount = Self.isTimed ? 4_000 : 50
        let ruleCount = Self.isTimed ? 60_000 : 200
        let texts = Self.texts(textCount, length: 28, seed: 1)
        let rules = Self.phrases(ruleCount, texts, seed: 2)
        let limits = ProgramLimits(tokenCount: Self.tokenCount, rowCount: Self.tokenCount + ruleCount, roleCount: 0)
        let tokens = Workbench.copy(texts.flatMap { $0 })
        defer { tokens.deallocate() }
        for (name, rules, seed) in [
            ("no codes", rules, nil), ("codes", rules, 3 as UInt64?),
            ("codes, a reordering rule on frequent tokens", rules + [Self.reorder], 3),
        ] {
            let bench = try Workbench(rules, limits: limits, codeSeed: seed)
            var annealer = Annealer(bench.table)
            var program = Program()
            for mode in [RewriteMode.naive, .compiled, .annealed] {
                var commits = 0
                var critic = ContentCritic()
                let time = microseconds {
                    for text in 0..<textCount {
                        program.widen(UnsafeBufferPointer(rebasing: tokens[text * 28..<(text + 1) * 28]))
                        commits += annealer.rewrite(&program, mode: mode, critic: &critic).commits
                    }
                }
                report(
                    "\(name), \(mode): \(time / Double(textCount)) µs a text of 28 tokens, \(Double(commits) / Double(textCount) / (Self.isTimed ? 7 : 1)) rewrites a text"
                )
            }
        }
    }

    @Test func openingATable() throws {
        let count = Self.isTimed ? 100_000 : 500
        let rules = Self.phrases(count, Self.texts(count / 5, length: 28, seed: 4), seed: 5)
        let limits = ProgramLimits(tokenCount: Self.tokenCount, rowCount: Self.tokenCount + count, roleCount: 0)
        let words = Workbench.copy(RuleTable.encode(rules))
        defer { words.deallocate() }
        var tables = 0
        let time = microseconds {
            if let table = try? RuleTable(words: UnsafeBufferPointer(words), ruleCount: count, limits: limits) {
                tables += table.count
            }
        }
        #expect(tables > 0)
        report("opening a table of \(count) rules: \(time / 1000) ms")
    }

    static let reorder = Rule(
        atoms: [Atom(.token(3)), Atom(.token(5), distanceMin: 1, distanceMax: 4)], placement: .gather,
        updates: [Update(source: 0), Update(source: 1)], confidence: 50)

    private func report(_ line: String) {
        if Self.isTimed { print("benchmark:", line) }
    }
}

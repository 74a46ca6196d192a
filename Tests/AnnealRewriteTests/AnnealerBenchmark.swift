import AnnealPlatform
import AnnealProgram
import Foundation
import TestSupport
import Testing

@testable import AnnealRewrite

/// Times of the annealer, printed when `ANNEAL_BENCH=1`; a small run otherwise, so that the benchmark cannot rot.
@Suite(.serialized) struct AnnealerBenchmark {
    static let isTimed = ProcessInfo.processInfo.environment["ANNEAL_BENCH"] == "1"
    static let tokenCount = 32_000

    /// Tokens with the frequencies of words, the rank's reciprocal; two in five follow from the token before, as words do.
    static func texts(_ count: Int, length: Int, seed: UInt64) -> [[UInt32]] {
        var generator = SplitMix64(seed: seed)
        let logarithm = log(Double(tokenCount))
        func draw(_ uniform: Double) -> UInt32 { UInt32(min(exp(uniform * logarithm) - 1, Double(tokenCount - 1))) }
        return (0..<count).map { _ in
            var text: [UInt32] = []
            for _ in 0..<length {
                if let last = text.last, generator.chance(40) {
                    // One of the few successors of the last token.
                    let successor = UInt64(last) << 8 | UInt64.random(in: 0..<4, using: &generator)
                    text.append(draw(Double(SplitMix64.mix(successor) >> 11) / Double(1 << 53)))
                } else {
                    text.append(draw(Double.random(in: 0..<1, using: &generator)))
                }
            }
            return text
        }
    }

    /// The commonest pairs of the texts as phrases: neighbours, and some of those two or three apart.
    static func phrases(_ count: Int, _ texts: [[UInt32]]) -> [Rule] {
        var counts: [UInt64: Int] = [:]
        for text in texts {
            for distance in 1...3 {
                for place in 0..<text.count - distance
                where distance == 1 || SplitMix64.mix(UInt64(text[place])) % 8 == 0 {
                    counts[
                        UInt64(text[place]) << 34 | UInt64(text[place + distance]) << 2 | UInt64(distance), default: 0] +=
                        1
                }
            }
        }
        let best = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(count)
        return best.enumerated().map { index, pair in
            let distance = UInt8(pair.key & 3)
            return .phrase(
                UInt32(pair.key >> 34), UInt32(pair.key >> 2 & 0xFFFF_FFFF), row: UInt32(tokenCount + index),
                distance: distance...distance, confidence: Int32(pair.value))
        }
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
        let rules = Self.phrases(ruleCount, Self.texts(10 * textCount, length: 28, seed: 2))
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
            for isJudged in [false, true] {
                var commits = 0
                var critic = ContentCritic()
                let time = microseconds {
                    for text in 0..<textCount {
                        program.widen(tokens.extracting(text * 28..<(text + 1) * 28).span)
                        let result =
                            isJudged ? annealer.rewrite(&program, critic: &critic) : annealer.rewrite(&program)
                        commits += result.commits
                    }
                }
                report(
                    "\(name), \(isJudged ? "annealed" : "compiled"): \(time / Double(textCount)) µs a text of 28 tokens, \(Double(commits) / Double(textCount) / (Self.isTimed ? 7 : 1)) rewrites a text"
                )
            }
        }
    }

    @Test func openingATable() throws {
        let count = Self.isTimed ? 100_000 : 500
        let rules = Self.phrases(count, Self.texts(count / 5, length: 28, seed: 4))
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

import AnnealFormats
import AnnealPlatform
import AnnealProgram
import AnnealTraining
import TestSupport
import Testing

@testable import AnnealRewrite
@testable import AnnealEvolution

@Suite struct SiteMatcherTests {
    @Test("the sites are the targets of the reference annealer's matches")
    func equalsReference() throws {
        var random = SplitMix64(seed: 2, stream: 0)
        let plot = Plot(seed: 3, texts: 60)
        let texts = EvolvingTexts(plot.input, tokens: plot.tokens)
        // Some items carry something already.
        for position in 0..<plot.corpus.ids.count where random.below(5) == 0 {
            texts.opcodes[position] = [Opcode.phrase, .shift, .replace][random.below(3)].rawValue
        }
        let offsets = (0...Plot.tokenCount).map { token in
            UInt32((0..<token).reduce(0) { $0 + (plot.tokens.coarse[$1] == TokenKnowledge.noClass ? 1 : 2) })
        }
        let members = (0..<Plot.tokenCount).flatMap { token in
            [plot.tokens.fine[token], plot.tokens.coarse[token]].filter { $0 != TokenKnowledge.noClass }
        }
        var matcher = SiteMatcher(texts)
        var found = 0
        for _ in 0..<400 {
            let genome = Plot.genome(&random)
            let words = RuleTable.encode([genome.rule(row: 41, confidence: 1)])
            let expected = try words.withUnsafeBufferPointer { words in
                try offsets.withUnsafeBufferPointer { offsets in
                    try members.withUnsafeBufferPointer { members in
                        let table = try RuleTable(
                            words: words, ruleCount: 1,
                            classes: TokenClasses(classCount: 11, offsets: offsets, members: members),
                            limits: ProgramLimits(tokenCount: Plot.tokenCount, rowCount: 50, roleCount: 0))
                        return targets(of: genome, ReferenceAnnealer(table), texts)
                    }
                }
            }
            matcher.find(genome, in: 0..<texts.count)
            #expect(matcher.sites.map(Int.init) == expected)
            found += expected.count
            // A part of the texts gives that part of the sites.
            let half = texts.offsets[20]..<texts.offsets[40]
            matcher.find(genome, in: 20..<40)
            #expect(matcher.sites.map(Int.init) == expected.filter { half.contains($0) })
        }
        #expect(found > 400)
    }

    private func targets(of genome: Genome, _ reference: ReferenceAnnealer, _ texts: EvolvingTexts) -> [Int] {
        var targets: Set<Int> = []
        for text in 0..<texts.count {
            let start = texts.offsets[text]
            let items = (start..<texts.offsets[text + 1]).map { position in
                ProgramItem(
                    token: texts.ids[position], position: UInt32(position - start),
                    opcode: Opcode(rawValue: texts.opcodes[position])!, operand1: Program.neutralGain, operand2: 0)
            }
            for slots in reference.matches(of: reference.rules[0], in: items) {
                targets.insert(start + slots[genome.target])
            }
        }
        return targets.sorted()
    }

    @Test("places are those of a match, the first items as far left as may be")
    func places() {
        let corpus = TokenizedCorpus(ids: [1, 1, 3, 2, 2], offsets: [0, 5])
        let texts = EvolvingTexts(
            EvolutionTexts(corpus: corpus, residuals: Matrix(rows: 1, columns: 8), weights: [1]),
            tokens: TokenKnowledge(count: 5))
        let genome = Genome(
            atoms: [Atom(.token(1)), Atom(.token(2), opcodes: .bare, distanceMin: 2, distanceMax: 4)], target: 1)
        var matcher = SiteMatcher(texts)
        matcher.find(genome, in: 0..<1)
        #expect(matcher.sites == [3, 4])
        #expect(matcher.places(genome, target: 3) == SIMD4(0, 3, -1, -1))
        #expect(matcher.places(genome, target: 2) == nil)
    }
}

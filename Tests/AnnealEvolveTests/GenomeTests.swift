import AnnealPlatform
import AnnealProgram
import AnnealRewrite
import Testing

@testable import AnnealEvolution

@Suite struct GenomeTests {
    @Test("words and back, atoms and back, and a rule that the engine accepts")
    func roundTrips() throws {
        var random = SplitMix64(seed: 1, stream: 0)
        for _ in 0..<2_000 {
            let genome = Plot.genome(&random)
            #expect(Genome(encoded: genome.encoded) == genome)
            #expect(Genome(atoms: genome.atoms, action: genome.action, target: genome.target) == genome)
            let rule = genome.rule(row: 41, confidence: 7)
            #expect(rule.atoms == genome.atoms && rule.confidence == 7)
            let words = RuleTable.encode([rule])
            try words.withUnsafeBufferPointer { words in
                let offsets = (0...Plot.tokenCount).map { UInt32($0) }
                let members = [UInt16](repeating: 10, count: Plot.tokenCount)
                try offsets.withUnsafeBufferPointer { offsets in
                    try members.withUnsafeBufferPointer { members in
                        _ = try RuleTable(
                            words: words, ruleCount: 1,
                            classes: TokenClasses(classCount: 11, offsets: offsets, members: members),
                            limits: ProgramLimits(tokenCount: Plot.tokenCount, rowCount: 50, roleCount: 0))
                    }
                }
            }
        }
    }

    @Test("words that are no genome give nil")
    func refusesOtherWords() {
        let words = Genome.pair(1, 2, distance: 1).encoded
        #expect(Genome(encoded: []) == nil)
        #expect(Genome(encoded: Array(words.dropLast())) == nil)
        for (index, value) in [(4, UInt64(0)), (4, 5), (4, 9 << 8 | 2), (4, 3 << 16 | 2), (0, 3), (2, 1)] {
            var changed = words
            changed[index] = value
            #expect(Genome(encoded: changed) == nil, "word \(index) is \(value)")
        }
    }

    @Test("what a rule cannot do is not valid")
    func validity() {
        func pair(_ action: GenomeAction, target: Int, distance: UInt8 = 1, condition: OpcodeSet = .bare) -> Bool {
            var atoms: Quad<Atom> = [Atom(.token(1)), Atom(.token(2), distanceMin: distance)]
            atoms[target].opcodes = condition
            return Genome(atoms: atoms, action: action, target: target).isValid
        }
        #expect(pair(.attach, target: 1) && pair(.attach, target: 0) && pair(.shift, target: 0))
        #expect(!pair(.attach, target: 1, condition: .matchable))
        #expect(pair(.gather, target: 1, distance: 2) && !pair(.gather, target: 1) && !pair(.gather, target: 0))
        #expect(!pair(.absorb, target: 1))
        #expect(!Genome(atoms: [Atom(.token(1), opcodes: .bare)], target: 0).isValid)
        #expect(!Genome(atoms: [Atom(.any), Atom(.any, opcodes: .bare)], target: 1).isValid)
    }
}

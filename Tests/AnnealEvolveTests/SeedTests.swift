import AnnealFormats
import AnnealPlatform
import AnnealProgram
import AnnealRewrite
import AnnealTraining
import Testing

@testable import AnnealEvolution

@Suite struct SeedTests {
    @Test("seeds are all pairs of tokens and classes that are seen often enough")
    func seedsAreAllPairs() {
        let plot = Plot(seed: 9)
        let texts = EvolvingTexts(plot.input, tokens: plot.tokens)
        var settings = EvolutionSettings()
        settings.usesClasses = true
        settings.ordinaryOnly = false
        settings.minimumSites = 4
        let seeds = CollocationSeeds(texts: texts, settings: settings, workers: Workers(texts, settings))
            .find(limit: .max) { _, fitness in Double(fitness.sites) }
        let found = Dictionary(uniqueKeysWithValues: seeds.map { ($0.genome, Int($0.worth)) })
        var expected: [Genome: Int] = [:]
        for text in 0..<plot.corpus.count {
            let range = plot.corpus.offsets[text]..<plot.corpus.offsets[text + 1]
            for second in range {
                for distance in 1...settings.seedDistance where second - distance >= range.lowerBound {
                    let (one, other) = (plot.corpus.ids[second - distance], plot.corpus.ids[second])
                    func count(_ first: Atom.Kind, _ second: Atom.Kind) {
                        let atoms: Quad<Atom> = [
                            Atom(first), Atom(second, opcodes: .bare, distanceMin: UInt8(distance)),
                        ]
                        expected[Genome(atoms: atoms, target: 1), default: 0] += 1
                    }
                    count(.token(one), .token(other))
                    count(.tokenClass(plot.tokens.fine[Int(one)]), .token(other))
                    count(.token(one), .tokenClass(plot.tokens.fine[Int(other)]))
                }
            }
        }
        expected = expected.filter { $0.value >= settings.minimumSites }
        #expect(found == expected && !found.isEmpty)
        #expect(seeds.map(\.worth) == seeds.map(\.worth).sorted(by: >))
    }

    @Test("extensions are measured at the sites where matching finds them")
    func extensions() {
        let plot = Plot(seed: 30, texts: 800, noise: 1)
        let texts = EvolvingTexts(plot.input, tokens: plot.tokens)
        var settings = EvolutionSettings()
        settings.minimumSites = 3
        var meter = FitnessMeter(texts, shrink: 4, noise: 1.5)
        var applier = RuleApplier(texts)
        let parent = Genome.pair(2, 0, distance: 1)
        applier.apply(parent, constant: [Float](repeating: 0.1, count: Plot.dimension))
        let children = Extension(of: parent, settings: settings).children(&meter)
        #expect(children.count > 10)
        for child in children {
            #expect(child.genome.count == 3)
            #expect(child.fitness == meter.measure(child.genome, in: 0..<texts.count))
        }
    }

    @Test("k-means puts directions that point alike together, on any number of threads")
    func classes() {
        let vectors = Matrix(rows: 90, columns: 8)
        var random = SplitMix64(seed: 4, stream: 0)
        for row in 0..<90 where row != 5 {
            for column in 0..<8 { vectors.row(row)[column] = 0.1 * (Plot.unit(&random) - 0.5) }
            vectors.row(row)[row % 3] += 1 + Float(row)
        }
        var learner = ClassLearner()
        learner.fineCount = 12
        learner.coarseCount = 6
        learner.threads = 1
        let one = learner.learn(vectors)
        learner.threads = 3
        let three = learner.learn(vectors)
        #expect(one.fine == three.fine && one.coarse == three.coarse)
        #expect(one.fine[5] == TokenKnowledge.noClass, "a zero vector has no direction")
        for token in 0..<90 where token != 5 {
            #expect(one.fine[token] < 12 && (12..<18).contains(one.coarse[token]))
            for other in 0..<90 where other != 5 && one.coarse[other] == one.coarse[token] {
                #expect(other % 3 == token % 3)
            }
        }
    }
}

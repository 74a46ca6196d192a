import AnnealFormats
import AnnealPlatform
import AnnealProgram
import AnnealRewrite
import AnnealTraining
import Foundation
import Testing

@testable import AnnealEvolution

@Suite struct EvolutionTests {
    /// Patterns of two and three atoms.
    static let planted: [Genome] = [
        .pair(1, 2, distance: 1), .pair(3, 0, distance: 2),
        Genome(
            atoms: [Atom(.token(4)), Atom(.token(1)), Atom(.token(0), opcodes: .bare)], target: 2),
    ]

    static func plots() -> (texts: Plot, heldOut: Plot) {
        var random = SplitMix64(seed: 77, stream: 0)
        let planted = planted.map { (genome: $0, constant: Plot.constant(&random, length: 2)) }
        return (Plot(seed: 1, texts: 1_500, planted: planted), Plot(seed: 2, texts: 500, planted: planted))
    }

    static func settings(threads: Int = 2) -> EvolutionSettings {
        var settings = EvolutionSettings()
        settings.threads = threads
        settings.generations = 4
        settings.ruleLimit = 24
        settings.offspringLimit = 600
        settings.populationLimit = 500
        settings.rowCost = 0.5
        settings.usesClasses = true
        settings.ordinaryOnly = false
        settings.actions = GenomeAction.allCases
        return settings
    }

    static func run(
        _ settings: EvolutionSettings, _ lineage: LineageStore, shouldStop: () -> Bool = { false }
    ) throws -> EvolutionResult {
        let (texts, heldOut) = plots()
        return try Evolution.run(
            texts: texts.input, heldOut: heldOut.input, tokens: texts.tokens, settings: settings, lineage: lineage,
            shouldStop: shouldStop)
    }

    @Test("what was planted is found, and most of the residual goes")
    func finds() throws {
        let result = try Self.run(Self.settings(), try LineageStore(path: nil))
        let found = Set(result.accepted.map(\.genome))
        #expect(found.contains(Self.planted[0]) && found.contains(Self.planted[1]))
        let best = result.calibration.energies[result.calibration.ranking]!
        #expect(best < 0.35 * result.calibration.energyWithoutRules)
        #expect(result.rules.count <= 24 && result.rules.allSatisfy { $0.rule.confidence > 0 })
        #expect(Set(result.rules.map(\.rule.confidence)).count == result.rules.count)
        let set = result.ruleSet()
        let rows = set.rules.flatMap { $0.updates.compactMap(\.operand2) }
        #expect(rows.allSatisfy { $0 < set.constants.rows } && Set(rows).count == set.constants.rows)
    }

    @Test("unless asked otherwise, all rules are of the form that the annealer fires in one pass")
    func ordinary() throws {
        var settings = Self.settings()
        settings.ordinaryOnly = true
        settings.rowCost = 0
        let result = try Self.run(settings, try LineageStore(path: nil))
        #expect(result.accepted.count > 2 && result.accepted.allSatisfy { $0.genome.isOrdinary })
    }

    @Test(
        "what turns out to be worth less than nine tenths of what waits goes back behind it",
        arguments: [(0.95, true), (0.85, false), (0.2, false)])
    func bar(share: Double, isTakenFirst: Bool) throws {
        let (texts, heldOut) = Self.plots()
        let settings = Self.settings()
        let evolution = Evolution(
            texts.input, heldOut.input, texts.tokens, settings, try LineageStore(path: nil), { _ in })
        let seeds = CollocationSeeds(texts: evolution.texts, settings: settings, workers: evolution.workers)
            .find(limit: .max) { settings.worth($0, $1) }
        let best = try #require(seeds.first)
        let poor = try #require(seeds.first { $0.worth < best.worth / 2 })
        // A round is 32 candidates: one that was thought to be worth much, and 31 of tokens that are nowhere together.
        var population = [(poor.genome, 10 * best.worth)]
        for token in 0..<31 { population.append((.pair(39, UInt32(token), distance: 1), 10 * best.worth)) }
        // What waits behind the round.
        population.append((best.genome, poor.worth / share))
        evolution.population = population.enumerated().map { birth, candidate in
            Candidate(genome: candidate.0, birth: Int64(birth), parents: SIMD2(-1, -1), worth: candidate.1)
        }
        let refused = evolution.accept(quota: 1)
        #expect(refused == 31)
        #expect(evolution.accepted.rules.map(\.genome) == [isTakenFirst ? poor.genome : best.genome])
    }

    @Test("pure noise gives no rules")
    func refusesNoise() throws {
        let texts = Plot(seed: 20, texts: 1_000, noise: 1)
        let heldOut = Plot(seed: 21, texts: 300, noise: 1)
        var settings = Self.settings()
        settings.generations = 2
        settings.rowCost = 0.05
        let result = try Evolution.run(
            texts: texts.input, heldOut: heldOut.input, tokens: texts.tokens, settings: settings,
            lineage: try LineageStore(path: nil))
        let best = result.calibration.energies[.acceptance]!
        // A few of thousands of candidates pass by luck; what they do must be small.
        #expect(abs(best / result.calibration.energyWithoutRules - 1) < 0.01)
    }

    @Test("any number of threads gives the same generations")
    func threads() throws {
        let one = try LineageStore(path: nil)
        let three = try LineageStore(path: nil)
        _ = try Self.run(Self.settings(threads: 1), one)
        _ = try Self.run(Self.settings(threads: 3), three)
        #expect(try one.hashes() == three.hashes())
        #expect(try one.hashes().count == 4)
        var other = Self.settings()
        other.seed = 2
        let second = try LineageStore(path: nil)
        _ = try Self.run(other, second)
        #expect(try one.hashes() != second.hashes())
    }

    @Test("a run that is interrupted after each generation ends as one that is not")
    func resumes() throws {
        let whole = try LineageStore(path: nil)
        let expected = try Self.run(Self.settings(), whole)
        let pieces = try LineageStore(path: nil)
        var stops = 0
        while true {
            var asked = false
            let result = try Self.run(Self.settings(), pieces) {
                defer { asked = true }
                return asked
            }
            guard case .interrupted(let generation) = result.stopReason else {
                #expect(result.rules.map(\.rule) == expected.rules.map(\.rule))
                #expect(result.rules.map(\.constant) == expected.rules.map(\.constant))
                break
            }
            #expect(generation == stops)
            stops += 1
        }
        #expect(stops > 1)
        #expect(try pieces.hashes() == whole.hashes())
    }

    @Test("search and engine agree: the annealer leaves the residual that the search has left")
    func replays() throws {
        let (texts, heldOut) = Self.plots()
        var settings = Self.settings()
        // Absorption changes distances for the rules of its own generation too, which the search sees one later.
        settings.actions = [.attach, .shift, .gather]
        // Many rules that share items, good or not.
        settings.rowCost = 0
        settings.noise = 0
        settings.crossMargin = -100
        settings.heldOutSites = 1_000
        let input = heldOut.input
        let result = try Evolution.run(
            texts: texts.input, heldOut: input, tokens: texts.tokens, settings: settings,
            lineage: try LineageStore(path: nil))
        #expect(result.accepted.count > 10)
        var left = 0.0
        for text in 0..<input.corpus.count {
            left += Double(RowLoops.dot(input.residuals.row(text), input.residuals.row(text), Plot.dimension))
        }
        left /= Double(input.corpus.count)
        #expect(abs(left / result.calibration.energies[.acceptance]! - 1) < 0.02)
    }

    @Test("bad settings are named")
    func badSettings() throws {
        for change: (inout EvolutionSettings) -> Void in [
            { $0.threads = 0 }, { $0.generations = 0 }, { $0.minimumSites = 0 }, { $0.batches = 0 },
            { $0.seedDistance = 9 }, { $0.shrink = .nan },
        ] {
            var settings = Self.settings()
            change(&settings)
            #expect(throws: EvolutionError.self) { try Self.run(settings, try LineageStore(path: nil)) }
        }
    }
}

import AnnealFormats
import AnnealPlatform
import AnnealProgram
import AnnealTraining
import Testing

@testable import AnnealRewrite
@testable import AnnealEvolution

/// The closed form against sums written out in double precision.
@Suite struct FitnessTests {
    /// What the rule does to each text: how often it fires, and the residual it is measured on.
    private struct Effect {
        var weight: Double
        var firings = 0.0
        var residual: [Double]
        var energy: Double
    }

    private func effects(_ genome: Genome, _ texts: EvolvingTexts) -> [Effect] {
        var matcher = SiteMatcher(texts)
        matcher.find(genome, in: 0..<texts.count)
        return (0..<texts.count).map { text in
            let row = (0..<Plot.dimension).map { Double(texts.residuals.row(text)[$0]) }
            var effect = Effect(
                weight: Double(texts.weights[text]), residual: row, energy: row.reduce(0) { $0 + $1 * $1 })
            for site in matcher.sites where Int(texts.textOf[Int(site)]) == text {
                switch genome.action {
                case .attach, .gather: effect.firings += 1
                case .shift: effect.firings += Double(texts.gains[Int(site)])
                case .absorb:
                    effect.firings += 1
                    let places = matcher.places(genome, target: Int(site))!
                    for atom in 0..<genome.count {
                        let place = Int(places[atom])
                        for column in 0..<Plot.dimension {
                            effect.residual[column] +=
                                effect.weight * Double(texts.gains[place])
                                * Double(texts.tokens.vectors!.row(Int(texts.ids[place]))[column])
                        }
                    }
                }
            }
            return effect
        }.filter { $0.firings > 0 }
    }

    /// What a constant takes away, by its definition: the squared residuals before less those after.
    private func taken(_ effects: [Effect], _ constant: [Double]) -> Double {
        effects.reduce(0) { sum, effect in
            let after = zip(effect.residual, constant).reduce(0.0) {
                let left = $1.0 - effect.weight * effect.firings * $1.1
                return $0 + left * left
            }
            return sum + effect.energy - after
        }
    }

    private func constant(_ effects: [Effect], ridge: Double) -> [Double] {
        let squares = effects.reduce(0) { $0 + $1.weight * $1.weight * $1.firings * $1.firings } + ridge
        return (0..<Plot.dimension).map { column in
            effects.reduce(0) { $0 + $1.weight * $1.firings * $1.residual[column] } / squares
        }
    }

    @Test("gain, gain across halves, constant, and what a constant takes away", arguments: [0.0, 1.5])
    func equalsReference(noise: Double) {
        var random = SplitMix64(seed: 5, stream: 0)
        let plot = Plot(seed: 6, texts: 200, noise: 1)
        let texts = EvolvingTexts(plot.input, tokens: plot.tokens)
        var meter = FitnessMeter(texts, shrink: 4, noise: noise)
        let mean = plot.weights.reduce(0.0) { $0 + Double($1) } / Double(plot.weights.count)
        let ridge = 4 * mean * mean
        var measured = 0
        for _ in 0..<1_200 {
            let genome = Plot.genome(&random, actions: [.attach, .shift, .absorb])
            let effects = effects(genome, texts)
            let fitness = meter.measure(genome, in: 0..<texts.count)
            #expect(fitness.texts == effects.count)
            guard !effects.isEmpty else { continue }
            measured += 1
            let best = constant(effects, ridge: ridge)
            let squares = effects.reduce(0) { $0 + $1.weight * $1.weight * $1.firings * $1.firings }
            #expect(abs(fitness.squares - squares) < 1e-4 * squares)
            for (one, other) in zip(meter.constant(squares: fitness.squares), best) {
                #expect(abs(Double(one) - other) < 1e-4)
            }
            // ‖Σanr‖²/(Σa²n²+λ) is what the constant takes away, less λ times its squared length.
            let length = best.reduce(0) { $0 + $1 * $1 }
            let expectedNoise = effects.reduce(0) { sum, effect in
                let power = effect.residual.reduce(0) { $0 + $1 * $1 }
                return sum + effect.weight * effect.weight * effect.firings * effect.firings * power
            }
            let gain = taken(effects, best) - ridge * length - noise * expectedNoise / (squares + ridge)
            #expect(abs(fitness.gain - gain) < 1e-3 * max(1, abs(gain)))

            var cross = 0.0
            for parity in 0..<2 {
                var matcher = SiteMatcher(texts)
                matcher.find(genome, in: 0..<texts.count)
                let fired = Set(matcher.sites.map { Int(texts.textOf[Int($0)]) }).sorted()
                let own = zip(fired, effects).filter { $0.0 & 1 == parity }.map(\.1)
                let others = zip(fired, effects).filter { $0.0 & 1 != parity }.map(\.1)
                cross += taken(others, constant(own, ridge: ridge))
            }
            #expect(abs(fitness.crossGain - cross) < 1e-3 * max(1, abs(cross)))

            let given = Plot.constant(&random)
            let found = meter.measure(genome, constant: given, in: 0..<texts.count).gain
            let wanted = taken(effects, given.map(Double.init))
            #expect(abs(found - wanted) < 1e-3 * max(1, abs(wanted)))
        }
        #expect(measured > 100)
    }

    @Test("applying a rule takes away what was measured, and rewrites its items", arguments: GenomeAction.allCases)
    func applies(action: GenomeAction) {
        var random = SplitMix64(seed: 8, stream: 0)
        var applied = 0
        for seed in 0..<250 {
            let plot = Plot(seed: UInt64(seed), texts: 60, noise: 1)
            let texts = EvolvingTexts(plot.input, tokens: plot.tokens)
            let genome = Plot.genome(&random, actions: [action])
            var meter = FitnessMeter(texts, shrink: 4, noise: 0)
            let given = Plot.constant(&random)
            let fitness = meter.measure(genome, constant: given, in: 0..<texts.count)
            let before = texts.energy
            var applier = RuleApplier(texts)
            let fired = applier.apply(genome, constant: given)
            // Where matches share items, a firing may end another's match.
            guard fired == fitness.sites, fired > 0 else { continue }
            applied += 1
            #expect(abs(before - texts.energy - fitness.gain) < 1e-3 * max(1, before))
            // What a gather pushes aside may come within its reach.
            if action != .gather {
                #expect(applier.apply(genome, constant: given) == 0, "a rule fires once at an item")
            }
            texts.reindex()
            let kept = (0..<texts.count).reduce(0) { $0 + Int(texts.lengths[$1]) }
            let gone = action == .absorb ? fired * (genome.count - 1) : 0
            #expect(kept == plot.corpus.ids.count - gone)
        }
        #expect(applied > 5)
    }
}

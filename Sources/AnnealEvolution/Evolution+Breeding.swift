import AnnealPlatform

extension Evolution {
    /// Children of the population and of the accepted rules that are worth something.
    func breed() -> [Candidate] {
        let batch = generation % settings.batches
        let size = (texts.count + settings.batches - 1) / settings.batches
        let range = min(batch * size, texts.count)..<min((batch + 1) * size, texts.count)
        let parents = Parents(population: population, accepted: accepted.rules, tokenCount: texts.tokens.count)
        guard parents.count > 0 else { return [] }
        let settings = settings
        let texts = texts
        let generation = generation
        let accepted = accepted
        let children = workers.map(settings.offspringLimit, initial: Child?.none) { index, meter in
            var random = SplitMix64(seed: settings.seed, stream: generation << 32 | index)
            let one = parents.pick(&random)
            var variation = Variation(texts, settings, range: range, random: random)
            var parentBirths = SIMD2(one.birth, -1)
            var genome: Genome?
            if variation.random.below(3) == 0, let other = parents.partner(of: one.genome, &variation.random) {
                genome = variation.cross(one.genome, other.genome)
                parentBirths[1] = other.birth
            } else {
                genome = variation.mutate(one.genome)
            }
            guard let genome, genome.isOrdinary || !settings.ordinaryOnly, !accepted.contains(genome) else {
                return nil
            }
            let worth = Evolution.worth(of: genome, batch: range, settings, accepted, &meter)
            return worth > 0 ? Child(genome: genome, parents: parentBirths, worth: worth) : nil
        }
        // Numbered in the order of birth; of equal children the first stays.
        var seen = Set<Genome>()
        var born: [Candidate] = []
        for child in extensions() + children.compactMap({ $0 }) where seen.insert(child.genome).inserted {
            births += 1
            born.append(Candidate(genome: child.genome, birth: births, parents: child.parents, worth: child.worth))
        }
        return born
    }

    private struct Child: Sendable {
        let genome: Genome
        let parents: SIMD2<Int64>
        let worth: Double
    }

    /// The rules accepted in the last generation, each with one more token before or behind: all that stand there often
    /// enough. Random mutation would hardly ever name the right one of so many tokens.
    private func extensions() -> [Child] {
        guard !settings.ordinaryOnly else { return [] }
        let parents = accepted.rules.filter { $0.generation == generation - 1 && $0.genome.count < Genome.atomLimit }
        let settings = settings
        let accepted = accepted
        let found = workers.map(parents.count, initial: [Child]()) { index, meter in
            Extension(of: parents[index].genome, settings: settings).children(&meter).compactMap { child in
                let worth = settings.worth(child.genome, child.fitness)
                guard worth > 0, !accepted.contains(child.genome) else { return nil }
                return Child(genome: child.genome, parents: SIMD2(parents[index].birth, -1), worth: worth)
            }
        }
        return found.flatMap { $0 }
    }

    /// The worth on all texts, or 0 if there is none on the batch.
    private static func worth(
        of genome: Genome, batch: Range<Int>, _ settings: EvolutionSettings, _ accepted: AcceptedRules,
        _ meter: inout FitnessMeter
    ) -> Double {
        let all = 0..<meter.texts.count
        if genome.action == .gather {
            guard let index = accepted.shared(by: genome) else { return 0 }
            return settings.worth(genome, meter.measure(genome, constant: accepted.rules[index].constant, in: all))
        }
        if batch != all {
            let part = meter.measure(genome, in: batch)
            guard part.sites * settings.batches >= settings.minimumSites, part.gain > 0 else { return 0 }
        }
        return settings.worth(genome, meter.measure(genome, in: all))
    }
}

extension Evolution {
    /// What the parallel part of a round finds out about a candidate.
    private struct Trial: Sendable {
        var worth = 0.0
        var constant: [Float] = []
        var heldOut = Fitness()
    }

    /// Accepts the best candidates, each on the residuals that those before have left; the number of refused ones.
    ///
    /// A candidate's stored worth is from before other rules were accepted. So the best are measured anew, a round of them
    /// at a time, and those that still beat what waits behind them are accepted; others go back with what they are worth
    /// now.
    func accept(quota: Int) -> Int {
        var heap = CandidateHeap(population)
        var applier = RuleApplier(texts)
        var heldOutApplier = RuleApplier(heldOut)
        var meter = FitnessMeter(texts, shrink: settings.shrink, noise: settings.noise)
        let goal = accepted.count + quota
        let roundSize = max(32, min(512, quota / 8))
        var refused = 0
        while accepted.count < goal {
            var round: [Candidate] = []
            while round.count < roundSize, let best = heap.first, best.worth > 0 {
                round.append(best)
                _ = heap.popFirst()
            }
            guard !round.isEmpty else { break }
            let bar = heap.first?.worth ?? 0
            let trials = trials(round)
            for index in round.indices.sorted(by: {
                trials[$0].worth != trials[$1].worth ? trials[$0].worth > trials[$1].worth : $0 < $1
            }) {
                let trial = trials[index]
                guard trial.worth > 0 else {
                    refused += 1
                    continue
                }
                var candidate = round[index]
                guard accepted.count < goal else {
                    candidate.worth = trial.worth
                    heap.insert(candidate)
                    continue
                }
                // Once more, on what the rules accepted in this round have left.
                let (fitness, constant) = measure(candidate.genome, &meter)
                candidate.worth = settings.worth(candidate.genome, fitness)
                guard candidate.worth > 0 else {
                    refused += 1
                    continue
                }
                // A tenth below what waits is close enough: it, too, is worth less than was thought.
                guard candidate.worth >= 0.9 * bar else {
                    heap.insert(candidate)
                    continue
                }
                let shared = accepted.shared(by: candidate.genome) ?? -1
                let fired = applier.apply(candidate.genome, constant: constant)
                heldOutApplier.apply(candidate.genome, constant: constant)
                accepted.append(
                    AcceptedRule(
                        genome: candidate.genome, birth: candidate.birth, parents: candidate.parents,
                        generation: generation, constant: shared >= 0 ? [] : constant, sharedWith: shared,
                        fitness: fitness, heldOut: trial.heldOut, fired: fired))
            }
        }
        population = heap.ranked
        return refused
    }

    /// Fitness and constant on the residuals as they are.
    private func measure(_ genome: Genome, _ meter: inout FitnessMeter) -> (Fitness, [Float]) {
        Evolution.measure(genome, accepted, &meter)
    }

    private static func measure(
        _ genome: Genome, _ accepted: AcceptedRules, _ meter: inout FitnessMeter
    ) -> (Fitness, [Float]) {
        let all = 0..<meter.texts.count
        if genome.action == .gather {
            guard let index = accepted.shared(by: genome) else { return (Fitness(), []) }
            let constant = accepted.rules[index].constant
            return (meter.measure(genome, constant: constant, in: all), constant)
        }
        let fitness = meter.measure(genome, in: all)
        return (fitness, meter.constant(squares: fitness.squares))
    }

    /// Measures a round of candidates on all texts and confirms them on the held-out ones: a rule that fires there often
    /// enough to tell, and loses, is worth nothing.
    private func trials(_ round: [Candidate]) -> [Trial] {
        let settings = settings
        let accepted = accepted
        var trials = workers.map(round.count, share: 1, initial: Trial()) { index, meter in
            let (fitness, constant) = Evolution.measure(round[index].genome, accepted, &meter)
            return Trial(worth: settings.worth(round[index].genome, fitness), constant: constant)
        }
        let measured = trials
        let confirmed = heldOutWorkers.map(round.count, initial: Fitness()) { index, meter in
            guard measured[index].worth > 0 else { return Fitness() }
            return meter.measure(
                round[index].genome, constant: measured[index].constant, in: 0..<meter.texts.count)
        }
        for index in trials.indices {
            trials[index].heldOut = confirmed[index]
            if confirmed[index].sites >= settings.heldOutSites, confirmed[index].gain < 0 { trials[index].worth = 0 }
        }
        return trials
    }
}

import AnnealFormats
import AnnealTraining

/// Evolves rewrite rules on residuals: a search for patterns whose sites lack the same thing.
///
/// A generation: children are born of the population and of the accepted rules, measured on one batch of the texts and, if
/// worth it, on all; the best of all candidates are measured anew and accepted one after the other, each on the residuals
/// that the one before has left, so that no two rules are paid for the same energy; a rule that loses on the other half of
/// the texts or on the held-out ones is refused. Every generation is recorded, and a run resumes after the last one.
///
/// The result depends on the texts, the settings and the seed, not on the number of threads or on interruptions.
public final class Evolution {
    let settings: EvolutionSettings
    let texts: EvolvingTexts
    let heldOut: EvolvingTexts
    /// The held-out texts as they were given.
    private let untouched: EvolutionTexts
    let workers: Workers
    let heldOutWorkers: Workers
    let lineage: LineageStore
    let log: (String) -> Void
    var accepted = AcceptedRules()
    var population: [Candidate] = []
    var births: Int64 = 0
    var generation = 0

    /// Evolves rules.
    /// - Parameters:
    ///   - texts: their residuals are consumed: what the rules explain is subtracted in place.
    ///   - heldOut: texts on which rules are confirmed, not chosen; also consumed.
    ///   - lineage: the record; if it holds generations of the same run, this goes on after the last.
    ///   - shouldStop: asked between generations.
    ///   - log: gets a line for each generation.
    /// - Throws: ``EvolutionError`` for bad settings or a record of another run; ``TrainError`` if texts, held-out texts
    ///   and tokens do not fit each other; errors of the database.
    public static func run(
        texts: EvolutionTexts, heldOut: EvolutionTexts, tokens: TokenKnowledge, settings: EvolutionSettings,
        lineage: LineageStore, shouldStop: () -> Bool = { false }, log: @escaping (String) -> Void = { _ in }
    ) throws -> EvolutionResult {
        if let fault = settings.fault { throw EvolutionError.settings(fault) }
        try texts.check(with: heldOut, tokens: tokens)
        let evolution = Evolution(texts, heldOut, tokens, settings, lineage, log)
        try evolution.resume(digest: texts.digest(with: heldOut))
        while evolution.generation < settings.generations {
            if evolution.accepted.count >= settings.ruleLimit {
                return try evolution.result(.rules(settings.ruleLimit))
            }
            if shouldStop() { return try evolution.result(.interrupted(afterGeneration: evolution.generation - 1)) }
            try evolution.step()
        }
        return try evolution.result(.generations(settings.generations))
    }

    init(
        _ texts: EvolutionTexts, _ heldOut: EvolutionTexts, _ tokens: TokenKnowledge, _ settings: EvolutionSettings,
        _ lineage: LineageStore, _ log: @escaping (String) -> Void
    ) {
        self.settings = settings
        untouched = EvolutionTexts(
            corpus: heldOut.corpus, residuals: heldOut.residuals.copy(), weights: heldOut.weights,
            gains: heldOut.gains)
        self.texts = EvolvingTexts(texts, tokens: tokens)
        self.heldOut = EvolvingTexts(heldOut, tokens: tokens)
        workers = Workers(self.texts, settings)
        heldOutWorkers = Workers(self.heldOut, settings)
        self.lineage = lineage
        self.log = log
    }

    /// Finds the run in the record and brings the texts to where it stopped.
    private func resume(digest: String) throws {
        guard let last = try lineage.begin(settings: settings, digest: digest) else { return }
        var applier = RuleApplier(texts)
        var heldOutApplier = RuleApplier(heldOut)
        var reached = 0
        for rule in try lineage.rules() {
            if rule.generation != reached {
                // Absorbed items are closed up between generations, as when the rules were accepted.
                texts.reindex()
                heldOut.reindex()
                reached = rule.generation
            }
            accepted.append(rule)
            applier.apply(rule.genome, constant: accepted.constant(of: rule))
            heldOutApplier.apply(rule.genome, constant: accepted.constant(of: rule))
        }
        texts.reindex()
        heldOut.reindex()
        population = try lineage.population()
        generation = last.number + 1
        births = last.births
        log("resumed after generation \(last.number) with \(accepted.count) rules")
    }

    /// One generation.
    private func step() throws {
        let clock = ContinuousClock()
        let began = clock.now
        let born = generation == 0 ? try seed() : breed()
        let measured = Set(population.map(\.genome))
        population += born.filter { !measured.contains($0.genome) }
        population.sort(by: Candidate.precedes)
        if population.count > settings.populationLimit {
            population.removeLast(population.count - settings.populationLimit)
        }
        let left = settings.ruleLimit - accepted.count
        let quota = (left + settings.generations - generation - 1) / (settings.generations - generation)
        let first = accepted.count
        let refused = accept(quota: quota)
        texts.reindex()
        heldOut.reindex()
        let elapsed = clock.now - began
        let record = GenerationRecord(
            number: generation, births: births, born: born.count, population: population.count,
            accepted: accepted.count - first, refused: refused, rules: accepted.count,
            bestWorth: population.first?.worth ?? 0, energy: texts.energy / Double(max(texts.count, 1)),
            heldOutEnergy: heldOut.energy / Double(max(heldOut.count, 1)), seconds: elapsed.seconds)
        let new = accepted.rules[first...]
        try lineage.record(record, rules: new, firstOrdinal: first, population: population)
        log(record.line)
        generation += 1
    }

    /// The first population.
    private func seed() throws -> [Candidate] {
        let seeds = CollocationSeeds(texts: texts, settings: settings, workers: workers)
            .find(limit: settings.populationLimit) { [settings] in settings.worth($0, $1) }
        return seeds.map { seed in
            births += 1
            return Candidate(genome: seed.genome, birth: births, parents: SIMD2(-1, -1), worth: seed.worth)
        }
    }

    private func result(_ reason: EvolutionStopReason) throws -> EvolutionResult {
        let calibration = try ScoreCalibration(accepted.rules, heldOut: untouched, tokens: texts.tokens)
        return EvolutionResult(
            accepted: accepted.rules, stopReason: reason, calibration: calibration, dimension: texts.dimension)
    }
}

extension EvolutionSettings {
    /// The gain less what the rule costs; not positive for a rule that too few sites or the other half of the texts speak
    /// for.
    func worth(_ genome: Genome, _ fitness: Fitness) -> Double {
        guard fitness.sites >= minimumSites, fitness.crossGain > crossMargin * fitness.noise else { return 0 }
        return fitness.gain - (genome.action.needsRow ? rowCost : 0) - atomCost * Double(max(genome.count - 2, 0))
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

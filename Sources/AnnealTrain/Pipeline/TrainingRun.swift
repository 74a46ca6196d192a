public import AnnealModel
import AnnealTokens
import Foundation

/// From stored teacher vectors to the parts of a model: constants, phrases, all together again.
///
///     let run = try TrainingRun(stores: [store], tokenizer: bytes, settings: TrainingSettings(), threads: 2)
///     let parts = try run.run { print($0) }
///     try ModelWriter.write(parts, to: "model.anneal")
public final class TrainingRun {
    private let settings: TrainingSettings
    private let threads: Int
    private let tokenizer: Tokenizer
    private let tokenizerBytes: [UInt8]
    private let texts: LabelledTexts
    private let corpus: TokenizedCorpus
    private let heldOut: TrainingSet
    private let heldOutCorpus: TokenizedCorpus
    private let targets: Matrix
    private let log: (String) -> Void

    /// Tokenises the texts and reduces the teacher's vectors.
    /// - Throws: ``TrainError``.
    public init(
        stores: [TeacherStore], tokenizer bytes: [UInt8], settings: TrainingSettings, threads: Int,
        log: @escaping (String) -> Void = { _ in }
    ) throws {
        self.settings = settings
        self.threads = threads
        self.log = log
        tokenizerBytes = bytes
        do {
            tokenizer = try bytes.withUnsafeBytes { try Tokenizer(model: $0) }
        } catch {
            throw TrainError(place: "tokenizer", expected: "a SentencePiece model", found: "\(error)")
        }
        let texts = try LabelledTexts(stores: stores, heldOut: settings.heldOut, limit: settings.limit)
        self.texts = texts
        guard settings.dimension <= texts.width, settings.dimension % TrainingKernel.lanes == 0 else {
            throw TrainError(
                place: "dimension", expected: "a multiple of \(TrainingKernel.lanes) up to the teacher's \(texts.width)",
                found: "\(settings.dimension)")
        }
        let clock = ContinuousClock()
        let began = clock.now
        let (training, held) = (texts.training, texts.heldOut)
        corpus = TokenizedCorpus(count: training.count, tokenizer: tokenizer, threads: threads) {
            texts.text(training[$0])
        }
        heldOutCorpus = TokenizedCorpus(count: held.count, tokenizer: tokenizer, threads: threads) {
            texts.text(held[$0])
        }
        log("\(corpus.count) texts, \(corpus.ids.count) tokens, \(held.count) held out: \(clock.now - began)")
        let reduction = TeacherReduction(
            count: training.count, width: texts.width, dimension: settings.dimension, threads: threads
        ) { texts.copyVector(training[$0], into: $1) }
        targets = reduction.reduce(count: training.count, width: texts.width, threads: threads) {
            texts.copyVector(training[$0], into: $1)
        }
        let heldTargets = reduction.reduce(count: held.count, width: texts.width, threads: threads) {
            texts.copyVector(held[$0], into: $1)
        }
        heldOut = TrainingSet(corpus: RewrittenCorpus(heldOutCorpus), targets: heldTargets)
        log("\(settings.dimension) of \(texts.width) dimensions keep \(reduction.kept): \(clock.now - began)")
    }

    /// Trains. `inspect` gets the parts of the model after each stage.
    public func run(inspect: (_ stage: String, _ parts: ModelParts) throws -> Void = { _, _ in }) throws -> ModelParts {
        let clock = ContinuousClock()
        var counts = [Int](repeating: 0, count: tokenizer.pieceCount)
        for id in corpus.ids { counts[Int(id)] += 1 }
        let constants = TrainedConstants(
            dimension: settings.dimension, frequency: counts.map { Double($0) / Double(max(1, corpus.ids.count)) },
            seed: settings.seed)
        var rules = RuleSet(rules: [], constants: Matrix(rows: 0, columns: settings.dimension))
        var set = TrainingSet(corpus: RewrittenCorpus(corpus), targets: targets)
        try train(constants, set, settings.first, "constants")
        var parts = self.parts(constants, rules)
        try inspect("constants", parts)
        guard settings.phrases > 0 else { return parts }

        let began = clock.now
        let forward = ForwardPass(constants: constants, kernel: .fastest)
        let residuals = Residuals(
            student: forward.vectors(of: set.corpus, threads: threads), targets: targets, threads: threads)
        var miner = PhraseMiner()
        miner.least = settings.leastSites
        miner.distances = settings.distances
        miner.limit = settings.phrases
        rules = miner.mine(corpus, residuals, tokenCount: constants.tokenCount, threads: threads)
        log("\(rules.rules.count) phrases mined: \(clock.now - began)")
        constants.phrases = rules.constants.copy()
        set.corpus = try RuleFirings.rewrite(
            corpus, rules: rules, tokenCount: constants.tokenCount, threads: threads)
        log("rules fired: \(clock.now - began)")
        try train(constants, set, settings.second, "all")
        parts = self.parts(constants, rules)
        try inspect("all", parts)
        return parts
    }

    private func train(
        _ constants: TrainedConstants, _ set: TrainingSet, _ settings: StageSettings, _ name: String
    ) throws {
        let clock = ContinuousClock()
        let trainer = ConstantTrainer(constants, set, settings: settings, threads: threads)
        for epoch in 0..<settings.epochs {
            let began = clock.now
            let figures = trainer.runEpoch(epoch)
            log(
                "\(name) \(epoch + 1)/\(settings.epochs): cosine \(figures.cosine), structure \(figures.structure), "
                    + "\(clock.now - began)")
        }
    }

    /// The mean cosine with the teacher over the held-out texts.
    private func heldOutCosine(_ constants: TrainedConstants, _ rules: RuleSet) throws -> Double {
        let corpus = try RuleFirings.rewrite(
            heldOutCorpus, rules: rules, tokenCount: constants.tokenCount, threads: threads)
        let vectors = ForwardPass(constants: constants, kernel: .fastest).vectors(of: corpus, threads: threads)
        var sum = 0.0
        for text in 0..<corpus.count {
            let row = vectors.row(text)
            let norm = dot(row, row, vectors.columns, .fastest).squareRoot()
            sum += Double(dot(row, heldOut.targets.row(text), vectors.columns, .fastest) / max(norm, 1e-9))
        }
        return sum / Double(max(1, corpus.count))
    }

    private func parts(_ constants: TrainedConstants, _ rules: RuleSet) -> ModelParts {
        let cosine = (try? heldOutCosine(constants, rules)) ?? 0
        log("held-out cosine \(cosine)")
        var metadata = Metadata()
        metadata["name"] = "anneal"
        metadata["teacher"] = texts.stores[0].description.teacher
        metadata["texts"] = "\(corpus.count)"
        metadata["corpus-sha256"] = texts.digest
        metadata["settings"] = settings.line
        metadata["held-out-cosine"] = "\((cosine * 10_000).rounded() / 10_000)"
        metadata["language"] = "en"
        return ModelExport(
            constants: constants, rules: rules, tokenizer: tokenizer, tokenizerBytes: tokenizerBytes
        ).parts(metadata: metadata, critic: nil)
    }
}

import AnnealContainer
import AnnealFormats
import AnnealMachine
public import AnnealModel
import AnnealTokens
import Foundation

/// From stored teacher vectors to the parts of a model: constants, more phrases than are kept, all together with the best
/// of those.
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
    private let heldOutCorpus: TokenizedCorpus
    private let heldOutTargets: Matrix
    private let targets: Matrix
    private let criticTexts: CriticTexts
    private let lexicon: Lexicon?
    private let thesaurus: Thesaurus?
    private let finder: (any RuleFinder)?
    /// The model that the run goes on from.
    private let origin: Origin?
    private let kept: KeptTexts
    private let name: String
    private let log: (String) -> Void
    private let observe: (_ what: String, _ done: Int, _ total: Int) -> Void

    /// Tokenises the texts and reduces the teacher's vectors.
    /// - Parameters:
    ///   - model: what to go on from: its constants and rules are the first ones, and its vectors say which way the teacher's
    ///     are turned. Nil begins from nothing.
    ///   - files: texts to which the model is to give the vectors that it gives now. They need no labels.
    ///   - dictionary: words and where a dictionary puts them, by the same teacher; nil for none.
    ///   - thesaurus: a file of words that mean nearly the same or the opposite; nil for none.
    ///   - critic: texts that the critic learns from; none for those that are held out.
    ///   - bytes: a SentencePiece model.
    ///   - finder: what finds the rules; nil mines pairs in one pass, as a run that goes on from a model does.
    ///   - log: gets a line for each thing that is done.
    ///   - observe: gets what is being done, how far it is, and of how much.
    /// - Throws: ``TrainError``.
    public init(
        stores: [TeacherStore], from model: Model? = nil, keeping files: [CorpusFile] = [],
        lexicon dictionary: TeacherStore? = nil, thesaurus: String? = nil,
        critic: [TeacherStore] = [], tokenizer bytes: [UInt8], name: String = "anneal", settings: TrainingSettings,
        finder: (any RuleFinder)? = nil, threads: Int, log: @escaping (String) -> Void = { _ in },
        observe: @escaping (_ what: String, _ done: Int, _ total: Int) -> Void = { _, _, _ in }
    ) throws {
        self.name = name
        self.observe = observe
        self.settings = settings
        self.finder = finder
        self.threads = threads
        self.log = log
        tokenizerBytes = bytes
        let tokenizer: Tokenizer
        do {
            tokenizer = try bytes.withUnsafeBytes { try Tokenizer(model: $0) }
        } catch {
            throw TrainError(place: "tokenizer", expected: "a SentencePiece model", found: "\(error)")
        }
        self.tokenizer = tokenizer
        if let thesaurus {
            let thesaurus = try Thesaurus(path: thesaurus, tokenizer: tokenizer, threads: threads)
            log("the thesaurus knows \(thesaurus.count) tokens")
            self.thesaurus = thesaurus
        } else {
            self.thesaurus = nil
        }
        let texts = try LabelledTexts(stores: stores, heldOut: settings.heldOut, limit: settings.limit)
        self.texts = texts
        let kept = KeptTexts(files, apartFrom: texts)
        self.kept = kept
        if let file = files.first, model == nil || kept.count == 0 {
            throw TrainError(
                place: file.path, expected: model == nil ? "a model whose vectors are kept" : "texts without labels",
                found: "none")
        }
        if model != nil, let finder {
            throw TrainError(
                place: "the model to go on from", expected: "pairs that are mined beside its rules", found: finder.line)
        }
        if let model, model.shape.dimension != settings.dimension {
            throw TrainError(
                place: "dimension", expected: "\(model.shape.dimension), as the model to go on from has",
                found: "\(settings.dimension)")
        }
        guard settings.dimension <= texts.width, settings.dimension % TrainingKernel.lanes == 0 else {
            throw TrainError(
                place: "dimension",
                expected: "a multiple of \(TrainingKernel.lanes) up to the teacher's \(texts.width)",
                found: "\(settings.dimension)")
        }
        let clock = ContinuousClock()
        let began = clock.now
        let (training, held) = (texts.training, texts.heldOut)
        let corpus = TokenizedCorpus(count: training.count + kept.count, tokenizer: tokenizer, threads: threads) {
            $0 < training.count ? texts.text(training[$0]) : kept.text($0 - training.count)
        }
        self.corpus = corpus
        heldOutCorpus = TokenizedCorpus(count: held.count, tokenizer: tokenizer, threads: threads) {
            texts.text(held[$0])
        }
        log("\(corpus.count) texts, \(corpus.ids.count) tokens, \(held.count) held out: \(clock.now - began)")
        origin = try model.map {
            try Origin($0, tokenizer: tokenizer, frequency: Self.frequency(corpus, tokenizer.pieceCount))
        }
        let vectors = try origin.map { try $0.vectors(of: corpus, threads: threads) }
        let reduction =
            vectors.map {
                TeacherReduction(towards: $0, count: training.count, width: texts.width, threads: threads) {
                    texts.copyVector(training[$0], into: $1)
                }
            } ?? TeacherReduction(texts, dimension: settings.dimension, threads: threads)
        let reduced = reduction.reduce(count: training.count, width: texts.width, threads: threads) {
            texts.copyVector(training[$0], into: $1)
        }
        if let vectors {
            // Texts that are kept have the model's own vectors, the others the teacher's.
            for text in 0..<corpus.count {
                let row = vectors.row(text)
                if text < training.count {
                    row.update(from: reduced.row(text), count: settings.dimension)
                } else {
                    TeacherReduction.normalize(row, settings.dimension)
                }
            }
            log("\(kept.count) of the texts are to keep their vectors")
        }
        targets = vectors ?? reduced
        heldOutTargets = reduction.reduce(count: held.count, width: texts.width, threads: threads) {
            texts.copyVector(held[$0], into: $1)
        }
        if critic.isEmpty {
            criticTexts = CriticTexts(corpus: heldOutCorpus, targets: heldOutTargets, digest: nil)
        } else {
            criticTexts = try CriticTexts(
                critic, apartFrom: texts, tokenizer: tokenizer, reduction: reduction, threads: threads)
            log("the critic learns from \(criticTexts.corpus.count) texts")
        }
        if let dictionary {
            let lexicon = try Lexicon(
                dictionary, of: texts.stores[0].description, tokenizer: tokenizer, reduction: reduction,
                threads: threads)
            dictionary.release()
            log("the lexicon knows \(lexicon.count) tokens")
            self.lexicon = lexicon
        } else {
            lexicon = nil
        }
        texts.release()
        log("\(settings.dimension) of \(texts.width) dimensions keep \(reduction.kept): \(clock.now - began)")
    }

    /// Trains.
    /// - Parameters:
    ///   - checkpoint: a file that is written after each epoch and goes on from, if it is there; nil for none. It is left
    ///     for the caller to delete once the model is safe.
    ///   - inspect: gets the parts of the model after each stage.
    /// - Throws: ``TrainError``, as when the checkpoint is of another run, and what `inspect` throws.
    public func run(
        checkpoint: String? = nil,
        inspect: (_ stage: String, _ parts: ModelParts) throws -> Void = { _, _ in }
    ) throws -> ModelParts {
        let state = TrainingState(constants: firstConstants())
        if let checkpoint, FileManager.default.fileExists(atPath: checkpoint) {
            try Checkpoint.read(
                checkpoint, into: state, fingerprint: fingerprint(_:),
                limits: (tokenizer.pieceCount, settings.dimension))
            log("going on after \(state.epochs) epochs of stage \(state.stage)")
        }
        if state.stage == .constants, let origin {
            var pool = origin.rules
            if settings.phrases > 0 { pool.append(try findRules(origin.constants, beside: origin)) }
            state.begin(pool.rules.count > settings.phrases ? .choosing : .together, pool)
        }
        if state.stage == .constants {
            try train(state, RewrittenCorpus(corpus), settings.constants, checkpoint)
            if settings.phrases > 0 {
                try inspect("constants", parts(state))
                let rules = try findRules(state.constants)
                state.begin(rules.rules.count > settings.phrases ? .choosing : .together, rules)
            }
        }
        if state.stage == .choosing {
            let rewritten = try RuleFirings.rewrite(
                corpus, rules: state.rules, tokenCount: tokenizer.pieceCount, threads: threads)
            try train(state, rewritten, settings.choosing, checkpoint)
            let began = ContinuousClock.now
            let chosen = RuleChoice.best(
                settings.phrases, of: state.rules, state.constants,
                TrainingSet(corpus: rewritten, targets: targets),
                ridge: settings.choosing.phraseRidge ?? settings.choosing.ridge,
                before: origin?.worth(of: state.rules.rules) ?? [], threads: threads)
            log("\(chosen.rules.count) of \(state.rules.rules.count) rules kept: \(ContinuousClock.now - began)")
            state.begin(.together, chosen)
        }
        if state.stage == .together {
            let began = ContinuousClock.now
            let rewritten = try RuleFirings.rewrite(
                corpus, rules: state.rules, tokenCount: tokenizer.pieceCount, threads: threads)
            log("rules fired: \(ContinuousClock.now - began)")
            try train(state, rewritten, settings.together, checkpoint)
        }
        try settle(state, checkpoint)
        let parts = try self.parts(state)
        try inspect(settings.phrases > 0 ? "together" : "constants", parts)
        return parts
    }

    /// What is done once all is fitted, if it has not been done: goes back a part of the way to the model that the run began
    /// with, and lets the lexicon and the thesaurus turn tokens.
    private func settle(_ state: TrainingState, _ checkpoint: String?) throws {
        let goesBack = origin != nil && settings.share < 1
        guard goesBack || lexicon != nil || thesaurus != nil, state.stage != .retrofitted else { return }
        if goesBack, let origin {
            state.constants.goBack(
                to: origin.constants, phrases: origin.phrases(of: state.rules.rules), share: Float(1 - settings.share))
        }
        if lexicon != nil || thesaurus != nil {
            let shift = Matrix(rows: state.constants.tokenCount, columns: state.constants.dimension)
            lexicon?.add(to: shift, share: Float(settings.lexiconShare))
            thesaurus?.add(to: shift, share: Float(settings.thesaurusShare), directionsOf: state.constants)
            state.constants.turn(by: shift)
        }
        state.stage = .retrofitted
        if let checkpoint { try Checkpoint.write(state, fingerprint: fingerprint(state.stage), to: checkpoint) }
    }

    /// What a checkpoint of a stage must agree with: settings, teacher, texts, and tokenizer; and what has turned tokens, once
    /// it has.
    private func fingerprint(_ stage: TrainingState.Stage) -> ContentHash {
        let hash = tokenizerBytes.withUnsafeBytes { ContentHash(of: $0) }
        var line = "\(settingsLine) \(texts.stores[0].description) \(texts.digest) \(hash)"
        if let fromLine { line += " \(fromLine)" }
        if stage == .retrofitted {
            line += " \(lexiconLine ?? "none") \(thesaurusLine ?? "none") share=\(settings.share)"
        }
        return Array(line.utf8).withUnsafeBytes { ContentHash(of: $0) }
    }

    /// What the lexicon is and how much it counts.
    private var lexiconLine: String? { lexicon.map { "share=\(settings.lexiconShare) sha256=\($0.digest)" } }

    /// The settings, and what finds the rules.
    private var settingsLine: String { "\(settings.line) evolution=\(finder?.line ?? "none")" }

    /// The model that the run goes on from, and the texts that keep their vectors.
    private var fromLine: String? {
        origin.map { "sha256=\($0.digest) kept=\(kept.count) kept-sha256=\(kept.digest)" }
    }

    /// What the thesaurus is and how much it counts.
    private var thesaurusLine: String? { thesaurus.map { "share=\(settings.thesaurusShare) sha256=\($0.digest)" } }

    private func firstConstants() -> TrainedConstants {
        if let origin { return origin.constants.copy() }
        let constants = TrainedConstants(
            dimension: settings.dimension, frequency: Self.frequency(corpus, tokenizer.pieceCount),
            hasGains: settings.gains, seed: settings.seed)
        if settings.begin >= 0 {
            constants.begin(
                with: TrainingSet(corpus: RewrittenCorpus(corpus), targets: targets), shrink: Float(settings.begin),
                threads: threads)
        }
        return constants
    }

    /// Of each token, its share of all.
    private static func frequency(_ corpus: TokenizedCorpus, _ tokenCount: Int) -> [Double] {
        var counts = [Int](repeating: 0, count: tokenCount)
        for id in corpus.ids { counts[Int(id)] += 1 }
        return counts.map { Double($0) / Double(max(1, corpus.ids.count)) }
    }

    /// Finds rules in what the constants leave; beside those of a model only such as it has not.
    private func findRules(_ constants: TrainedConstants, beside origin: Origin? = nil) throws -> RuleSet {
        let began = ContinuousClock.now
        let student =
            try origin?.vectors(of: corpus, threads: threads)
            ?? ForwardPass(constants: constants, kernel: .fastest, context: .fitting)
            .vectors(of: RewrittenCorpus(corpus), threads: threads)
        let residuals = Residuals(student: student, targets: targets, threads: threads)
        if let finder {
            let rules = try finder.rules(
                in: corpus, lacking: residuals, tokenCount: constants.tokenCount, settings: settings, threads: threads,
                log: log)
            log("\(rules.rules.count) rules found: \(ContinuousClock.now - began)")
            return rules
        }
        var miner = PhraseMiner()
        miner.least = settings.leastSites
        miner.distances = settings.distances
        miner.limit = settings.phrases * settings.surplus
        miner.known = origin?.pairs ?? []
        let rules = miner.mine(corpus, residuals, tokenCount: constants.tokenCount, threads: threads)
        log("\(rules.rules.count) phrases mined: \(ContinuousClock.now - began)")
        return rules
    }

    private func train(
        _ state: TrainingState, _ corpus: RewrittenCorpus, _ settings: StageSettings, _ checkpoint: String?
    ) throws {
        state.constants.anchors = origin.map { ($0.constants.tokens, $0.phrases(of: state.rules.rules)) }
        let trainer = ConstantTrainer(
            state.constants, TrainingSet(corpus: corpus, targets: targets), settings: settings, threads: threads,
            tables: (state.tokens, state.phrases, state.places), epochs: state.epochs)
        while state.epochs < settings.epochs {
            let began = ContinuousClock.now
            let (done, total) = (state.epochs * corpus.count, settings.epochs * corpus.count)
            let figures = trainer.runEpoch(state.epochs) { texts, _ in
                observe("\(state.stage), texts in \(settings.epochs) epochs", done + texts, total)
            }
            state.epochs += 1
            log(
                "\(state.stage) \(state.epochs)/\(settings.epochs): cosine \(figures.cosine), structure "
                    + "\(figures.structure), \(ContinuousClock.now - began)")
            if let checkpoint { try Checkpoint.write(state, fingerprint: fingerprint(state.stage), to: checkpoint) }
        }
    }

    /// The mean cosine with the teacher over the held-out texts.
    private func heldOutCosine(_ state: TrainingState, _ corpus: RewrittenCorpus) -> Double {
        let vectors = ForwardPass(constants: state.constants, kernel: .fastest).vectors(of: corpus, threads: threads)
        var sum = 0.0
        for text in 0..<corpus.count {
            let row = vectors.row(text)
            let norm = dot(row, row, vectors.columns, .fastest).squareRoot()
            sum += Double(dot(row, heldOutTargets.row(text), vectors.columns, .fastest) / max(norm, 1e-9))
        }
        return sum / Double(max(1, corpus.count))
    }

    private func parts(_ state: TrainingState) throws -> ModelParts {
        let heldOut = try RuleFirings.rewrite(
            heldOutCorpus, rules: state.rules, tokenCount: tokenizer.pieceCount, threads: threads)
        let cosine = heldOutCosine(state, heldOut)
        let keepsCritic = origin?.critic != nil && criticTexts.digest == nil
        let critic = keepsCritic ? origin?.critic : try self.critic(state)
        log("held-out cosine \(cosine)")
        var metadata = Metadata()
        metadata["name"] = name
        metadata["teacher"] = texts.stores[0].description.teacher
        metadata["texts"] = "\(texts.training.count)"
        metadata["from"] = fromLine.map { "\($0) share=\(settings.share)" }
        metadata["corpus-sha256"] = texts.digest
        metadata["settings"] = settingsLine
        if state.stage == .retrofitted {
            metadata["lexicon"] = lexiconLine
            metadata["thesaurus"] = thesaurusLine
        }
        metadata["critic"] = criticTexts.digest.map { "texts=\(criticTexts.corpus.count) sha256=\($0)" }
        metadata["held-out-cosine"] = "\((cosine * 10_000).rounded() / 10_000)"
        metadata["language"] = "en"
        return ModelExport(
            constants: state.constants, rules: state.rules, tokenizer: tokenizer, tokenizerBytes: tokenizerBytes
        ).parts(metadata: metadata, critic: critic)
    }

    /// What the critic learns once all is fitted; nil before there are rules.
    private func critic(_ state: TrainingState) throws -> CriticWeights? {
        guard !state.rules.rules.isEmpty else { return nil }
        let rewritten = try RuleFirings.rewrite(
            criticTexts.corpus, rules: state.rules, tokenCount: tokenizer.pieceCount, threads: threads)
        let fit = CriticFit(
            state.constants, plain: criticTexts.corpus, rewritten: rewritten, targets: criticTexts.targets,
            threads: threads)
        guard let fit else { return nil }
        log(
            "critic \(fit.weights): correlation \(fit.correlation); refuses \(fit.refusedShare) of the "
                + "constants, whose mean benefit is \(fit.refusedBenefit) against \(fit.benefit) of all")
        let gains = GainFit(state.constants, rewritten, targets: criticTexts.targets, threads: threads)
        log(
            gains.map { "gains by the critic \($0.weights): cosine +\($0.gain) on texts that they were not fitted to" }
                ?? "gains by the critic win nothing")
        return CriticWeights(
            phrases: CriticWeights.Phrases(r: fit.weights[0], rx: fit.weights[1], rr: fit.weights[2]),
            gains: gains.map {
                GainWeights(
                    agreement: $0.weights[0], length: $0.weights[1], share: $0.weights[2], constant: $0.weights[3])
            })
    }
}

import AnnealFormats
import AnnealPlatform
import AnnealTokens

/// The texts that the critic learns from.
struct CriticTexts: Sendable {
    let corpus: TokenizedCorpus
    /// The teacher's unit vectors.
    let targets: Matrix
    /// What tells these texts from others; nil for those that training holds out.
    let digest: String?

    /// More texts tell the few weights of a critic nothing new.
    private static let limit = 40_000

    init(corpus: TokenizedCorpus, targets: Matrix, digest: String?) {
        self.corpus = corpus
        self.targets = targets
        self.digest = digest
    }

    /// Texts of stores of their own, at most ``limit``, in an order that mixes them. No store gives more than its part of them,
    /// so that each kind counts alike.
    /// - Parameter texts: those of training; what is among them is left out.
    /// - Throws: ``TrainError`` for vectors of another teacher, and where no text is left.
    init(
        _ stores: [TeacherStore], apartFrom texts: LabelledTexts, tokenizer: Tokenizer, reduction: TeacherReduction,
        threads: Int
    ) throws(TrainError) {
        var seen = texts.keys
        var places: [LabelledTexts.Place] = []
        for (number, store) in stores.enumerated() {
            try texts.requireSameTeacher(store)
            for index in 0..<store.count where seen.insert(store.key(index)).inserted {
                places.append(LabelledTexts.Place(store: UInt16(number), index: UInt32(index)))
            }
        }
        guard !places.isEmpty else {
            throw TrainError(
                place: stores[0].path, expected: "texts that are not trained on", found: "only such as are")
        }
        var random = SplitMix64(seed: 0)
        random.shuffle(&places)
        var left = [Int](repeating: Self.limit / stores.count, count: stores.count)
        let taken = places.filter { place in
            left[Int(place.store)] -= 1
            return left[Int(place.store)] >= 0
        }
        let chosen = LabelledTexts(stores: stores, training: taken)
        corpus = TokenizedCorpus(count: chosen.training.count, tokenizer: tokenizer, threads: threads) {
            chosen.text(chosen.training[$0])
        }
        targets = reduction.reduce(count: chosen.training.count, width: chosen.width, threads: threads) {
            chosen.copyVector(chosen.training[$0], into: $1)
        }
        digest = chosen.digest
        chosen.release()
    }
}

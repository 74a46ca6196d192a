/// Everything that decides what a training run makes of its labels and tokenizer.
public struct TrainingSettings: Sendable, Equatable {
    /// Numbers of a vector, a multiple of 32.
    public var dimension: Int
    /// The stage `constants`: the tokens' alone.
    public var constants: StageSettings
    /// The stage `choosing`: all with more phrases than are kept, to see which are worth it.
    public var choosing: StageSettings
    /// The stage `together`: all with the phrases that are kept.
    public var together: StageSettings
    /// Phrases that are kept; 0 for none.
    public var phrases: Int
    /// How many times as many phrases are mined as are kept.
    public var surplus: Int
    /// Pairs that are seen less often get no phrase.
    public var leastSites: Int
    /// Distances of the tokens of a pair.
    public var distances: [Int]
    /// Texts that are held out, at most. Which they are depends on their keys alone.
    public var heldOut: Int
    /// At most so many texts are trained on; 0 for all.
    public var limit: Int
    public var seed: UInt64
    /// Of the directions' first values; see ``TrainedConstants/begin(with:shrink:threads:kernel:)``. Negative for random ones.
    public var begin: Double
    /// Whether tokens have gains that depend on the context. Without them and without phrases the model is the naive one
    /// that the compiled one is compared with.
    public var gains: Bool

    /// Of a model that goes on from another, how much of what its constants have moved is kept, more than 0 and at most 1. What
    /// is new mostly needs few of them and moves them far; what was known suffers from all that move.
    public var share: Double
    /// How far tokens are turned to where a lexicon puts them, if the run has one; see ``TrainedConstants/turn(by:)``.
    public var lexiconShare: Double
    /// How far tokens are turned to their neighbours in a thesaurus, if the run has one.
    public var thesaurusShare: Double

    /// The default model: at most 48 MB with a tokenizer of 32,000 pieces.
    public init() {
        dimension = 256
        constants = StageSettings(epochs: 3, rate: 0.02, ridge: 4)
        together = StageSettings(epochs: 3, rate: 0.01, ridge: 4)
        choosing = StageSettings(epochs: 1, rate: 0.01, ridge: 4)
        phrases = 120_000
        surplus = 3
        leastSites = 6
        distances = [1, 2]
        heldOut = 10_000
        limit = 0
        seed = 1
        begin = 4
        gains = true
        share = 1
        lexiconShare = 0.1
        thesaurusShare = 0.15
    }

    /// The small model: at most 8 MB with a tokenizer of 20,000 pieces.
    public static var small: TrainingSettings {
        var settings = TrainingSettings()
        settings.dimension = 192
        settings.constants.ridge = 2
        settings.together.ridge = 2
        settings.choosing.ridge = 2
        settings.together.epochs = 2
        settings.phrases = 14_500
        return settings
    }

    /// To go on from a model: as many dimensions and phrases as it has, more and smaller steps, which leave what it knows, and
    /// as many new phrases as old ones to choose from.
    /// - Parameter phrases: rules of the model.
    public static func continuing(dimension: Int, phrases: Int) -> TrainingSettings {
        var settings = TrainingSettings()
        settings.dimension = dimension
        settings.phrases = phrases
        settings.surplus = 1
        settings.choosing = StageSettings(epochs: 1, rate: 0.006, batch: 1024, part: 256, ridge: 4)
        settings.together = StageSettings(epochs: 2, rate: 0.006, batch: 1024, part: 256, ridge: 4)
        return settings
    }

    /// One line that tells runs apart, for metadata and checkpoints.
    public var line: String {
        [
            "dimension=\(dimension)", "epochs=\(constants.epochs)+\(together.epochs)",
            "rate=\(constants.rate)+\(together.rate)",
            "batch=\(constants.batch)", "structure=\(constants.structure)", "part=\(constants.part)",
            "ridge=\(constants.ridge)+\(together.ridge)+\(together.phraseRidge ?? together.ridge)", "begin=\(begin)",
            "rise=\(constants.rise)", "gains=\(gains)",
            "phrases=\(phrases)", "surplus=\(surplus)x\(choosing.epochs)", "least=\(leastSites)",
            "distances=\(distances.map(String.init).joined(separator: "+"))", "held=\(heldOut)", "limit=\(limit)",
            "seed=\(seed)",
        ].joined(separator: " ")
    }
}

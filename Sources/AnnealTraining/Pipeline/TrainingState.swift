import AnnealFormats

/// Where a run is: what its constants, their moments and its rules are after whole epochs.
final class TrainingState {
    /// The stages of a run, in their order. Their numbers are those of checkpoints.
    enum Stage: UInt32, Sendable {
        /// The tokens' constants, without rules.
        case constants = 0
        /// All constants, of more rules than will be kept.
        case choosing = 2
        /// The tokens' and the rules' constants together.
        case together = 1
        /// All is fitted, has gone back towards the model that the run began with, and the lexicon and the thesaurus have
        /// turned its tokens: as far as there are such.
        case retrofitted = 3
    }

    var stage: Stage
    /// Epochs of the stage that are done.
    var epochs: Int
    let constants: TrainedConstants
    var rules: RuleSet
    /// Moments of the tables.
    var tokens: AdamTable
    var phrases: AdamTable
    var places: AdamTable

    init(constants: TrainedConstants) {
        stage = .constants
        epochs = 0
        self.constants = constants
        rules = RuleSet(rules: [], constants: constants.phrases)
        tokens = AdamTable(constants.tokens)
        phrases = AdamTable(constants.phrases)
        places = AdamTable(constants.places)
    }

    /// Goes on to a stage with new rules: their first constants, and no moments.
    func begin(_ stage: Stage, _ rules: RuleSet) {
        self.stage = stage
        epochs = 0
        self.rules = rules
        constants.phrases = rules.constants.copy()
        tokens = AdamTable(constants.tokens)
        phrases = AdamTable(constants.phrases)
        places = AdamTable(constants.places)
    }
}

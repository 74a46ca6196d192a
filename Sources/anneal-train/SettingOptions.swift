import AnnealEvolution
import AnnealModel
import AnnealTraining
import ArgumentParser

/// The settings of a run; what is not given is as the preset has it.
struct SettingOptions: ParsableArguments {
    @Flag(help: "The preset of the small model, at most 8 MB: with a tokenizer of 20,000 pieces.")
    var small = false
    @Option(help: "Numbers of a vector, a multiple of 32.")
    var dimension: Int?
    @Option(help: "Epochs of the stage 'constants', the tokens' alone, which --from has not.")
    var epochs: Int?
    @Option(help: "Epochs of the stage 'together': all constants, phrases too.")
    var phraseEpochs: Int?
    @Option(help: "Phrases to keep; 0 for none.")
    var phrases: Int?
    @Option(help: "So many times as many phrases are mined and fitted for a while; the best are kept.")
    var surplus: Int?
    @Option(help: "Epochs of the stage 'choosing': all constants, with the surplus of phrases.")
    var choosingEpochs: Int?
    @Option(help: "Pairs that are seen less often get no phrase.")
    var least: Int?
    @Option(help: "Distances between a phrase's tokens.")
    var distances: [Int] = []
    @Option(help: "The greatest learning rate of the stage 'constants'.")
    var rate: Double?
    @Option(help: "The greatest learning rate of the stages 'choosing' and 'together'.")
    var phraseRate: Double?
    @Option(help: "Texts of a batch.")
    var batch: Int?
    @Option(help: "Weight of the structure of the batch in the loss.")
    var structure: Double?
    @Option(help: "Texts of a batch that are compared with each other.")
    var part: Int?
    @Option(help: "Draws the tokens' directions to zero as so many texts would.")
    var ridge: Double?
    @Option(help: "The same of phrases.")
    var phraseRidge: Double?
    @Option(help: "How far tokens are turned to where the lexicon puts them.")
    var lexiconShare: Double?
    @Option(help: "How far tokens are turned to their neighbours in the thesaurus.")
    var thesaurusShare: Double?
    @Option(help: "Directions begin as the mean of their texts, with so many texts at zero; negative: at random.")
    var begin: Double?
    @Flag(inversion: .prefixedNo, help: "Gains by context. Without them, and with --phrases 0, the naive model.")
    var gains = true
    @Option(
        help: """
            With --from: how much of what the constants have moved is kept, up to 1. Less keeps more of what the model knew.
            """)
    var share: Double?
    @Option(help: "Texts that are held out, at most.")
    var heldOut: Int?
    @Option(help: "At most so many texts are trained on; 0 for all.")
    var limit: Int?
    @Option(help: "Evolves the phrases' rules in so many generations; 0 mines pairs in one pass.")
    var generations: Int?
    @Option(help: "What decides first values and orders.")
    var seed: UInt64?

    /// The settings as a value.
    /// - Parameter model: what to go on from, if anything.
    func value(from model: Model? = nil) -> TrainingSettings {
        var settings = small ? TrainingSettings.small : TrainingSettings()
        if let model {
            settings = .continuing(dimension: model.shape.dimension, phrases: model.shape.ruleCount)
        }
        if let dimension { settings.dimension = dimension }
        if let phrases { settings.phrases = phrases }
        if let surplus { settings.surplus = surplus }
        if let choosingEpochs { settings.choosing.epochs = choosingEpochs }
        if let least { settings.leastSites = least }
        if !distances.isEmpty { settings.distances = distances }
        if let begin { settings.begin = begin }
        if let lexiconShare { settings.lexiconShare = lexiconShare }
        if let thesaurusShare { settings.thesaurusShare = thesaurusShare }
        settings.gains = gains
        if let share { settings.share = share }
        if let heldOut { settings.heldOut = heldOut }
        if let limit { settings.limit = limit }
        if let seed { settings.seed = seed }
        if let epochs { settings.constants.epochs = epochs }
        if let phraseEpochs { settings.together.epochs = phraseEpochs }
        if let rate { settings.constants.rate = rate }
        if let phraseRate {
            settings.together.rate = phraseRate
            settings.choosing.rate = phraseRate
        }
        settings.constants.seed = settings.seed
        settings.together.seed = settings.seed &+ 1
        settings.choosing.seed = settings.seed &+ 2
        for stage in [\TrainingSettings.constants, \TrainingSettings.together, \TrainingSettings.choosing] {
            if let batch { settings[keyPath: stage].batch = batch }
            if let structure { settings[keyPath: stage].structure = structure }
            if let part { settings[keyPath: stage].part = part }
            if let ridge { settings[keyPath: stage].ridge = ridge }
        }
        if let phraseRidge {
            settings.together.phraseRidge = phraseRidge
            settings.choosing.phraseRidge = phraseRidge
        }
        return settings
    }

    /// How rules are evolved; nil to mine them.
    var evolution: EvolutionSettings? {
        guard let generations, generations > 0 else { return nil }
        return EvolutionSettings(generations: generations)
    }

    func validate() throws {
        func need(_ holds: Bool, _ rule: String) throws {
            if !holds { throw ValidationError(rule) }
        }
        try need((dimension ?? 32) > 0 && (dimension ?? 32) % 32 == 0, "--dimension must be a multiple of 32")
        try need((epochs ?? 0) >= 0 && (phraseEpochs ?? 0) >= 0, "epochs must not be negative")
        try need((surplus ?? 1) >= 1 && (choosingEpochs ?? 1) >= 1, "--surplus, --choosing-epochs must be at least 1")
        try need((phrases ?? 0) >= 0 && (least ?? 1) >= 1, "--phrases must not be negative, --least at least 1")
        try need(distances.allSatisfy { (1...255).contains($0) }, "--distances must be 1...255")
        try need((rate ?? 1) > 0 && (phraseRate ?? 1) > 0, "rates must be positive")
        try need((batch ?? 1) > 0 && (part ?? 1) > 0, "--batch and --part must be positive")
        try need((generations ?? 0) >= 0, "--generations must not be negative")
        try need((ridge ?? 0) >= 0 && (phraseRidge ?? 0) >= 0, "ridges must not be negative")
        try need((0..<Double.infinity).contains(lexiconShare ?? 0), "--lexicon-share must be 0 or more, and finite")
        try need((0..<Double.infinity).contains(thesaurusShare ?? 0), "--thesaurus-share must be 0 or more, and finite")
        try need((share ?? 1) > 0 && (share ?? 1) <= 1, "--share must be above 0, and at most 1")
        try need((structure ?? 0) >= 0 && (heldOut ?? 0) >= 0 && (limit ?? 0) >= 0, "weights and counts: 0 or more")
    }
}

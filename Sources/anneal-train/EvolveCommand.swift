import AnnealEvolution
import AnnealFormats
import AnnealPlatform
import AnnealTraining
import ArgumentParser
import Foundation

struct EvolveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evolve",
        abstract: "Evolve rewrite rules on what a student's vectors lack.",
        discussion: """
            DATA is a folder of npy arrays: tokens.vectors (float32, what each token adds), and for each of the names \
            train and held: ids (uint32), offsets (int64), residuals (float32, the teacher's unit vector less the \
            student's), weights and gains (float32).

            Every generation is recorded in the lineage file, and the same command with --resume goes on after the last \
            one, also after a kill. `anneal-train lineage FILE` shows it.

            Examples:
              anneal-train evolve data/ --lineage run.lineage --output rules
              anneal-train evolve data/ --lineage run.lineage --output rules --resume
            """)

    @Argument(help: "The folder of arrays.", completion: .directory)
    var data: String
    @Option(help: ArgumentHelp("The record of the run.", valueName: "file"), completion: .file())
    var lineage: String
    @Option(help: ArgumentHelp("Writes NAME.txt (rules) and NAME.npy (their constants).", valueName: "name"))
    var output: String
    @Flag(help: "Go on with the run that the lineage file holds.")
    var resume = false
    @Option(help: "Where randomness starts.")
    var seed: UInt64 = 1
    @Option(help: "Generations.")
    var generations = 8
    @Option(help: "The most rules.")
    var rules = 60_000
    @Option(help: "Candidates kept from one generation to the next.")
    var population = 150_000
    @Option(help: "Genomes born in a generation.")
    var offspring = 60_000
    @Option(help: "The fewest sites of a rule.")
    var minimumSites = 6
    @Option(help: "What a constant row must gain, in squared residual over the corpus.")
    var rowCost = 0.0
    @Option(help: "What a constant of one half of the texts must do on the other, in units of the expected noise.")
    var crossMargin = -2.0
    @Option(help: "Distances at which collocations are counted, from 1.")
    var seedDistance = 3
    @Flag(help: "Rules of all forms, which the annealer fires much more slowly; else pairs of tokens that attach.")
    var allForms = false
    @Option(help: "With --all-forms, what rules may do: attach, shift, absorb, gather; separated by commas.")
    var actions = "attach,gather"
    @Option(help: "Token classes to learn, fine ones; 0 for patterns of tokens only.")
    var classes = 0
    @Option(help: "Threads.")
    var threads = 2

    func run() throws {
        var settings = EvolutionSettings()
        settings.seed = seed
        settings.generations = generations
        settings.ruleLimit = rules
        settings.populationLimit = population
        settings.offspringLimit = offspring
        settings.minimumSites = minimumSites
        settings.rowCost = rowCost
        settings.crossMargin = crossMargin
        settings.seedDistance = seedDistance
        settings.usesClasses = classes > 0
        settings.ordinaryOnly = !allForms
        settings.threads = threads
        settings.actions = try actions.split(separator: ",").map { name in
            guard let action = GenomeAction(named: String(name)) else {
                throw ValidationError("--actions: expected attach, shift, absorb or gather, found \"\(name)\"")
            }
            return action
        }
        let exists = FileManager.default.fileExists(atPath: lineage)
        guard resume || !exists else {
            throw ValidationError("\(lineage) is there already: go on with it by --resume, or name another file")
        }
        let store = try LineageStore(path: lineage)
        note("reading \(data)")
        let texts = try EvolutionTexts(folder: data, name: "train")
        let heldOut = try EvolutionTexts(folder: data, name: "held")
        let vectors = try NumpyArray(Path(argument: data).appending("tokens.vectors.npy")).matrix()
        var tokens = TokenKnowledge(count: vectors.rows, vectors: vectors)
        if classes > 0 {
            note("learning \(classes) classes of tokens")
            var learner = ClassLearner()
            learner.fineCount = classes
            learner.threads = threads
            learner.seed = seed
            tokens = learner.learn(vectors)
        }
        let result = try Evolution.run(
            texts: texts, heldOut: heldOut, tokens: tokens, settings: settings, lineage: store, log: note)
        note("\(result.rules.count) rules; \(result.stopReason)")
        note(result.calibration.line)
        try RuleFile.write(result, to: output)
    }

    private func note(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}

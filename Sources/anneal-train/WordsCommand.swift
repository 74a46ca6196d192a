import Anneal
import AnnealPacking
import AnnealPlatform
import ArgumentParser

struct WordsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "words",
        abstract: "Train the word model that 'anneal pack' codes texts with.",
        discussion: """
            Reads texts from standard input, one a line, counts their words, packs a sample of them to see which words are \
            kept, and counts those.

            A word model is not tied to a model: it has words, not tokens. But what is kept depends on the model, so that it \
            is best trained for the one that it is used with.

              zcat corpus/*.gz | anneal-train words --output default.words
            """)

    @Option(
        name: [.short, .long], help: "The file to write, which appears whole or not at all.", completion: .file())
    var output: String
    @Option(name: [.short, .long], help: "The model file. Default: the shipped model.", completion: .file())
    var model: String?
    @Option(help: "Words of the model at most.")
    var words = WordModelSettings().words
    @Option(help: "Texts that are packed.")
    var sample = WordModelSettings().sample
    @Option(help: "What packed texts take in the mean.")
    var meanBytes = WordModelSettings().meanBytes
    @Option(help: "How often the sample is packed, each time with the model made of the time before.")
    var rounds = WordModelSettings().rounds
    @Option(help: "Seed of all draws.")
    var seed = WordModelSettings().seed
    @Option(name: [.short, .long], help: "Threads; the result is the same for any number. Default: one a processor.")
    var threads: Int?

    func run() throws {
        let engine = try model.map { try Engine(path: $0) } ?? Engine()
        var settings = WordModelSettings()
        (settings.words, settings.sample, settings.rounds) = (words, sample, rounds)
        (settings.meanBytes, settings.seed) = (meanBytes, seed)
        settings.threads = threads ?? WorkerThread.available
        let progress = Progress()
        var training = WordModelTraining(engine: engine, settings: settings) { progress.log($0) }
        let lines = try StandardStreams.lines()
        try engine.withSession(engine.settings()) { session in
            for line in lines { training.add(line.span, with: &session) }
        }
        try AtomicFile.write(try training.train(), to: Path(argument: output))
    }
}

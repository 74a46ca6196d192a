import Anneal
import AnnealEval
import AnnealModel
import AnnealTrain
import ArgumentParser
import Foundation

struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Fit a model to stored teacher vectors.")

    @Option(help: "A store that `label` made; may be given several times.")
    var labels: [String]
    @Option(help: "A SentencePiece model.")
    var tokenizer: String
    @Option(name: [.short, .long], help: "The model file.")
    var output: String
    @Option(help: "Evaluation sets, to print figures after each stage. They are never trained on.")
    var eval: String?
    @Option var threads = 2
    @Option var dimension = 256
    @Option var epochs = 3
    @Option var phraseEpochs = 2
    @Option var phrases = 60_000
    @Option var least = 6
    @Option var structure = 4.0
    @Option var part = 512
    @Option var rate = 0.02
    @Option var phraseRate = 0.01
    @Option var batch = 4096
    @Option var seed: UInt64 = 1
    @Option var limit = 0

    func run() async throws {
        var settings = TrainingSettings()
        settings.dimension = dimension
        settings.first = StageSettings(
            epochs: epochs, rate: rate, batch: batch, structure: structure, part: part, seed: seed)
        settings.second = StageSettings(
            epochs: phraseEpochs, rate: phraseRate, batch: batch, structure: structure, part: part, seed: seed + 1)
        settings.phrases = phrases
        settings.leastSites = least
        settings.seed = seed
        settings.limit = limit
        let began = ContinuousClock.now
        let log = { (line: String) in
            FileHandle.standardError.write(Data("\(ContinuousClock.now - began) \(line)\n".utf8))
        }
        let stores = try labels.map { try TeacherStore(path: $0) }
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: tokenizer)))
        let run = try TrainingRun(stores: stores, tokenizer: bytes, settings: settings, threads: threads, log: log)
        let parts = try run.run { stage, parts in
            guard let eval else { return }
            let model = try Model(bytes: ModelWriter.encode(parts))
            let suite = try EvalSuite(directory: eval, kinds: [.sts])
            let report = try suite.run(Engine(model: model), mode: .compiled, threads: threads)
            let figures = report.scores.map { "\($0.task.name) \(($0.value * 100).rounded() / 100)" }
            log("\(stage): mean \(report.mean(of: .sts) ?? 0); " + figures.joined(separator: ", "))
        }
        try ModelWriter.write(parts, to: output)
        log("wrote \(output)")
    }
}

import Anneal
import AnnealEval
import AnnealEvolution
import AnnealModel
import AnnealPlatform
import AnnealTraining
import ArgumentParser
import Foundation

struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Fit a model to stored teacher vectors.",
        discussion: """
            Reads stores that `label` made, fits the constants of tokens, finds the phrases that are worth a constant of \
            their own, fits all together, and writes a model file.

              anneal-train train --labels labels --tokenizer tokenizer.model --output model.anneal
              anneal-train train --labels labels --tokenizer small.model --small --output small.anneal

            The same labels, tokenizer, settings and seed give the same file, with any number of threads, on processors of \
            the same kind. After each epoch OUTPUT.checkpoint is written; with --resume a run that was stopped, or killed, \
            goes on from there. The file is removed when the model is written.

            With --from a run goes on from a model, to texts of your own, for example. The teacher's vectors are turned to \
            the model's own, so that it must be the same teacher, and vectors of both models can be compared. The model \
            keeps its size: what new phrases are worth more take the places of others. Give with --keep as many other texts \
            as there are labelled ones, or it forgets some of what it knew:
              anneal-train train --from default.anneal --labels mine --keep texts.txt --output mine.anneal
            """)

    @Option(help: "A store of teacher vectors; may be given several times.", completion: .file())
    var labels: [String]
    @Option(help: "A store of words with the vectors that a dictionary gives them.", completion: .file())
    var lexicon: String?
    @Option(
        help: "Words that mean nearly the same, or the opposite: lines of two words and a weight, with tabs between.",
        completion: .file())
    var thesaurus: String?
    @Option(
        help: """
            A store of texts that nothing is trained on, of other kinds if possible, for the critic to learn from; may be \
            given several times, and each counts alike. Default: the texts that are held out.
            """,
        completion: .file())
    var critic: [String] = []
    @Option(
        help: "A SentencePiece model. With --from one that has the model's pieces; default: the model's own.",
        completion: .file())
    var tokenizer: String?
    @Option(help: "A model to go on from, instead of from nothing.", completion: .file())
    var from: String?
    @Option(
        help: """
            With --from: texts, one a line, to which the model is to give the vectors that it gives now. They need no \
            labels. May be given several times.
            """,
        completion: .file())
    var keep: [String] = []
    @Option(name: [.short, .long], help: "The model file.", completion: .file())
    var output: String
    @Option(help: "The model's name.")
    var name = "anneal"
    @Option(help: "A folder of evaluation sets: prints the STS scores after each stage. They are never trained on.")
    var eval: String?
    @Option(name: [.short, .long], help: "Threads; the result is the same for any number. Default: one a processor.")
    var threads: Int?
    @Flag(
        inversion: .prefixedNo,
        help: "Store what opening the model would compute, so that a process starts sooner. Default: not with --small.")
    var indexes: Bool?
    @Option(help: "Records the generations of evolution here, and goes on after the last one.", completion: .file())
    var lineage: String?
    @Flag(help: "Go on from the checkpoint of a run that was stopped.")
    var resume = false
    @Flag(help: "Leave the checkpoint: it holds the constants as floats, for 'anneal-train floats'.")
    var keepCheckpoint = false
    @OptionGroup(title: "Settings") var settings: SettingOptions

    func validate() throws {
        if tokenizer == nil && from == nil { throw ValidationError("give --tokenizer, or --from with a model") }
        if !keep.isEmpty && from == nil { throw ValidationError("--keep goes with --from") }
        if settings.small && from != nil {
            throw ValidationError("--small and --from: a model that is gone on from keeps its size")
        }
    }

    func run() async throws {
        let checkpoint = output + ".checkpoint"
        if !resume, FileManager.default.fileExists(atPath: checkpoint) {
            throw TrainError(
                place: checkpoint, expected: "no checkpoint, or --resume to go on from it", found: "one")
        }
        // Said now, not after the first epoch.
        let folder = URL(fileURLWithPath: output).deletingLastPathComponent().path
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw TrainError(place: output, expected: "a folder that can be written to", found: folder)
        }
        let began = ContinuousClock.now
        let progress = Progress()
        let stores = try labels.map { try TeacherStore(path: $0) }
        let model = try from.map { try Model(path: $0) }
        let bytes = try tokenizer.map { try TokenizerFile.read($0) } ?? model?.bytes(of: .tokenizer) ?? []
        let threads = threads ?? WorkerThread.available
        let run = try TrainingRun(
            stores: stores, from: model, keeping: try keep.map { try CorpusFile(path: $0) },
            lexicon: try lexicon.map { try TeacherStore(path: $0) }, thesaurus: thesaurus,
            critic: try critic.map { try TeacherStore(path: $0) }, tokenizer: bytes, name: name,
            settings: settings.value(from: model),
            finder: settings.evolution.map { RuleEvolution($0, lineage: lineage) }, threads: threads,
            log: { progress.log($0) },
            observe: { progress.update($0, done: $1, of: $2) })
        var parts = try run.run(checkpoint: checkpoint) { stage, parts in
            progress.log("\(stage): " + (try scores(parts, threads)))
        }
        parts.storesIndexes = indexes ?? !settings.small
        try ModelWriter.write(parts, to: output)
        if let lineage {
            let model = try Model(path: output)
            let elapsed = (ContinuousClock.now - began).components
            try LineageStore(path: lineage).recordModel(
                hash: "\(model.contentHash)",
                detail: parts.metadata.entries.map { "\($0.key)=\($0.value)" }.joined(separator: "\n"),
                seconds: Double(elapsed.seconds))
        }
        if !keepCheckpoint { try? FileManager.default.removeItem(atPath: checkpoint) }
        progress.log("wrote \(output)")
    }

    /// The scores of a model, in one line.
    private func scores(_ parts: ModelParts, _ threads: Int) throws -> String {
        let cosine = "held-out cosine \(parts.metadata["held-out-cosine"] ?? "")"
        guard let eval else { return cosine }
        let model = try Model(bytes: ModelWriter.encode(parts))
        let suite = try EvalSuite(directory: Path(argument: eval), kinds: [.sts])
        let report = try suite.run(
            EngineVectors(Engine(model: model), mode: .compiled, threads: threads), threads: threads)
        let figures = report.scores.map { "\($0.task.name) \(Self.rounded($0.value))" }
        return "\(cosine), STS \(Self.rounded(report.mean(of: .sts) ?? 0)): " + figures.joined(separator: ", ")
    }

    private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}

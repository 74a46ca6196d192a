import AnnealModel
import AnnealPlatform
import AnnealTraining
import ArgumentParser

struct FloatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "floats",
        abstract: "Embed texts with the constants that training had before they became integers.",
        discussion: """
            Reads texts, one a line, and writes little-endian 32-bit floats, row behind row: a peer for 'anneal eval', \
            which tells what the integers cost.

              anneal-train train ... --output m.anneal --keep-checkpoint
              anneal eval eval/ --model m.anneal --peer 'floats=anneal-train floats m.anneal.checkpoint --model m.anneal'
            """)

    @Argument(help: "The checkpoint that 'train --keep-checkpoint' left.", completion: .file())
    var checkpoint: String
    @Option(help: "The model that the same run wrote.", completion: .file())
    var model: String
    @Option(name: [.short, .long], help: "Threads. Default: one a processor.")
    var threads: Int?

    func run() throws {
        let floats = try FloatModel(
            checkpoint: checkpoint, model: Model(path: model), threads: threads ?? WorkerThread.available)
        try StandardStreams.write(floats.vectors(of: StandardStreams.lines()))
    }
}

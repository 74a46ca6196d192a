import AnnealPlatform
import AnnealTraining
import ArgumentParser

struct ReduceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reduce",
        abstract: "Reduce a teacher's vectors to the dimensions of a model, as training does.",
        discussion: """
            Reads the teacher's vectors and writes the reduced ones, both little-endian 32-bit floats, row behind row. The \
            stores are those that the model was trained on: the basis is theirs.

              anneal eval eval/ --modes compiled,oracle \\
                  --teacher 'python Research/Benchmarks/vectors.py teacher | anneal-train reduce --labels labels'
            """)

    @Option(help: "A store of teacher vectors; may be given several times.", completion: .file())
    var labels: [String]
    @Option(help: "Dimensions of the model.")
    var dimension = TrainingSettings().dimension
    @Option(help: "Texts that are held out, as in training.")
    var heldOut = TrainingSettings().heldOut
    @Option(name: [.short, .long], help: "Threads; the result is the same for any number. Default: one a processor.")
    var threads: Int?

    func run() throws {
        let reduction = try StoredReduction(
            stores: labels.map { try TeacherStore(path: $0) }, dimension: dimension, heldOut: heldOut,
            threads: threads ?? WorkerThread.available)
        try StandardStreams.write(reduction.reduce(StandardStreams.floats(width: reduction.width)))
    }
}

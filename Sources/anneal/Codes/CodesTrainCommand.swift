import AnnealCodes
import AnnealFormats
import AnnealPlatform
import ArgumentParser

struct CodesTrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a codec on vectors.",
        discussion: """
            Some ten thousand vectors of the kind that will be coded are enough; of more, --rows are drawn. The same \
            vectors, options and seed give the same codec, whatever the number of threads.

            A vector is turned into the basis of its principal components. Bits go where the variance is (reverse \
            water-filling), and a trellis of 256 states finds the best code (Viterbi). --bytes 10,22,32 makes codes of \
            10, 32 and 64 bytes.

            Examples:
              anneal codes train v.npy --bytes 10,22,32 --output v.codec
              anneal codes train v.npy --bytes 10 --profile pair --output v.codec
            """)

    @OptionGroup var input: VectorsArgument
    @Option(
        help: ArgumentHelp("Bytes of each layer; the code has their sum.", valueName: "n,n,…"),
        transform: CodesTrainCommand.layers)
    var bytes: [Int] = [10, 22, 32]
    @Option(help: "search or pair.")
    var profile: TrellisCodec.Profile = .search
    @Option(
        help: ArgumentHelp(
            "Weigh coordinates by their variance to half of this power. Default: 0 for search, 0.5 for pair.",
            valueName: "p"))
    var power: Double?
    @Option(
        help: ArgumentHelp(
            "Components that the first layer codes. Default: all for search, a number by the bytes for pair.",
            valueName: "n"))
    var components: Int?
    @Option(help: ArgumentHelp("Vectors to train on, at most.", valueName: "n"))
    var rows = 50_000
    @Option(help: ArgumentHelp("Times that all of them are coded and the code words set anew.", valueName: "n"))
    var rounds = 12
    @Option(help: "What the code words begin with, and which vectors are drawn.")
    var seed: UInt64 = 0
    @OptionGroup var work: CodesWorkOptions

    static func layers(_ text: String) throws -> [Int] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map {
            guard let bytes = Int($0), bytes > 0 else {
                throw ValidationError("--bytes: expected numbers of bytes, as 10,22,32, found \"\(text)\".")
            }
            return bytes
        }
    }

    func run() throws {
        let vectors = try input.open()
        var file = try OutputFile(path: work.output)
        var settings = TrellisSettings(layers: bytes, profile: profile)
        settings.power = power
        settings.components = components
        settings.rowsMost = rows
        settings.rounds = rounds
        settings.seed = seed
        let progress = ProgressBar(isQuiet: work.quiet)
        progress.start(total: nil)
        let codec: TrellisCodec
        do throws(CodecError) {
            codec = try TrellisCodec.train(on: vectors.matrix(), settings, threads: work.threads.count) { step in
                progress.update(
                    "layer \(step.layer + 1) of \(step.layers), round \(step.round + 1) of \(step.rounds), "
                        + "error \(Decimal.string(step.error, places: 4))")
            }
        } catch {
            throw input.failure(error)
        }
        progress.finish()
        try file.writeAll(CodecFile.bytes(of: codec))
        try file.commit()
    }
}

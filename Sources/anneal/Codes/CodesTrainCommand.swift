public import AnnealCodes
import AnnealFormats
import AnnealPlatform
public import ArgumentParser

extension CodecKind: ExpressibleByArgument {
    public init?(argument: String) { self.init(name: argument) }

    public static var allValueStrings: [String] { allCases.map(\.name) }

    public var defaultValueDescription: String { name }
}

struct CodesTrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a codec on vectors.",
        discussion: """
            Some ten thousand vectors of the kind that will be coded are enough; of more, --rows are drawn. The same \
            vectors, options and seed give the same codec, whatever the number of threads.

            The trellis is the best for its bytes: bits go where the variance is (reverse water-filling), and the best of \
            all ways through 256 states is the code (Viterbi). --bytes 10,22,32 makes codes of 10, 32 and 64 bytes.

            Codecs:
            \(CodesTrainCommand.codecs)

            Examples:
              anneal codes train v.npy --bytes 10,22,32 --output v.codec
              anneal codes train v.npy --bytes 10 --profile pair --output v.codec
              anneal codes train v.npy --codec sign --bytes 32 --output v.codec
            """)

    private static var codecs: String {
        let width = CodecKind.allCases.map(\.name.count).max() ?? 0
        return CodecKind.allCases.map { kind in
            "  " + kind.name + String(repeating: " ", count: width + 2 - kind.name.count) + kind.summary
        }.joined(separator: "\n")
    }

    @OptionGroup var input: VectorsArgument
    @Option(help: "Which codec, of those above.")
    var codec: CodecKind = .trellis
    @Option(
        help: ArgumentHelp(
            "Bytes of each layer; the code has their sum. Default: 10,22,32 for trellis, 32 for others.",
            valueName: "n,n,…"),
        transform: CodesTrainCommand.layers)
    var bytes: [Int]?
    @Option(help: "Of a trellis: search or pair. Default: search.")
    var profile: TrellisCodec.Profile?
    @Option(
        help: ArgumentHelp(
            "Of a trellis: weigh coordinates by their variance to half of this power. Default: 0.",
            valueName: "p"))
    var power: Double?
    @Option(
        help: ArgumentHelp(
            "Of a trellis: components that the first layer codes. Default: all for search, one a bit for pair.",
            valueName: "n"))
    var components: Int?
    @Flag(
        inversion: .prefixedNo,
        help:
            "Of a trellis: turn those components at random, so that codes err alike in all directions. Default: for pair."
    )
    var turned: Bool?
    @Option(help: ArgumentHelp("Vectors to train on, at most.", valueName: "n"))
    var rows = 50_000
    @Option(
        help: ArgumentHelp(
            "Of a trellis: times that all vectors are coded and the code words set anew. Default: 12.", valueName: "n"))
    var rounds: Int?
    @Option(help: "What is drawn at random: the first code words, turns, and which vectors are trained on.")
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

    func validate() throws {
        guard codec != .trellis else { return }
        for (name, isGiven) in [
            ("--profile", profile != nil), ("--power", power != nil), ("--components", components != nil),
            ("--turned", turned != nil),
            ("--rounds", rounds != nil),
        ] where isGiven {
            throw ValidationError("\(name) is of the trellis; the codec is \(codec.name).")
        }
    }

    func run() throws {
        let vectors = try input.open()
        var file = try OutputFile(path: work.output)
        let progress = ProgressBar(isQuiet: work.quiet)
        progress.start(total: nil)
        let trained: any VectorCodec
        do throws(CodecError) {
            trained = try train(vectors.matrix()) { step in
                progress.update(
                    "layer \(step.layer + 1) of \(step.layers), round \(step.round + 1) of \(step.rounds), "
                        + "error \(Decimal.string(step.error, places: 4))")
            }
        } catch {
            throw input.failure(error)
        }
        progress.finish()
        try file.writeAll(CodecFile.bytes(of: trained))
        try file.commit()
    }

    private func train(
        _ vectors: Matrix, _ progress: (CodecProgress) -> Void
    ) throws(CodecError) -> any VectorCodec {
        switch codec {
        case .trellis:
            var settings = TrellisSettings(layers: bytes ?? [10, 22, 32], profile: profile ?? .search)
            settings.power = power
            settings.turned = turned
            settings.components = components
            settings.rowsMost = rows
            settings.rounds = rounds ?? settings.rounds
            settings.seed = seed
            return try TrellisCodec.train(on: vectors, settings, threads: work.threads.count, progress: progress)
        case .bytes, .fourBits, .sign, .itq, .scalar, .prefix:
            var settings = ScalarSettings(codec, layers: bytes ?? [32])
            settings.rowsMost = rows
            settings.seed = seed
            return try ScalarCodec.train(on: vectors, settings, threads: work.threads.count, progress: progress)
        }
    }
}

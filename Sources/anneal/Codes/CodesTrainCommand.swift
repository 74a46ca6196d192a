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

            Codes of one collection that is searched by itself find more when they are fitted to its own vectors: --fit own, \
            which is --codec residual. Of other vectors they keep less than a trellis does.

            Codecs:
            \(CodesTrainCommand.codecs)

            Examples:
              anneal codes train v.npy --bytes 10,22,32 --output v.codec
              anneal codes train v.npy --bytes 10 --profile pair --output v.codec
              anneal codes train v.npy --codec sign --bytes 32 --output v.codec
              anneal codes train v.npy --fit own --bytes 10 --output v.codec
            """)

    private static var codecs: String {
        let width = CodecKind.allCases.map(\.name.count).max() ?? 0
        return CodecKind.allCases.map { kind in
            "  " + kind.name + String(repeating: " ", count: width + 2 - kind.name.count) + kind.summary
        }.joined(separator: "\n")
    }

    @OptionGroup var input: VectorsArgument
    @Option(help: "Which codec, of those above. Default: trellis, or residual with --fit own.")
    var codec: CodecKind?
    @Option(help: "What the codes are for: any vectors of this kind, or the own ones that they are trained on.")
    var fit: Fit = .any
    @Option(
        help: ArgumentHelp(
            "Bytes of each layer; the code has their sum. Default: 10,22,32 for trellis, 10 for residual, 32 for others.",
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
    @Option(
        help: "Of product, optimised and residual: how code words are learned; straight-through is of residual alone.")
    var learner: CodebookLearner?
    @Option(help: ArgumentHelp("Vectors to train on, at most.", valueName: "n"))
    var rows = 50_000
    @Option(
        help: ArgumentHelp(
            "Of trellis, product, optimised, residual: times that all is coded and words set anew. Default: 12, or 8.",
            valueName: "n"))
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

    enum Fit: String, CaseIterable, ExpressibleByArgument { case any, own }

    private var kind: CodecKind { codec ?? (fit == .own ? .residual : .trellis) }

    func validate() throws {
        if fit == .own, kind != .residual {
            throw ValidationError("--fit own is the codec residual; the codec is \(kind.name).")
        }
        let words: [CodecKind] = [.product, .optimised, .residual]
        for (name, isGiven, kinds) in [
            ("--profile", profile != nil, [CodecKind.trellis]), ("--power", power != nil, [.trellis]),
            ("--components", components != nil, [.trellis]), ("--turned", turned != nil, [.trellis]),
            ("--learner", learner != nil, words), ("--rounds", rounds != nil, words + [.trellis]),
        ] where isGiven && !kinds.contains(kind) {
            let names = kinds.map(\.name).joined(separator: ", ")
            throw ValidationError("\(name) is of \(names); the codec is \(kind.name).")
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
        switch kind {
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
            var settings = ScalarSettings(kind, layers: bytes ?? [32])
            settings.rowsMost = rows
            settings.seed = seed
            return try ScalarCodec.train(on: vectors, settings, threads: work.threads.count, progress: progress)
        case .product, .optimised:
            var settings = ProductSettings(bytes: try oneLayer(32), isOptimised: kind == .optimised)
            settings.learner = learner ?? settings.learner
            settings.rowsMost = rows
            settings.rounds = rounds ?? settings.rounds
            settings.seed = seed
            return try TrellisCodec.train(on: vectors, settings, threads: work.threads.count, progress: progress)
        case .residual:
            var settings = ResidualCodec.settings(bytes: try oneLayer(10))
            settings.learner = learner ?? settings.learner
            settings.rowsMost = rows
            settings.refits = rounds ?? settings.refits
            settings.seed = seed
            return try ResidualCodec.train(on: vectors, settings, threads: work.threads.count, progress: progress)
        }
    }

    private func oneLayer(_ usual: Int) throws(CodecError) -> Int {
        let layers = bytes ?? [usual]
        guard layers.count == 1 else {
            throw .setting(
                "bytes", expected: "1 layer for \(kind.name)",
                found: layers.map(String.init).joined(separator: ","))
        }
        return layers[0]
    }
}

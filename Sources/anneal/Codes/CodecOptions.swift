import Anneal
public import AnnealCodes
import AnnealFormats
import AnnealPlatform
public import ArgumentParser

extension TrellisCodec.Profile: ExpressibleByArgument {
    public init?(argument: String) {
        guard let profile = [Self.search, .pair].first(where: { $0.name == argument }) else { return nil }
        self = profile
    }

    public static var allValueStrings: [String] { [Self.search, .pair].map(\.name) }

    public var defaultValueDescription: String { name }
}

/// Which codec a command uses.
struct CodecOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The codec, as 'codes train' writes it. Default: the one that ships with the default model.",
            valueName: "file"), completion: .file())
    var codec: Path?
    @Option(help: "Which of the shipped codecs: search or pair.")
    var profile: TrellisCodec.Profile?

    func validate() throws {
        if codec != nil, profile != nil {
            throw ValidationError(
                "--profile chooses among the shipped codecs; --codec names a file that has a profile.")
        }
    }

    var isNamed: Bool { codec != nil || profile != nil }

    /// Opens the codec.
    /// - Parameter model: the model that a shipped codec lies beside; nil for the default one.
    func open(beside model: Path? = nil) throws(CommandError) -> CodecFile {
        let path = try path(beside: model)
        do throws(CodecError) { return try CodecFile(path) } catch {
            throw CommandError(
                .noModel, "\(path): \(error)", hint: codec == nil ? "Name a codec with --codec FILE." : nil)
        }
    }

    private func path(beside named: Path?) throws(CommandError) -> Path {
        if let codec { return codec }
        // They lie beside the model whose vectors they were trained on.
        if let named { return CodecFile.path(beside: named, for: profile ?? .search) }
        let model: Path
        do throws(EngineError) { model = Path(argument: try Engine.defaultModelPath()) } catch {
            throw CommandError(.noModel, error.description, hint: "Name a codec with --codec FILE.")
        }
        return CodecFile.path(beside: model, for: profile ?? .search)
    }
}

/// Vectors in a file, in any format that is read.
struct VectorsArgument: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "A file of vectors: \(VectorFormat.all.filter(\.readsFiles).map(\.name).joined(separator: ", ")).",
            valueName: "vectors"), completion: .file())
    var vectors: Path
    @Option(help: ArgumentHelp("Of an Arrow file, the column of the vectors.", valueName: "name"))
    var column: String?

    func open() throws(CommandError) -> VectorFile {
        do throws(FormatError) { return try VectorFile(vectors, column: column) } catch {
            let isThere = Files.isReadable(vectors)
            throw CommandError(isThere ? .malformedInput : .noInput, "\(error)", hint: error.hint)
        }
    }

    /// What is wrong with a row of the file, or with what was asked for.
    func failure(_ error: CodecError) -> CommandError {
        switch error {
        case .setting, .codeLength: CommandError(.usage, "\(error)")
        default: CommandError(.malformedInput, "\(vectors): \(error)")
        }
    }
}

/// What is written by work that takes a while: a codec, or codes.
struct CodesWorkOptions: ParsableArguments {
    @Option(
        name: [.short, .long], help: ArgumentHelp("The file to write, whole or not at all.", valueName: "file"),
        completion: .file())
    var output: Path
    @OptionGroup var threads: ThreadOptions
    @Flag(name: [.short, .long], help: "No progress.")
    var quiet = false
}

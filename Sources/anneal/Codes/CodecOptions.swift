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
    @Option(help: ArgumentHelp("The codec, as 'codes train' writes it.", valueName: "file"), completion: .file())
    var codec: Path

    /// Opens the codec.
    func open() throws(CommandError) -> CodecFile {
        do throws(CodecError) { return try CodecFile(codec) } catch {
            throw CommandError(.noModel, "\(codec): \(error)")
        }
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

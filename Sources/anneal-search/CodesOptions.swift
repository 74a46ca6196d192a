import Anneal
import AnnealCodes
import AnnealPlatform
import AnnealSearch
import ArgumentParser

/// How an index keeps vectors.
struct CodesOptions: ParsableArguments {
    /// Bytes of a code, or none.
    enum Choice: ExpressibleByArgument {
        case none
        case bytes(Int)

        init?(argument: String) {
            if argument == "none" {
                self = .none
            } else if let bytes = Int(argument), bytes > 0 {
                self = .bytes(bytes)
            } else {
                return nil
            }
        }
    }

    @Option(
        help: ArgumentHelp(
            "Keep a code of 10, 32 or 64 bytes of each vector, and not the vector, a byte a number: a smaller index, and "
                + "less memory to search it. The best by their codes are embedded anew from their texts, so that scores "
                + "are those of vectors. Default: as the index has them; in a new one 'none'.",
            valueName: "bytes|none"))
    var codes: Choice?
    @Option(
        help: ArgumentHelp(
            "The codec of --codes, as 'anneal codes train' writes it. Default: the one that lies beside the model.",
            valueName: "file"), completion: .file())
    var codec: Path?

    func validate() throws {
        if codec != nil, case .bytes? = codes { return }
        if codec != nil { throw ValidationError("--codec goes with --codes and a number of bytes.") }
    }

    /// - Parameter model: the model file; nil for the shipped one.
    /// - Returns: nil to keep them as the index has them.
    func storage(model: String?) throws -> VectorStorage? {
        switch codes {
        case nil: return nil
        case .some(.none): return .bytes
        case .bytes(let length):
            let path: Path
            if let codec {
                path = codec
            } else {
                path = CodecFile.path(beside: Path(argument: try model ?? Engine.defaultModelPath()), for: .search)
            }
            do {
                return .codes(try IndexCodes(codec: Files.content(of: path), length: length))
            } catch let error as CodecError {
                if case .codeLength = error { throw ValidationError("--codes: \(error)") }
                throw SearchToolError(status: 65, "\(path): \(error)")
            } catch {
                throw SearchToolError(
                    status: 66, "\(error)\(codec == nil ? "; name a codec with --codec, see anneal codes train" : "")")
            }
        }
    }
}

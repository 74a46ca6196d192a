public import AnnealPlatform

/// A file that was not indexed, for it holds nothing that could be.
public struct PassedOverFile: Sendable, Equatable {
    public let path: Path
    public let reason: Reason

    public enum Reason: Error, Equatable, CustomStringConvertible {
        /// Bytes that are no text, or a name that says so.
        case noText
        /// Bytes of this form, as gzip or Parquet.
        case form(String)
        /// Text in another encoding than UTF-8 and UTF-16. A few bytes that are not UTF-8 do not make a file one.
        case notUTF8
        case tooLarge(bytes: Int)
        /// The program that reads its kind is not installed.
        case noTool(name: String, install: String)
        /// The program that reads its kind has failed, or given too much.
        case toolFailed(name: String, message: String)

        public var description: String {
            switch self {
            case .noText: "no text"
            case .form(let form): "expected text, found \(form)"
            case .notUTF8:
                "expected UTF-8, found another encoding: convert it, as with iconv -f latin1 -t utf-8"
            case .tooLarge(let bytes):
                "expected at most \(FileWalk.bytesMax) bytes, found \(bytes): name the file itself to index it all the same"
            case .noTool(let name, let install): "expected the program \(name), found none: \(install)"
            case .toolFailed(let name, let message): "\(name): \(message)"
            }
        }
    }

    /// The ending of its name in small letters, or nothing.
    public var ending: String {
        let name = path.name
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot != name.startIndex else { return "" }
        return Path(bytes: name[(dot + 1)...]).description.lowercased()
    }
}

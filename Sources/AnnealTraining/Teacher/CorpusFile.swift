import AnnealFormats
import AnnealContainer
import AnnealPlatform

/// The texts of a corpus, mapped: one a line, or the rows of an Arrow file's column.
public struct CorpusFile: Sendable {
    /// What a line is good for.
    public enum Line: Sendable, Equatable {
        case text(String)
        case empty
        /// Not UTF-8, or with control characters other than a tab: most likely not text at all.
        case binary
        case tooLong
    }

    /// The longest text, in bytes: several times the 256 tokens that training reads.
    public static let textLimit = 1 << 16

    public let path: String
    private let file: MappedFile
    private let lines: [Range<Int>]

    /// - Parameter column: of an Arrow file, the column of the texts; nil for the only one that holds texts.
    public init(path: String, column: String? = nil) throws(TrainError) {
        self.path = path
        do throws(FormatError) {
            let bytes = try FileBytes(Path(argument: path))
            file = bytes.file
            if ArrowFile.isArrow(bytes) {
                guard let texts = try ArrowFile(bytes).texts(column: column) else {
                    throw FormatError(
                        bytes.path, expected: "a column of texts: utf8, large_utf8 or utf8_view", found: "none")
                }
                lines = texts
            } else if let column {
                throw FormatError(
                    bytes.path, expected: "an Arrow file with a column \(column)", found: "another kind of file")
            } else {
                lines = file.lines()
            }
        } catch { throw TrainError(error) }
    }

    /// Lines, or rows, empty ones and others that are no texts included.
    public var count: Int { lines.count }

    /// The bytes of a line, without its line feed, or of a row.
    /// - Precondition: `0 <= index < count`.
    public func bytes(_ index: Int) -> UnsafeRawBufferPointer {
        let line = file[lines[index]]
        return line.last == 0x0D ? UnsafeRawBufferPointer(rebasing: line.dropLast()) : line
    }

    /// - Precondition: `0 <= index < count`.
    public func line(_ index: Int) -> Line {
        let bytes = bytes(index)
        if bytes.count > Self.textLimit { return .tooLong }
        if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return .empty }
        guard !bytes.contains(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }),
            let text = String(validating: bytes, as: UTF8.self)
        else { return .binary }
        return .text(text)
    }

    /// The SHA-256 of the file, as `sha256sum` prints it.
    /// - Complexity: O(bytes), about 200 MB/s.
    public var digest: String { ContentHash(of: file.bytes).description }
}

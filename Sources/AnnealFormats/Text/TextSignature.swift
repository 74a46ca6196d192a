public import AnnealPlatform

/// What the first bytes of an input say of it: how its text is encoded, or that it is no text.
public enum TextSignature: Equatable, Sendable {
    /// Text in UTF-8, behind a byte-order mark of `markSize` bytes, which is no content.
    case utf8(markSize: Int)
    /// Text in UTF-16 behind a mark of two bytes.
    case utf16(isBigEndian: Bool)
    /// A file of another kind.
    case other(OtherKind)

    /// What is no text.
    public struct OtherKind: Equatable, Sendable {
        /// What it is: `gzip data`.
        public let name: String
        /// How its text is had: `Unpack it`.
        let advice: String
        /// The command that writes the text to its standard output; nil where there is none.
        let command: String?

        /// What to do about it.
        /// - Parameter reader: the command that reads texts from its standard input; nil where one reads files only.
        public func hint(reader: String?) -> String {
            guard let command else { return "\(advice) first." }
            return reader.map { "\(advice) on the way: \(command) | \($0)" } ?? "\(advice) first: \(command) > TEXT"
        }
    }

    /// How many first bytes tell one kind from another.
    public static let size = 8
    /// More lines with NUL bytes than these mean a binary file. A few may be text, or one of names that NUL ends.
    private static let linesWithNULMax = 3

    private static let kinds: [(start: [UInt8], name: String, advice: String, command: String?)] = [
        ([0x1F, 0x8B], "gzip data", "Unpack it", "zcat FILE"),
        ([0x28, 0xB5, 0x2F, 0xFD], "zstd data", "Unpack it", "zstdcat FILE"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "xz data", "Unpack it", "xzcat FILE"),
        (Array("BZh91AY".utf8), "bzip2 data", "Unpack it", "bzcat FILE"),
        (Array("PK".utf8) + [3, 4], "a zip archive", "Unpack it", "unzip -p FILE NAME"),
        (Array("%PDF-1.".utf8), "a PDF document", "Take its text", "pdftotext FILE -"),
        (Array("%PDF-2.".utf8), "a PDF document", "Take its text", "pdftotext FILE -"),
        (Array("PAR1".utf8) + [0x15], "a Parquet file", "Write its column of texts as lines", nil),
        (Array("ARROW1".utf8) + [0, 0], "an Arrow file", "Write its column of texts as lines", nil),
        ([0x93] + Array("NUMPY".utf8), "a NumPy array", "Look for the texts that its vectors are of", nil),
        (Array("SQLite f".utf8), "an SQLite database", "Write its texts as lines", nil),
        ([0x7F] + Array("ELF".utf8), "an executable", "Look for a file of texts", nil),
        ([0x89] + Array("PNG".utf8), "a PNG image", "Look for a file of texts", nil),
        ([0xFF, 0xD8, 0xFF], "a JPEG image", "Look for a file of texts", nil),
    ]

    /// - Parameter start: the first ``size`` bytes, or all where there are fewer; better the first thousands, in which
    ///   NUL bytes are looked for.
    /// - Complexity: O(bytes).
    public init(_ start: UnsafeBufferPointer<UInt8>) {
        if start.starts(with: [0xEF, 0xBB, 0xBF]) {
            self = .utf8(markSize: 3)
        } else if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) {
            self = .utf16(isBigEndian: start[0] == 0xFE)
            return
        } else if let kind = Self.kinds.first(where: { start.starts(with: $0.start) }) {
            self = .other(OtherKind(name: kind.name, advice: kind.advice, command: kind.command))
            return
        } else {
            self = .utf8(markSize: 0)
        }
        let count = start.split(separator: 0x0A).count { $0.contains(0) }
        guard count > Self.linesWithNULMax else { return }
        self = .other(
            OtherKind(
                name: "NUL bytes in \(count) of the first lines", advice: "If it is UTF-16 without a mark, convert it",
                command: "iconv -f utf-16le -t utf-8 FILE"))
    }
}

/// Files of text that are small enough to be read whole: rules, evaluation sets, lists.
public enum TextFile {
    /// How many first bytes are looked at for NUL bytes.
    private static let startSize = 1 << 14

    /// The text as UTF-8: without its byte-order mark, decoded from UTF-16 where it has that mark. Bytes that are no UTF-8
    /// stay as they are.
    /// - Parameters:
    ///   - bytes: all bytes of the file.
    ///   - path: names the file in an error.
    /// - Complexity: O(bytes).
    /// - Throws: ``FormatError`` for what is no text: compressed data, documents and images, bytes with many zeros.
    public static func decode(_ bytes: [UInt8], path: Path) throws(FormatError) -> [UInt8] {
        switch bytes.withUnsafeBufferPointer({ TextSignature(UnsafeBufferPointer(rebasing: $0.prefix(startSize))) }) {
        case .utf8(let markSize): return markSize == 0 ? bytes : Array(bytes[markSize...])
        case .utf16(let isBigEndian):
            var decoder = UTF16Decoder(isBigEndian: isBigEndian)
            return [UInt8](unsafeUninitializedCapacity: UTF16Decoder.capacity(for: bytes.count)) { buffer, count in
                // It has a base: the capacity is above zero.
                let place = buffer.baseAddress!
                count = decoder.decode(bytes.dropFirst(2), into: place)
                count += decoder.finish(into: place + count)
            }
        case .other(let kind):
            throw FormatError(path, expected: "text", found: kind.name, hint: kind.hint(reader: nil))
        }
    }

    /// Reads a file and decodes it.
    /// - Throws: ``FormatError`` if it cannot be read or is no text.
    public static func read(_ path: Path) throws(FormatError) -> [UInt8] {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try Files.content(of: path) } catch { throw FormatError(error) }
        return try decode(bytes, path: path)
    }
}

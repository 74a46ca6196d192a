/// What the first bytes of an input say of it: how its text is encoded, or that it is no text.
enum InputSignature: Equatable {
    /// Text in UTF-8, behind a byte-order mark of `markSize` bytes, which is no content.
    case utf8(markSize: Int)
    /// Text in UTF-16 behind a mark.
    case utf16(isBigEndian: Bool)
    /// A file of another kind: its name, and what to do about it.
    case other(name: String, hint: String)

    /// How many first bytes decide.
    static let size = 8

    private static let kinds: [(start: [UInt8], name: String, hint: String)] = [
        ([0x1F, 0x8B], "gzip data", "Unpack it on the way: zcat FILE | anneal embed"),
        ([0x28, 0xB5, 0x2F, 0xFD], "zstd data", "Unpack it on the way: zstdcat FILE | anneal embed"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "xz data", "Unpack it on the way: xzcat FILE | anneal embed"),
        (Array("BZh91AY".utf8), "bzip2 data", "Unpack it on the way: bzcat FILE | anneal embed"),
        (Array("PK".utf8) + [3, 4], "a zip archive", "Unpack it on the way: unzip -p FILE NAME | anneal embed"),
        (Array("%PDF-1.".utf8), "a PDF document", "Take its text: pdftotext FILE - | anneal embed"),
        (Array("%PDF-2.".utf8), "a PDF document", "Take its text: pdftotext FILE - | anneal embed"),
        (Array("PAR1".utf8) + [0x15], "a Parquet file", "Write its column of texts as lines first."),
        (Array("ARROW1".utf8) + [0, 0], "an Arrow file", "Write its column of texts as lines first."),
        ([0x93] + Array("NUMPY".utf8), "a NumPy array", "Give the texts and not their vectors."),
        (Array("SQLite f".utf8), "an SQLite database", "Write its texts as lines first."),
        ([0x7F] + Array("ELF".utf8), "an executable", "Give a file of texts."),
        ([0x89] + Array("PNG".utf8), "a PNG image", "Give a file of texts."),
        ([0xFF, 0xD8, 0xFF], "a JPEG image", "Give a file of texts."),
    ]

    /// - Parameter bytes: the first ``size`` bytes, or all where there are fewer; what follows does not matter.
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            self = .utf8(markSize: 3)
        } else if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            self = .utf16(isBigEndian: bytes[0] == 0xFE)
        } else if let kind = InputSignature.kinds.first(where: { bytes.starts(with: $0.start) }) {
            self = .other(name: kind.name, hint: kind.hint)
        } else {
            self = .utf8(markSize: 0)
        }
    }
}

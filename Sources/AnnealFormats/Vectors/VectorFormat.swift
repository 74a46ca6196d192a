public import AnnealPlatform

/// A format of files of vectors: how it is told from others, read, and written.
///
/// A new one is a file in this folder with a `static let`, and its place in ``all``: commands, help and readers go
/// through that list.
public struct VectorFormat: Sendable {
    /// How a user names it.
    public let name: String
    /// What it holds, for help.
    public let summary: String
    /// Nil for a format that is only written.
    let reader: Reader?
    /// Nil for a format that is only read.
    public let writer: Writer?

    /// Whether ``VectorFile`` opens files of it.
    public var readsFiles: Bool { reader != nil }

    /// All formats. The first that recognises a file reads it.
    public static let all: [VectorFormat] = [npy, safetensors, arrow, f32, jsonl, text]

    /// Those that can be written.
    public static let written = all.filter { $0.writer != nil }

    init(name: String, summary: String, reader: Reader? = nil, writer: Writer? = nil) {
        self.name = name
        self.summary = summary
        self.reader = reader
        self.writer = writer
    }

    struct Reader: Sendable {
        /// Whether a file looks like one of this format, malformed ones included.
        let recognises: @Sendable (FileBytes) -> Bool
        /// Opens a file that was recognised; the text is the name of a column.
        let open: @Sendable (FileBytes, String?) throws(FormatError) -> VectorFile

        init(
            _ recognises: @escaping @Sendable (FileBytes) -> Bool,
            open: @escaping @Sendable (FileBytes, String?) throws(FormatError) -> VectorFile
        ) {
            self.recognises = recognises
            self.open = open
        }
    }

    /// How vectors become bytes: a header that may count them, and then each by itself.
    public struct Writer: Sendable {
        /// Appends a vector. The number is that of the row, from 0; the truth is whether its text has no content.
        typealias Append = @Sendable (UnsafeBufferPointer<Float>, Int, Bool, inout ByteBuffer) -> Void

        /// The endings of files that ask for the format, in small letters.
        public let endings: [String]
        /// Whether it is nothing for a terminal.
        public let isBinary: Bool
        /// The bytes in front of the rows. Fixed, so that the number of rows can be filled in at the end.
        public let headerSize: Int
        private let makeHeader: @Sendable (_ rows: Int, _ columns: Int) -> [UInt8]
        private let appendRow: Append

        init(
            endings: [String], isBinary: Bool, headerSize: Int = 0,
            header: @escaping @Sendable (_ rows: Int, _ columns: Int) -> [UInt8] = { _, _ in [] },
            append: @escaping Append
        ) {
            self.endings = endings
            self.isBinary = isBinary
            self.headerSize = headerSize
            makeHeader = header
            appendRow = append
        }

        /// The bytes in front of the rows, ``headerSize`` of them.
        public func header(rows: Int, columns: Int) -> [UInt8] {
            let header = makeHeader(rows, columns)
            precondition(header.count == headerSize, "a header of another size would lie over the rows")
            return header
        }

        /// Appends a vector.
        /// - Parameters:
        ///   - row: its number, from 0.
        ///   - isEmpty: whether its text has no content.
        /// - Complexity: O(dimension).
        public func append(
            _ vector: UnsafeBufferPointer<Float>, row: Int, isEmpty: Bool, to output: inout ByteBuffer
        ) {
            appendRow(vector, row, isEmpty, &output)
        }
    }

    /// The format that the ending of a file's name asks for, whatever the case of its letters; ``text`` for a name without
    /// an ending, nil for an ending that no format has.
    public static func forWriting(_ path: Path) -> VectorFormat? {
        guard let dot = path.name.lastIndex(of: 0x2E) else { return text }
        let ending = String(decoding: path.name[path.name.index(after: dot)...], as: UTF8.self).lowercased()
        return written.first { $0.writer?.endings.contains(ending) == true }
    }

    /// Refuses the name of a column for a format that has none.
    static func refuse(_ column: String?, of file: FileBytes) throws(FormatError) {
        guard let column else { return }
        throw file.wrong("an Arrow file with a column \(column)", "another kind of file")
    }
}

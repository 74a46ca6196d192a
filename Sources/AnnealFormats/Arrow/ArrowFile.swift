import AnnealPlatform

/// An Arrow file of vectors and texts, mapped: the file form (`ARROW1`, also called Feather version 2) or the stream form.
///
/// Columns of `FixedSizeList`, `List` and `LargeList` of `float16`, `float32` or `float64` are vectors, columns of `Utf8`,
/// `LargeUtf8` and `Utf8View` are texts; all other columns are passed by. Nothing is copied: what is found are places in the file.
/// Numbers must be little-endian and without compression, what is read without nulls.
/// - SeeAlso: "Arrow Columnar Format" 1.5, Serialization and Interprocess Communication, arrow.apache.org.
public struct ArrowFile: Sendable {
    private let file: FileBytes
    private let fields: [ArrowField]
    private let batches: [ArrowBatch]

    private static let magic = Array("ARROW1".utf8)
    private static let firstMagic = Array("FEA1".utf8)
    /// The length of the footer, and the magic again.
    private static let endBytes = 10
    private static let blockBytes = 24

    /// Whether a file starts as an Arrow file or an Arrow stream does.
    public static func isArrow(_ file: FileBytes) -> Bool {
        [magic, firstMagic, ArrowMessage.continuation].contains { file.starts(with: $0) }
    }

    /// Reads where everything lies.
    /// - Complexity: O(columns + batches).
    /// - Throws: ``FormatError``.
    public init(_ file: FileBytes) throws(FormatError) {
        self.file = file
        if file.starts(with: Self.firstMagic) {
            throw file.wrong("an Arrow file (Feather version 2)", "Feather version 1")
        }
        (fields, batches) =
            file.starts(with: Self.magic) ? try Self.readFile(file) : try Self.readStream(file)
    }

    private static func readFile(_ bytes: FileBytes) throws(FormatError) -> ([ArrowField], [ArrowBatch]) {
        let end = bytes.count - endBytes
        guard end >= 8, try bytes.part(at: end + 4, count: 6, "the end").starts(with: magic) else {
            throw bytes.wrong("a whole Arrow file, with ARROW1 at its end", "another end: it may be cut off")
        }
        let length: Int32 = try bytes.integer(at: end, "the footer's length")
        let footer = try FlatTable.root(of: bytes.part(at: end - Int(length), count: Int(length), "the footer"))
        let version: Int16 = try footer.integer(0, default: 0)
        guard let schema = try footer.table(1) else { throw bytes.wrong("a footer with a schema", "none") }
        let fields = try ArrowField.read(schema, version: version)
        let messages = try bytes.part(at: 0, count: end - Int(length), "the batches")
        var batches: [ArrowBatch] = []
        var done = 0
        if let blocks = try footer.vector(3, stride: blockBytes, "the batches' places") {
            for entry in stride(from: 0, to: blocks.count, by: blockBytes) {
                let offset = try blocks.size(at: entry, "a batch's place")
                let head: Int32 = try blocks.integer(at: entry + 8, "a batch's length")
                let body = try blocks.size(at: entry + 16, "a batch's length")
                guard let message = try ArrowMessage(messages, at: offset), message.kind == .recordBatch,
                    message.headBytes == Int(head), message.body.count == body
                else { throw bytes.wrong("a batch of \(head) and \(body) bytes at \(offset)", "something else") }
                guard offset >= done else { throw bytes.wrong("batches one behind the other", "one at \(offset)") }
                batches.append(try ArrowBatch(message))
                done = offset + message.headBytes + body
            }
        }
        return (fields, batches)
    }

    private static func readStream(_ bytes: FileBytes) throws(FormatError) -> ([ArrowField], [ArrowBatch]) {
        guard let first = try ArrowMessage(bytes, at: 0), first.kind == .schema else {
            throw bytes.wrong("a schema first", "something else")
        }
        let fields = try ArrowField.read(first.header, version: first.version)
        var batches: [ArrowBatch] = []
        var offset = first.headBytes + first.body.count
        while offset < bytes.count {
            guard let message = try ArrowMessage(bytes, at: offset) else {
                guard offset + 8 == bytes.count else {
                    throw bytes.wrong("nothing behind the end of the stream", "\(bytes.count - offset - 8) bytes")
                }
                return (fields, batches)
            }
            switch message.kind {
            case .schema: throw bytes.wrong("one schema", "a second one at \(offset)")
            case .dictionaryBatch: break
            case .recordBatch: batches.append(try ArrowBatch(message))
            }
            offset += message.headBytes + message.body.count
        }
        // The format allows it; but then nothing would tell a stream that was cut off between two batches.
        throw bytes.wrong("a stream with a mark of its end", "none: it may be cut off")
    }

    /// The vectors of a column.
    /// - Parameter name: the column; nil for the only one that holds vectors.
    /// - Complexity: O(batches), for lists of variable length O(rows).
    public func vectors(column name: String?) throws(FormatError) -> VectorFile {
        let kind = "a list of float16, float32 or float64"
        guard let index = try find(name, "vectors", "column", kind, where: { $0.vectorNumber != nil }),
            let number = fields[index].vectorNumber
        else { throw FormatError(file.path, expected: "a column that is \(kind)", found: columnWords) }
        let field = fields[index]
        var chunks: [VectorFile.Chunk] = []
        var width: Int?
        var rows = 0
        for batch in batches where batch.rows > 0 {
            let column = try batch.column(index, of: fields)
            let values = try batch.child(of: column, field)
            let (first, columns): (Int, Int)
            if case .fixedSizeList(let count) = field.type {
                (first, columns) = (0, count)
            } else {
                (first, columns) = try lists(batch, column, values, field, width, rows)
            }
            width = columns
            let (cells, overflow) = batch.rows.multipliedReportingOverflow(by: columns)
            guard columns > 0, !overflow, cells <= values.rows - first, values.rows <= file.count else {
                throw FormatError(
                    file.path, expected: "\(batch.rows) x \(columns) numbers", found: "\(values.rows - first)")
            }
            let data = try batch.buffer(1, of: values, count: values.rows * number.byteCount, "numbers")
            chunks.append(
                VectorFile.Chunk(firstRow: rows, start: data.range.lowerBound + first * number.byteCount))
            rows += batch.rows
        }
        return try VectorFile(
            file, chunks: chunks, rows: rows, columns: width ?? fixedWidth(field), number: number)
    }

    /// Checks that all lists of a batch are of one length; says where the first begins, and that length.
    private func lists(
        _ batch: ArrowBatch, _ column: ArrowBatch.Column, _ values: ArrowBatch.Column, _ field: ArrowField,
        _ width: Int?, _ firstRow: Int
    ) throws(FormatError) -> (Int, Int) {
        let ranges = try batch.ranges(
            of: column, isLarge: field.type == .largeList, limit: values.rows, field.name)
        let expected = width ?? ranges[0].count
        for (row, range) in ranges.enumerated() where range.count != expected {
            throw FormatError(
                file.path, expected: "vectors of \(expected) numbers in every row of \(field.name)",
                found: "\(range.count) in row \(firstRow + row)")
        }
        return (ranges[0].lowerBound, expected)
    }

    private func fixedWidth(_ field: ArrowField) -> Int {
        if case .fixedSizeList(let count) = field.type { count } else { 1 }
    }

    /// Where the texts of a column lie in the file; nil where no column is named and none holds texts.
    /// - Parameter name: the column; nil for the only one that holds texts.
    /// - Complexity: O(rows).
    public func texts(column name: String?) throws(FormatError) -> [Range<Int>]? {
        guard let index = try find(name, "texts", "text-column", "utf8, large_utf8 or utf8_view", where: \.isText)
        else { return nil }
        let field = fields[index]
        var texts: [Range<Int>] = []
        for batch in batches where batch.rows > 0 {
            let column = try batch.column(index, of: fields)
            if field.type == .utf8View {
                texts += try batch.viewedTexts(of: column)
                continue
            }
            let data = try batch.buffer(2, of: column, count: 0, "texts")
            let start = data.range.lowerBound
            for range in try batch.ranges(
                of: column, isLarge: field.type == .largeUtf8, limit: data.count, field.name)
            {
                texts.append(start + range.lowerBound..<start + range.upperBound)
            }
        }
        return texts
    }

    /// The column that is named, or the only one that fits; nil if none is named and none fits.
    private func find(
        _ name: String?, _ what: String, _ option: String, _ kind: String, where fits: (ArrowField) -> Bool
    ) throws(FormatError) -> Int? {
        let fitting = fields.indices.filter { fits(fields[$0]) }
        if let name {
            guard let index = fields.firstIndex(where: { $0.name == name }) else {
                throw FormatError(file.path, expected: "a column \(name) of \(what)", found: columnWords)
            }
            guard fitting.contains(index) else {
                throw FormatError(file.path, expected: "\(name) to be \(kind)", found: fields[index].words)
            }
            return index
        }
        guard fitting.count < 2 else {
            let names = fitting.map { fields[$0].words }.joined(separator: ", ")
            throw FormatError(
                file.path, expected: "one column of \(what), or its name (--\(option) NAME)", found: names)
        }
        return fitting.first
    }

    private var columnWords: String {
        fields.isEmpty ? "no columns" : "the columns \(fields.map(\.words).joined(separator: ", "))"
    }
}

extension VectorFormat {
    /// Arrow's file and stream forms, which are read and not written.
    public static let arrow = VectorFormat(
        name: "arrow", summary: "Arrow's file or stream form, a column of lists of float16, float32 or float64",
        reader: Reader {
            ArrowFile.isArrow($0)
        } open: { file, column throws(FormatError) in
            try ArrowFile(file).vectors(column: column)
        })
}

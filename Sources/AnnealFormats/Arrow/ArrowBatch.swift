/// The rows of a record batch: where the buffers of each column lie.
struct ArrowBatch: Sendable {
    /// A column of a batch: its own buffers, and where its children's begin.
    struct Column: Sendable {
        let rows: Int
        let node: Int
        let buffer: Int
        /// Of views, the buffers behind the two that all have.
        var views = 0
    }

    let rows: Int
    private let body: FileBytes
    /// 16 bytes a column: rows and nulls.
    private let nodes: FileBytes
    /// 16 bytes a buffer: offset and length.
    private let buffers: FileBytes
    /// 8 bytes a column of views: how many buffers it has besides the two that all have.
    private let views: FileBytes?

    private static let nodeBytes = 16
    private static let bufferBytes = 16

    init(_ message: ArrowMessage) throws(FormatError) {
        let table = message.header
        let bytes = table.bytes
        if let compression = try table.table(3) {
            let codec: Int8 = try compression.integer(0, default: 0)
            let name = codec == 0 ? "LZ4" : codec == 1 ? "ZSTD" : "codec \(codec)"
            throw bytes.wrong(
                "buffers without compression, as "
                    + "pyarrow.feather.write_feather(table, path, compression=\"uncompressed\") writes them",
                "buffers compressed with \(name)")
        }
        rows = try table.size(0, "a batch's rows")
        guard let nodes = try table.vector(1, stride: Self.nodeBytes, "a batch's columns"),
            let buffers = try table.vector(2, stride: Self.bufferBytes, "a batch's buffers")
        else { throw bytes.wrong("a batch with columns and buffers", "none") }
        self.nodes = nodes
        self.buffers = buffers
        views = try table.vector(4, stride: 8, "a batch's views")
        body = message.body
    }

    /// Finds a column.
    /// - Complexity: O(columns).
    func column(_ index: Int, of fields: [ArrowField]) throws(FormatError) -> Column {
        var place = (node: 0, buffer: 0, view: 0)
        for field in fields[..<index] { try pass(field, &place) }
        let found = place
        for field in fields[index...] { try pass(field, &place) }
        guard nodes.count == Self.nodeBytes * place.node, buffers.count == Self.bufferBytes * place.buffer else {
            throw body.wrong(
                "\(place.node) columns and \(place.buffer) buffers in a batch, as the schema says",
                "\(nodes.count / Self.nodeBytes) and \(buffers.count / Self.bufferBytes)")
        }
        var column = try column(node: found.node, buffer: found.buffer, fields[index].name)
        if fields[index].type.isView { column.views = try viewCount(found.view) }
        guard column.rows == rows else { throw body.wrong("\(rows) rows in \(fields[index].name)", "\(column.rows)") }
        return column
    }

    /// The only child of a column.
    /// - Parameter field: the column's, not the child's.
    func child(of column: Column, _ field: ArrowField) throws(FormatError) -> Column {
        try self.column(
            node: column.node + 1, buffer: column.buffer + field.type.bufferCount, "numbers of \(field.name)")
    }

    private func column(node: Int, buffer: Int, _ name: String) throws(FormatError) -> Column {
        let rows = try nodes.size(at: Self.nodeBytes * node, "a column's rows")
        let nulls = try nodes.size(at: Self.nodeBytes * node + 8, "a column's nulls")
        guard nulls == 0 else { throw body.wrong("no nulls in \(name)", "\(nulls) nulls among \(rows)") }
        return Column(rows: rows, node: node, buffer: buffer)
    }

    /// A column's buffer.
    /// - Parameter count: the bytes that it must have; it may have more.
    func buffer(_ number: Int, of column: Column, count: Int, _ what: String) throws(FormatError) -> FileBytes {
        let entry = Self.bufferBytes * (column.buffer + number)
        let offset = try buffers.size(at: entry, what)
        let length = try buffers.size(at: entry + 8, what)
        let buffer = try body.part(at: offset, count: length, what)
        guard length >= count else { throw body.wrong("\(count) bytes of \(what)", "\(length)") }
        return buffer
    }

    /// A column's buffer of offsets, one more than rows, as what they say of the rows: where each begins and ends.
    /// - Parameters:
    ///   - isLarge: whether they have 64 bits.
    ///   - limit: what the last may be at most.
    func ranges(
        of column: Column, isLarge: Bool, limit: Int, _ what: String
    ) throws(FormatError) -> [Range<Int>] {
        if column.rows == 0 { return [] }
        let stride = isLarge ? 8 : 4
        let (count, overflow) = (column.rows + 1).multipliedReportingOverflow(by: stride)
        guard !overflow else { throw body.wrong("offsets of \(what)", "\(column.rows) rows") }
        let offsets = try buffer(1, of: column, count: count, "offsets of \(what)")
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(column.rows)
        var start = 0
        for row in 0...column.rows {
            let next: Int =
                isLarge
                ? try offsets.size(at: 8 * row, "an offset of \(what)")
                : Int(try offsets.integer(at: 4 * row, "an offset of \(what)") as Int32)
            guard next >= start, next <= limit else {
                throw body.wrong("ascending offsets of \(what) up to \(limit)", "\(next) after \(start)")
            }
            if row > 0 { ranges.append(start..<next) }
            start = next
        }
        return ranges
    }

    /// Where the texts of a column of views lie in the file. A view has 16 bytes: the length, and the text itself, if it
    /// fits; else its first four bytes, the number of a buffer, and the place in it.
    func viewedTexts(of column: Column) throws(FormatError) -> [Range<Int>] {
        let (count, overflow) = column.rows.multipliedReportingOverflow(by: 16)
        guard !overflow else { throw body.wrong("views of texts", "\(column.rows) rows") }
        let views = try buffer(1, of: column, count: count, "views of texts")
        var buffers: [FileBytes] = []
        for number in 0..<column.views { buffers.append(try buffer(2 + number, of: column, count: 0, "texts")) }
        var texts: [Range<Int>] = []
        texts.reserveCapacity(column.rows)
        for row in 0..<column.rows {
            let length: Int32 = try views.integer(at: 16 * row, "a text's length")
            if (0...12).contains(length) {
                texts.append(try views.part(at: 16 * row + 4, count: Int(length), "a text").range)
                continue
            }
            let number: Int32 = try views.integer(at: 16 * row + 8, "a text's buffer")
            let offset: Int32 = try views.integer(at: 16 * row + 12, "a text's place")
            guard buffers.indices.contains(Int(number)) else {
                throw body.wrong("one of \(buffers.count) buffers of texts", "number \(number)")
            }
            texts.append(try buffers[Int(number)].part(at: Int(offset), count: Int(length), "a text").range)
        }
        return texts
    }

    private func viewCount(_ index: Int) throws(FormatError) -> Int {
        guard let count = try views?.size(at: 8 * index, "a column's views"), count <= buffers.count else {
            throw body.wrong("how many buffers a column of views has", "nothing that fits")
        }
        return count
    }

    private func pass(_ field: ArrowField, _ place: inout (node: Int, buffer: Int, view: Int)) throws(FormatError) {
        place.node += 1
        if field.isDictionary {
            // Numbers only; the values, and what they are made of, are in the dictionary.
            place.buffer += 2
            return
        }
        place.buffer += field.type.bufferCount
        if field.type.isView {
            place.buffer += try viewCount(place.view)
            place.view += 1
        }
        for child in field.children { try pass(child, &place) }
    }
}

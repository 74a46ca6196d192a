import AnnealPlatform

/// A table of a FlatBuffers message, read field by field.
///
/// A table starts with the distance back to its list of fields, which says for each where it lies in the table; fields
/// that are not in the list, or at place zero, have their default. Nothing is believed: each place is checked against the
/// table, the list and the message.
/// - SeeAlso: "FlatBuffers internals", flatbuffers.dev.
struct FlatTable: Sendable {
    /// The message that the table lies in.
    let bytes: FileBytes
    private let place: Int
    private let size: Int
    private let fields: Int
    private let fieldsSize: Int

    /// The table that a message starts with.
    static func root(of bytes: FileBytes) throws(FormatError) -> FlatTable {
        let place: UInt32 = try bytes.integer(at: 0, "the root of a message")
        return try FlatTable(bytes, Int(place))
    }

    private init(_ bytes: FileBytes, _ place: Int) throws(FormatError) {
        let back: Int32 = try bytes.integer(at: place, "a table")
        let fields = place - Int(back)
        let fieldsSize: UInt16 = try bytes.integer(at: fields, "a table's fields")
        let size: UInt16 = try bytes.integer(at: fields + 2, "a table's fields")
        guard fieldsSize >= 4, fieldsSize % 2 == 0, size >= 4 else {
            throw bytes.wrong("a table with its fields", "\(fieldsSize) bytes of fields, \(size) of table")
        }
        _ = try bytes.part(at: fields, count: Int(fieldsSize), "a table's fields")
        _ = try bytes.part(at: place, count: Int(size), "a table")
        self.bytes = bytes
        self.place = place
        self.size = Int(size)
        self.fields = fields
        self.fieldsSize = Int(fieldsSize)
    }

    /// Where a field lies, or nil where it is left out.
    private func position(_ field: Int, size fieldSize: Int) throws(FormatError) -> Int? {
        let entry = 4 + 2 * field
        guard entry + 2 <= fieldsSize else { return nil }
        let offset: UInt16 = try bytes.integer(at: fields + entry, "a field")
        if offset == 0 { return nil }
        guard offset >= 4, Int(offset) + fieldSize <= size else {
            throw bytes.wrong("a field inside its table of \(size) bytes", "\(fieldSize) bytes at \(offset)")
        }
        return place + Int(offset)
    }

    /// A number; `fallback` if it is left out.
    func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ field: Int, default fallback: Value
    ) throws(FormatError) -> Value {
        guard let position = try position(field, size: MemoryLayout<Value>.size) else { return fallback }
        return try bytes.integer(at: position, "a number")
    }

    /// A 64-bit number that counts something; zero if it is left out.
    func size(_ field: Int, _ what: String) throws(FormatError) -> Int {
        guard let position = try position(field, size: 8) else { return 0 }
        return try bytes.size(at: position, what)
    }

    /// Where a field points to.
    private func target(_ field: Int) throws(FormatError) -> Int? {
        guard let position = try position(field, size: 4) else { return nil }
        let offset: UInt32 = try bytes.integer(at: position, "an offset")
        return position + Int(offset)
    }

    func table(_ field: Int) throws(FormatError) -> FlatTable? {
        guard let target = try target(field) else { return nil }
        return try FlatTable(bytes, target)
    }

    func string(_ field: Int) throws(FormatError) -> String? {
        guard let text = try vector(field, stride: 1, "a text") else { return nil }
        return text.text
    }

    /// The bytes of a vector of numbers or of structures, each of `stride` bytes.
    func vector(_ field: Int, stride: Int, _ what: String) throws(FormatError) -> FileBytes? {
        guard let target = try target(field) else { return nil }
        let count: UInt32 = try bytes.integer(at: target, what)
        return try bytes.part(at: target + 4, count: Int(count) * stride, what)
    }

    /// The tables of a vector of tables.
    /// - Parameter limit: more are an error: tables may be named more than once, so that the size of a file does not
    ///   limit their number.
    func tables(_ field: Int, limit: Int, _ what: String) throws(FormatError) -> [FlatTable] {
        guard let target = try target(field) else { return [] }
        let count: UInt32 = try bytes.integer(at: target, what)
        guard Int(count) <= limit else { throw bytes.wrong("at most \(limit) \(what)", "\(count)") }
        var tables: [FlatTable] = []
        for index in 0..<Int(count) {
            let position = target + 4 + 4 * index
            let offset: UInt32 = try bytes.integer(at: position, what)
            tables.append(try FlatTable(bytes, position + Int(offset)))
        }
        return tables
    }
}

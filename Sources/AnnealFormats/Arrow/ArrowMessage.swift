/// A message of an Arrow stream: a table that describes it, and its body.
///
/// In the file: `FF FF FF FF`, the length of the table's bytes, these bytes, the body.
/// - SeeAlso: "Arrow Columnar Format", Encapsulated message format; `Message.fbs`.
struct ArrowMessage: Sendable {
    enum Kind: UInt8, Sendable {
        case schema = 1
        case dictionaryBatch = 2
        case recordBatch = 3
    }

    let kind: Kind
    /// Of the metadata: 3 for V4, 4 for V5.
    let version: Int16
    let header: FlatTable
    let body: FileBytes
    /// Bytes in front of the body.
    let headBytes: Int

    static let continuation: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF]

    /// Reads the message at an offset; nil at the mark of a stream's end.
    init?(_ bytes: FileBytes, at offset: Int) throws(FormatError) {
        let mark: UInt32 = try bytes.integer(at: offset, "a message")
        guard mark == 0xFFFF_FFFF else {
            throw bytes.wrong("FF FF FF FF in front of a message (Arrow 0.15 or later)", "\(mark) at \(offset)")
        }
        let length: Int32 = try bytes.integer(at: offset + 4, "a message")
        if length == 0 { return nil }
        let message = try FlatTable.root(of: bytes.part(at: offset + 8, count: Int(length), "a message"))
        version = try message.integer(0, default: 0)
        guard (3...4).contains(version) else {
            throw bytes.wrong("metadata of version V4 or V5", "V\(Int(version) + 1)")
        }
        let code: UInt8 = try message.integer(1, default: 0)
        guard let kind = Kind(rawValue: code), let header = try message.table(2) else {
            throw bytes.wrong("a schema, a dictionary or a record batch", "a message of kind \(code)")
        }
        self.kind = kind
        self.header = header
        headBytes = 8 + Int(length)
        body = try bytes.part(at: offset + headBytes, count: message.size(3, "a body"), "a message's body")
    }
}

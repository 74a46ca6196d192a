import AnnealPlatform

/// The head of a safetensors file: eight bytes of length, then that many bytes of JSON, which say where each tensor lies.
/// - SeeAlso: github.com/huggingface/safetensors, "Format".
struct SafetensorsHeader {
    struct Tensor {
        let name: String
        let type: String
        let shape: [Int]
        /// Where its bytes lie, counted from the end of the header.
        let place: Range<Int>
    }

    /// The bytes of a header that is written, the same for any shape, so that the rows can be counted at the end.
    static let writtenSize = 256
    /// The most bytes that the format's own reader takes.
    private static let sizeMax = 100_000_000
    private static let types: [(name: String, type: NumberType)] = [
        ("F16", .float16), ("BF16", .bfloat16), ("F32", .float32), ("F64", .float64),
    ]

    private(set) var tensors: [Tensor] = []
    /// Where the numbers begin in the file.
    let dataStart: Int
    private let file: FileBytes

    /// - Complexity: O(bytes of the header).
    init(_ file: FileBytes) throws(FormatError) {
        self.file = file
        let length: UInt64 = try file.integer(at: 0, "the header's length")
        guard length > 0, length <= min(UInt64(file.count - 8), UInt64(Self.sizeMax)) else {
            throw file.wrong(
                "a safetensors header inside the file, of at most \(Self.sizeMax) bytes",
                "one of \(length) bytes in a file of \(file.count) bytes in all")
        }
        dataStart = 8 + Int(length)
        // The cursor reads the mapping.
        defer { withExtendedLifetime(file) {} }
        var cursor = JSONCursor(
            file[8..<dataStart].assumingMemoryBound(to: UInt8.self), endName: "the end of the header")
        do throws(JSONError) { try read(&cursor) } catch {
            throw file.wrong(
                "a safetensors header in JSON: \(error.expected), at byte \(error.column) of the header", error.found)
        }
    }

    private mutating func read(_ cursor: inout JSONCursor) throws(JSONError) {
        // By bytes, for strings that are equal to Swift may be different names.
        var names: Set<[UInt8]> = []
        try cursor.object("an object") { (name, cursor) throws(JSONError) in
            guard names.insert(Array(name.utf8)).inserted else {
                throw cursor.error("each name once", "\"\(name)\" again")
            }
            if name == "__metadata__" {
                try cursor.skipValue(depth: 1)
            } else {
                tensors.append(try Self.tensor(name, &cursor))
            }
        }
        try cursor.end()
    }

    private static func tensor(_ name: String, _ cursor: inout JSONCursor) throws(JSONError) -> Tensor {
        var (type, shape, place): (String?, [Int]?, [Int]?)
        try cursor.object("a tensor") { (key, cursor) throws(JSONError) in
            switch key {
            case "dtype": type = try cursor.string("a type")
            case "shape": shape = try cursor.counts("a shape")
            case "data_offsets": place = try cursor.counts("two offsets")
            default: try cursor.skipValue(depth: 2)
            }
        }
        guard let type, let shape, let place else {
            throw cursor.error("dtype, shape and data_offsets", "a tensor \"\(name)\" without one of them")
        }
        guard place.count == 2, place[0] <= place[1] else {
            throw cursor.error("two offsets, the first not beyond the second", "\(place)")
        }
        return Tensor(name: name, type: type, shape: shape, place: place[0]..<place[1])
    }

    /// The one matrix of the file.
    func matrix() throws(FormatError) -> VectorFile {
        let matrices = tensors.filter { $0.shape.count == 2 }
        guard matrices.count == 1 else {
            let names = tensors.prefix(8).map { "\($0.name) \($0.shape)" }.joined(separator: ", ")
            throw file.wrong("one matrix", "\(matrices.count) among the tensors \(names)")
        }
        let matrix = matrices[0]
        guard let number = Self.types.first(where: { $0.name == matrix.type })?.type else {
            throw file.wrong(
                "numbers of one of the types \(Self.types.map(\.name).joined(separator: ", "))", matrix.type)
        }
        // The format leaves no bytes over; fewer are a file that was cut off.
        let end = tensors.map(\.place.upperBound).max() ?? 0
        guard end == file.count - dataStart else {
            throw file.wrong("tensors of \(end) bytes in all", "\(file.count - dataStart) bytes")
        }
        let (cells, overflow) = matrix.shape[0].multipliedReportingOverflow(by: matrix.shape[1])
        let (bytes, carry) = cells.multipliedReportingOverflow(by: number.byteCount)
        guard !overflow, !carry, bytes == matrix.place.count else {
            throw file.wrong(
                "as many bytes as the shape \(matrix.shape) of \(matrix.type) has", "\(matrix.place.count) bytes")
        }
        return try VectorFile(
            file, start: dataStart + matrix.place.lowerBound, shape: matrix.shape, number: number)
    }

    /// The bytes in front of rows of 32-bit floats.
    static func written(rows: Int, columns: Int) -> [UInt8] {
        let json =
            "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[\(rows),\(columns)],"
            + "\"data_offsets\":[0,\(rows * columns * 4)]}}"
        let length = UInt64(writtenSize - 8)
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(json.utf8)
        // The format allows spaces behind the JSON.
        return bytes + [UInt8](repeating: 0x20, count: writtenSize - bytes.count)
    }
}

extension VectorFormat {
    /// One tensor `embeddings`, float32; read are files with one matrix.
    public static let safetensors = VectorFormat(
        name: "safetensors", summary: "float32, the tensor 'embeddings'",
        reader: Reader { file in
            // A file starts with a number, which may look like anything; so the name counts as well.
            file.path.name.suffix(12).elementsEqual(".safetensors".utf8)
                || file.count > 8 && file[8..<9][0] == UInt8(ascii: "{") && file[6..<8].allSatisfy { $0 == 0 }
        } open: { file, column throws(FormatError) in
            try refuse(column, of: file)
            return try SafetensorsHeader(file).matrix()
        },
        writer: Writer(
            endings: ["safetensors"], isBinary: true, headerSize: SafetensorsHeader.writtenSize,
            header: SafetensorsHeader.written, append: RawFloats.append))
}

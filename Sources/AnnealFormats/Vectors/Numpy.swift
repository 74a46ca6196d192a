public import AnnealPlatform

/// An array in the npy format, versions 1 to 3.
///
/// Little-endian numbers of the types of ``NumberType`` in C order are read. All else is an error that says what it is:
/// big-endian numbers, Python objects, structures, Fortran order.
/// - SeeAlso: NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays".
public struct NumpyArray: Sendable {
    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// The bytes of a header that is written, the same for any shape, so that the rows can be counted at the end.
    static let headerSize = 128
    /// The most bytes of a header that is read; more are the fields of a structure.
    private static let headerMax = 1 << 16
    private static let types: [(name: String, type: NumberType)] = [
        ("<f2", .float16), ("<f4", .float32), ("<f8", .float64), ("<u4", .uint32), ("<i8", .int64),
    ]

    public let type: NumberType
    /// Counts of at least zero, the slowest dimension first; empty for a single number.
    public let shape: [Int]
    /// How many numbers there are.
    public let count: Int
    let file: FileBytes
    /// Where the numbers begin in the file.
    let start: Int

    /// - Complexity: O(1).
    /// - Throws: ``FormatError``.
    public init(_ path: Path) throws(FormatError) { try self.init(FileBytes(path)) }

    init(_ file: FileBytes) throws(FormatError) {
        guard file.starts(with: Self.magic) else { throw file.wrong("an npy file", "another kind of file") }
        let version: UInt8 = try file.integer(at: 6, "an npy version")
        let minor: UInt8 = try file.integer(at: 7, "an npy version")
        guard (1...3).contains(version), minor == 0 else {
            throw file.wrong("an npy file of version 1.0, 2.0 or 3.0", "version \(version).\(minor)")
        }
        let length =
            version == 1
            ? Int(try file.integer(at: 8, "the header's length") as UInt16)
            : Int(try file.integer(at: 8, "the header's length") as UInt32)
        start = (version == 1 ? 10 : 12) + length
        guard length <= Self.headerMax else {
            throw file.wrong("a header of at most \(Self.headerMax) bytes", "\(length)")
        }
        let header = try NumpyHeader(file.part(at: start - length, count: length, "the header"))
        guard let type = Self.types.first(where: { $0.name == header.type })?.type else {
            let known = Self.types.map(\.name).joined(separator: ", ")
            throw file.wrong("numbers of one of the types \(known)", "\"\(header.type)\"")
        }
        guard !header.isFortranOrder || header.shape.count < 2 else {
            throw file.wrong("an array in C order", "one in Fortran order")
        }
        var bytes = type.byteCount
        for count in header.shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: count)
            guard !overflow else {
                throw file.wrong("an array that fits its file of \(file.count) bytes", "one of shape \(header.shape)")
            }
            bytes = product
        }
        guard file.count - start == bytes else {
            throw file.wrong("\(bytes) bytes of numbers for shape \(header.shape)", "\(file.count - start)")
        }
        self.type = type
        self.file = file
        shape = header.shape
        count = bytes / type.byteCount
    }

    /// A copy of the numbers.
    /// - Complexity: O(count).
    /// - Precondition: `Value` has the size of `type`.
    /// - Throws: ``FormatError`` if they are of another type.
    public func values<Value: BitwiseCopyable>(
        _ type: NumberType, as: Value.Type
    ) throws(FormatError) -> [Value] {
        precondition(MemoryLayout<Value>.stride == type.byteCount)
        guard self.type == type else { throw file.wrong("numbers of type \(type)", "\(self.type)") }
        return [Value](unsafeUninitializedCapacity: count) { buffer, filled in
            // In bounds: `init` has compared the file's size with the shape. The numbers are little-endian, and so are
            // the processors that Swift is made for.
            UnsafeMutableRawBufferPointer(buffer).copyMemory(from: file[start..<file.count])
            filled = count
        }
    }

    /// The rows of an array of two dimensions as a matrix of 32-bit floats.
    /// - Complexity: O(count).
    /// - Throws: ``FormatError`` if the array has other dimensions or no floats.
    public func matrix() throws(FormatError) -> Matrix { try vectors().matrix() }

    func vectors() throws(FormatError) -> VectorFile {
        try VectorFile(file, start: start, shape: shape, number: type)
    }

    /// Writes a matrix as 32-bit floats; the file appears whole or not at all.
    /// - Throws: `FileError`.
    public static func write(_ matrix: Matrix, to path: Path) throws(FileError) {
        let file = try AtomicFile(path)
        try file.write(header(rows: matrix.rows, columns: matrix.columns))
        try file.write(
            UnsafeRawBufferPointer(
                start: matrix.storage, count: matrix.rows * matrix.columns * MemoryLayout<Float>.size))
        try file.commit()
    }

    /// The bytes in front of rows of 32-bit floats.
    static func header(rows: Int, columns: Int) -> [UInt8] {
        // Version 1.0: magic, version, length of the dictionary, and the dictionary filled up to a multiple of 64.
        let dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
        var bytes = magic + [1, 0, UInt8(headerSize - 10), 0] + Array(dictionary.utf8)
        bytes += [UInt8](repeating: 0x20, count: headerSize - 1 - bytes.count) + [0x0A]
        return bytes
    }
}

extension VectorFormat {
    /// NumPy's own: float32, C order.
    public static let npy = VectorFormat(
        name: "npy", summary: "float32, shape lines × dimension",
        reader: Reader {
            $0.starts(with: NumpyArray.magic)
        } open: { file, column throws(FormatError) in
            try refuse(column, of: file)
            return try NumpyArray(file).vectors()
        },
        writer: Writer(
            endings: ["npy"], isBinary: true, headerSize: NumpyArray.headerSize, header: NumpyArray.header,
            append: RawFloats.append))
}

/// The dictionary of an npy header: a literal of Python with three entries.
private struct NumpyHeader {
    private(set) var type = ""
    private(set) var isFortranOrder = false
    private(set) var shape: [Int] = []

    private let bytes: FileBytes
    private var position = 0

    init(_ bytes: FileBytes) throws(FormatError) {
        self.bytes = bytes
        // The reads below are of the mapping.
        defer { withExtendedLifetime(bytes) {} }
        var missing: Set = ["descr", "fortran_order", "shape"]
        try expect("{", "a dictionary")
        while !take("}") {
            let key = try string("a key")
            guard missing.remove(key) != nil else {
                throw error("the keys descr, fortran_order and shape, each once", "\"\(key.prefix(40))\"")
            }
            try expect(":", "a colon behind \(key)")
            switch key {
            case "descr":
                if next == UInt8(ascii: "[") { throw error("numbers of one type", "a structure of several") }
                type = try string("a type")
            case "fortran_order": isFortranOrder = try truth()
            default: shape = try counts()
            }
            if !take(",") {
                try expect("}", "a comma or the end of the dictionary")
                break
            }
        }
        guard missing.isEmpty else { throw error("the key \(missing.sorted()[0])", "a dictionary without it") }
        guard next == nil else { throw error("nothing behind the dictionary", found) }
    }

    private var byte: UInt8? { position < bytes.count ? bytes.bytes[position] : nil }

    /// The next byte that is no space.
    private var next: UInt8? {
        mutating get {
            while let byte, byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D { position += 1 }
            return byte
        }
    }

    private var found: String {
        let rest = bytes[position..<min(bytes.count, position + 40)]
        return rest.isEmpty ? "its end" : "\"\(String(decoding: rest, as: UTF8.self))\""
    }

    private func error(_ expected: String, _ found: String) -> FormatError {
        bytes.wrong("\(expected), at byte \(position) of the npy header", found)
    }

    private mutating func take(_ wanted: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: wanted) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ wanted: Unicode.Scalar, _ what: String) throws(FormatError) {
        if !take(wanted) { throw error(what, found) }
    }

    private mutating func string(_ what: String) throws(FormatError) -> String {
        guard let quote = next, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            throw error(what, found)
        }
        position += 1
        let start = position
        while let byte, byte != quote {
            // Nothing that is read here needs an escape.
            if byte == UInt8(ascii: "\\") { throw error("\(what) without escapes", found) }
            position += 1
        }
        guard byte == quote else { throw error("the end of a string", found) }
        position += 1
        return String(decoding: bytes[start..<position - 1], as: UTF8.self)
    }

    private mutating func truth() throws(FormatError) -> Bool {
        _ = next
        for (word, value) in [("True", true), ("False", false)]
        where bytes[position..<bytes.count].starts(with: word.utf8) {
            position += word.utf8.count
            return value
        }
        throw error("True or False", found)
    }

    private mutating func counts() throws(FormatError) -> [Int] {
        try expect("(", "a shape")
        var counts: [Int] = []
        while !take(")") {
            guard counts.count < 32 else { throw error("at most 32 dimensions", "more") }
            counts.append(try count())
            if !take(",") {
                try expect(")", "a comma or the end of the shape")
                break
            }
        }
        return counts
    }

    private mutating func count() throws(FormatError) -> Int {
        _ = next
        let start = position
        var value = 0
        while let byte, (0x30...0x39).contains(byte) {
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int(byte - 0x30))
            guard !overflow, !carry else { throw error("a count below 2^63", found) }
            value = sum
            position += 1
        }
        guard position > start else { throw error("a count of at least zero", found) }
        // Python 2 wrote long numbers so.
        if byte == UInt8(ascii: "L") { position += 1 }
        return value
    }
}

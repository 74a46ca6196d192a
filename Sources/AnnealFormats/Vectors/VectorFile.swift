public import AnnealPlatform

/// A file of vectors, mapped: where the numbers lie and what they are.
///
///     let file = try VectorFile("vectors.npy")
///     var vector = [Float](repeating: 0, count: file.columns)
///     file.copyRow(0, into: &vector)
///
/// Nothing is copied but the rows that are asked for, so that a file may be larger than memory.
public struct VectorFile: Sendable {
    /// The most columns: wider ones are damaged files.
    public static let columnsMax = 1 << 16

    /// Rows that lie one behind the other, up to the first row of the next chunk.
    struct Chunk: Sendable {
        let firstRow: Int
        /// Where the first number lies in the file.
        let start: Int
    }

    public var path: Path { file.path }
    public let rows: Int
    public let columns: Int
    public let number: NumberType
    private let file: FileBytes
    /// In ascending order, each with at least one row; the first begins with row 0.
    private let chunks: [Chunk]

    /// Opens a file in one of the formats that ``VectorFormat`` reads. Its content tells which.
    /// - Parameter column: of an Arrow file, the column of the vectors; nil for the only one that holds vectors.
    /// - Complexity: O(1) but for Arrow, where it is O(batches), and O(rows) for lists of variable length.
    /// - Throws: ``FormatError``.
    public init(_ path: Path, column: String? = nil) throws(FormatError) {
        let file = try FileBytes(path)
        for format in VectorFormat.all {
            if let reader = format.reader, reader.recognises(file) {
                self = try reader.open(file, column)
                return
            }
        }
        let known = VectorFormat.all.filter(\.readsFiles).map(\.name).joined(separator: ", ")
        throw FormatError(path, expected: "vectors in one of the formats \(known)", found: "another kind of file")
    }

    /// A file of one matrix.
    /// - Parameters:
    ///   - start: where the first number lies in the file.
    /// - Throws: ``FormatError`` if the matrix does not lie inside the file.
    init(_ file: FileBytes, start: Int, shape: [Int], number: NumberType) throws(FormatError) {
        guard shape.count == 2 else {
            throw FormatError(file.path, expected: "a matrix, of two dimensions", found: "one of shape \(shape)")
        }
        let chunks = shape[0] > 0 ? [Chunk(firstRow: 0, start: start)] : []
        try self.init(file, chunks: chunks, rows: shape[0], columns: shape[1], number: number)
    }

    /// - Precondition: the chunks are in ascending order, each with at least one row, the first with row 0.
    /// - Throws: ``FormatError`` if a chunk does not lie inside the file.
    init(
        _ file: FileBytes, chunks: [Chunk], rows: Int, columns: Int, number: NumberType
    ) throws(FormatError) {
        guard rows >= 0, columns > 0, columns <= Self.columnsMax else {
            throw FormatError(
                file.path, expected: "a matrix with 1...\(Self.columnsMax) columns", found: "\(rows) x \(columns)")
        }
        guard number.isFloat else {
            throw FormatError(file.path, expected: "vectors of floating-point numbers", found: "\(number)")
        }
        for (index, chunk) in chunks.enumerated() {
            let end = index + 1 < chunks.count ? chunks[index + 1].firstRow : rows
            let count = end - chunk.firstRow
            precondition(count > 0)
            let (cells, overflow) = count.multipliedReportingOverflow(by: columns * number.byteCount)
            guard !overflow, chunk.start >= 0, chunk.start <= file.count, cells <= file.count - chunk.start else {
                throw FormatError(
                    file.path, expected: "\(count) x \(columns) numbers of \(number.byteCount) bytes",
                    found: "\(max(0, file.count - chunk.start)) bytes")
            }
        }
        self.file = file
        self.chunks = chunks
        self.rows = rows
        self.columns = columns
        self.number = number
    }

    /// Where a row lies in the file.
    /// - Complexity: O(log chunks).
    private func place(of row: Int) -> Int {
        var (low, high) = (0, chunks.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if chunks[middle].firstRow <= row { low = middle } else { high = middle }
        }
        return chunks[low].start + (row - chunks[low].firstRow) * columns * number.byteCount
    }

    /// Writes a row as 32-bit floats; numbers of 64 bits are rounded, what is too large becomes infinite.
    /// - Complexity: O(columns).
    /// - Precondition: `0 <= row < rows`, room for `columns` numbers.
    public func copyRow(_ row: Int, into target: UnsafeMutablePointer<Float>) {
        precondition(row >= 0 && row < rows)
        // The mapping lives as long as this value, which is in use until the end.
        defer { withExtendedLifetime(file) {} }
        let bytes = file.bytes
        let place = place(of: row)
        // In bounds: `init` has checked every chunk.
        switch number {
        case .float16:
            HalfPrecision.table.withUnsafeBufferPointer { table in
                for column in 0..<columns {
                    target[column] = table[Int(bytes.littleEndian(at: place + 2 * column) as UInt16)]
                }
            }
        case .bfloat16:
            for column in 0..<columns {
                let bits: UInt16 = bytes.littleEndian(at: place + 2 * column)
                target[column] = Float(bitPattern: UInt32(bits) << 16)
            }
        case .float32:
            for column in 0..<columns {
                target[column] = Float(bitPattern: bytes.littleEndian(at: place + 4 * column))
            }
        case .float64:
            for column in 0..<columns {
                target[column] = Float(Double(bitPattern: bytes.littleEndian(at: place + 8 * column)))
            }
        case .uint32, .int64: preconditionFailure("vectors are made of floating-point numbers")
        }
    }

    /// All rows.
    /// - Complexity: O(rows · columns), in time and memory.
    public func matrix() -> Matrix {
        let matrix = Matrix(rows: rows, columns: columns)
        for row in 0..<rows { copyRow(row, into: matrix.row(row)) }
        return matrix
    }
}

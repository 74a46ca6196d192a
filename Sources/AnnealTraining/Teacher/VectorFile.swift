import AnnealPlatform

/// A file of vectors, mapped: where the numbers lie and what they are.
struct VectorFile: Sendable {
    enum Number: Sendable {
        case float16, bfloat16, float32, float64

        var byteCount: Int {
            switch self {
            case .float16, .bfloat16: 2
            case .float32: 4
            case .float64: 8
            }
        }
    }

    /// Rows that lie one behind the other, up to the first row of the next chunk.
    struct Chunk: Sendable {
        let firstRow: Int
        /// Where the first number lies.
        let start: Int
    }

    let path: String
    let file: MappedFile
    /// In ascending order, each with at least one row; the first begins with row 0.
    private let chunks: [Chunk]
    let rows: Int
    let columns: Int
    let number: Number

    /// Opens an `.npy`, a `.safetensors` or an Arrow file.
    /// - Parameter column: of an Arrow file, the column of the vectors; nil for the only one that holds vectors.
    init(path: String, column: String? = nil) throws(TrainError) {
        let file = try MappedFile(path: path)
        // A safetensors file starts with a number, which may look like anything.
        let isSafetensors = path.hasSuffix(".safetensors")
        if !isSafetensors, ArrowFile.isArrow(file) {
            self = try ArrowFile(path: path, file: file).vectors(column: column)
            return
        }
        if let column {
            throw TrainError(
                place: path, expected: "an Arrow file with a column \(column)", found: "another kind of file")
        }
        if file.bytes.starts(with: NumpyHeader.magic) {
            self = try NumpyHeader.read(file, path: path)
        } else if isSafetensors {
            self = try SafetensorsHeader.read(file, path: path)
        } else {
            throw TrainError(
                place: path, expected: "an .npy, a .safetensors or an Arrow file", found: "another kind of file")
        }
    }

    /// A file of one matrix.
    init(
        path: String, file: MappedFile, start: Int, rows: Int, columns: Int, number: Number
    ) throws(TrainError) {
        let chunks = rows > 0 ? [Chunk(firstRow: 0, start: start)] : []
        try self.init(path: path, file: file, chunks: chunks, rows: rows, columns: columns, number: number)
    }

    /// - Precondition: the chunks are in ascending order, each with at least one row, the first with row 0.
    /// - Throws: if a chunk does not lie inside the file.
    init(
        path: String, file: MappedFile, chunks: [Chunk], rows: Int, columns: Int, number: Number
    ) throws(TrainError) {
        guard rows >= 0, columns > 0, columns <= TeacherDescription.widthLimit else {
            throw TrainError(
                place: path, expected: "a matrix with 1...\(TeacherDescription.widthLimit) columns",
                found: "\(rows) x \(columns)")
        }
        for (index, chunk) in chunks.enumerated() {
            let end = index + 1 < chunks.count ? chunks[index + 1].firstRow : rows
            let count = end - chunk.firstRow
            precondition(count > 0)
            let (cells, overflow) = count.multipliedReportingOverflow(by: columns * number.byteCount)
            guard !overflow, chunk.start >= 0, chunk.start <= file.bytes.count, cells <= file.bytes.count - chunk.start
            else {
                throw TrainError(
                    place: path, expected: "\(count) x \(columns) numbers of \(number.byteCount) bytes",
                    found: "\(max(0, file.bytes.count - chunk.start)) bytes")
            }
        }
        self.path = path
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

    /// Writes a row as floats.
    /// - Precondition: `0 <= row < rows`, room for `columns` numbers.
    func copyRow(_ row: Int, into target: UnsafeMutablePointer<Float>) {
        precondition(row >= 0 && row < rows)
        let bytes = file.bytes
        var place = place(of: row)
        for column in 0..<columns {
            switch number {
            case .float16: target[column] = HalfPrecision.table[Int(littleEndian(bytes, place) as UInt16)]
            case .bfloat16:
                target[column] = Float(bitPattern: UInt32(littleEndian(bytes, place) as UInt16) << 16)
            case .float32: target[column] = Float(bitPattern: littleEndian(bytes, place))
            case .float64: target[column] = Float(Double(bitPattern: littleEndian(bytes, place)))
            }
            place += number.byteCount
        }
    }
}

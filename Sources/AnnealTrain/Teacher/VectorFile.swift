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

    let path: String
    let file: MappedFile
    /// Where the first number lies.
    let start: Int
    let rows: Int
    let columns: Int
    let number: Number

    /// Opens an `.npy` or a `.safetensors` file of one matrix.
    init(path: String) throws(TrainError) {
        let file = try MappedFile(path: path)
        if file.bytes.starts(with: NumpyHeader.magic) {
            self = try NumpyHeader.read(file, path: path)
        } else if path.hasSuffix(".safetensors") {
            self = try SafetensorsHeader.read(file, path: path)
        } else {
            throw TrainError(place: path, expected: "an .npy or a .safetensors file", found: "another kind of file")
        }
    }

    /// - Throws: if the matrix does not lie inside the file.
    init(
        path: String, file: MappedFile, start: Int, rows: Int, columns: Int, number: Number
    ) throws(TrainError) {
        guard rows >= 0, columns > 0, columns <= TeacherDescription.widthLimit else {
            throw TrainError(
                place: path, expected: "a matrix with 1...\(TeacherDescription.widthLimit) columns",
                found: "\(rows) x \(columns)")
        }
        let (cells, overflow) = rows.multipliedReportingOverflow(by: columns * number.byteCount)
        guard !overflow, start >= 0, start <= file.bytes.count, cells <= file.bytes.count - start else {
            throw TrainError(
                place: path, expected: "\(rows) x \(columns) numbers of \(number.byteCount) bytes",
                found: "\(max(0, file.bytes.count - start)) bytes")
        }
        self.path = path
        self.file = file
        self.start = start
        self.rows = rows
        self.columns = columns
        self.number = number
    }

    /// Writes a row as floats.
    /// - Precondition: `0 <= row < rows`, room for `columns` numbers.
    func copyRow(_ row: Int, into target: UnsafeMutablePointer<Float>) {
        precondition(row >= 0 && row < rows)
        let bytes = file.bytes
        var place = start + row * columns * number.byteCount
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

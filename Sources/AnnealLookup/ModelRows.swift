import AnnealContainer
public import AnnealGGUF
public import AnnealPlatform

/// The rows of a model file's tokens, and its vocabulary. One thread at a time.
public final class ModelRows {
    /// The name that files have for the table of token rows.
    public static let tensorName = "token_embd.weight"

    /// The file.
    public let file: GGUFFile
    /// How it cuts texts.
    public let vocabulary: GGUFVocabulary
    let tensor: GGUFTensor

    /// Numbers of a row.
    public var width: Int { tensor.width }

    /// Opens a file and builds the tables of its vocabulary.
    /// - Throws: ``LookupError``: what is wrong with the file, or `unsupported` if it has no rows for its tokens.
    public convenience init(_ path: Path, limits: GGUFLimits = GGUFLimits()) throws(LookupError) {
        let file = try readingModel { () throws(GGUFError) in try GGUFFile(path, limits: limits) }
        let vocabulary = try readingModel { () throws(GGUFError) in try GGUFVocabulary(file) }
        try self.init(file, vocabulary)
    }

    /// What another thread has opened, with buffers of its own: nothing is read.
    /// - Parameter held: bytes that the caller holds beside it.
    init(_ source: Lookup.Source, beside held: Int) throws(LookupError) {
        file = try readingModel { () throws(GGUFError) in try GGUFFile(source.file, beside: held) }
        vocabulary = source.vocabulary
        tensor = source.tensor
    }

    private init(_ file: GGUFFile, _ vocabulary: GGUFVocabulary) throws(LookupError) {
        func wrong(_ offset: Int, _ expected: String, _ found: String) -> LookupError {
            LookupError(
                .unsupported, file.path, "tensor \(Self.tensorName)", offset, expected: expected, found: found)
        }
        guard let tensor = file.tensor(Self.tensorName) else {
            throw wrong(0, "the rows of the tokens", "no such tensor among \(file.tensors.count)")
        }
        guard tensor.rowCount >= vocabulary.count else {
            throw wrong(tensor.offset, "at least \(vocabulary.count) rows, one a piece", "\(tensor.rowCount)")
        }
        guard tensor.width <= TableLayout.dimensionLimit else {
            throw wrong(tensor.offset, "rows of at most \(TableLayout.dimensionLimit) numbers", "\(tensor.width)")
        }
        guard tensor.type.isReadable else { throw wrong(tensor.offset, "a type that is read", tensor.type.name) }
        self.file = file
        self.vocabulary = vocabulary
        self.tensor = tensor
    }

    /// Reads the row of a token.
    /// - Throws: ``LookupError``: `changed` if the file was cut or written to; `malformed` for a row with a number that is not finite.
    /// - Precondition: the id is of the vocabulary, and `row` as long as a row.
    func read(_ id: UInt32, into row: UnsafeMutableBufferPointer<Float>) throws(LookupError) {
        try readingModel { () throws(GGUFError) in try file.readRow(Int(id), of: tensor, into: row) }
        for column in row.indices where !row[column].isFinite {
            throw LookupError(
                .malformed, file.path, "tensor \(tensor.name): row \(id), column \(column)", tensor.offset,
                expected: "a finite number", found: "\(row[column])")
        }
    }

    /// Rows that the print is made of.
    private static let printedRows = 16

    /// What tells this model's rows from others', in few reads: XXH64, chained, of the shape of the tensor, the number of
    /// pieces, and of pieces and rows at sixteen places from the first to the last.
    func print() throws(LookupError) -> UInt64 {
        var hash: UInt64 = 0
        for number in [tensor.width, tensor.rowCount, vocabulary.count] {
            var number = UInt64(number).littleEndian
            hash = withUnsafeBytes(of: &number) { Checksum64.of($0, seed: hash) }
        }
        let row = UnsafeMutableBufferPointer<Float>.allocate(capacity: width)
        defer { row.deallocate() }
        row.initialize(repeating: 0)
        for place in 0..<Self.printedRows {
            let id = UInt32((vocabulary.count - 1) * place / (Self.printedRows - 1))
            hash = vocabulary.withBytes(of: id) { Checksum64.of(UnsafeRawBufferPointer($0), seed: hash) }
            try read(id, into: row)
            for column in row.indices {
                row[column] = Float(bitPattern: row[column].bitPattern.littleEndian)
            }
            hash = Checksum64.of(UnsafeRawBufferPointer(row), seed: hash)
        }
        return hash
    }

}

extension GGUFVocabulary {
    /// Whether a piece is text: not the one for the unknown, and not a byte for what no piece covers.
    func isText(_ id: UInt32) -> Bool { id != unknownID && withBytes(of: id) { !isByte($0) } }
}

/// Whether a piece is `<0x00>` to `<0xFF>`.
private func isByte(_ piece: UnsafeBufferPointer<UInt8>) -> Bool {
    guard piece.count == 6, piece.starts(with: "<0x".utf8), piece[5] == UInt8(ascii: ">") else { return false }
    return piece[3...4].allSatisfy { HexDigits.values[Int($0)] < 16 }
}

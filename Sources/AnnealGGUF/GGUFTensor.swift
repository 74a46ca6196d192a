/// An array of numbers in a file: its name, shape and place.
public struct GGUFTensor: Hashable, Sendable {
    /// As "token_embd.weight"; no two tensors of a file have the same.
    public let name: String
    /// How the numbers are stored.
    public let type: GGUFTensorType
    /// One to four lengths, the innermost first: numbers of a row, then rows, then matrices.
    public let shape: [Int]
    /// Where its first byte lies in the file.
    public internal(set) var offset: Int
    /// The bytes of all rows, one behind the other.
    public let byteCount: Int

    /// Numbers of a row.
    public var width: Int { shape[0] }
    /// Rows of all matrices.
    public var rowCount: Int { shape.dropFirst().reduce(1, *) }
    /// All numbers. No product of a checked shape overflows.
    public var count: Int { width * rowCount }
    /// Bytes of a row.
    public var rowByteCount: Int { width / type.block.count * type.block.byteCount }
}

extension GGUFFile {
    /// Reads one row as floats.
    /// - Complexity: O(width); one call of the system, or one for each 64 KB or 16,384 numbers.
    /// - Throws: ``GGUFError``: of a type that is not read, or of a file that has been cut.
    /// - Precondition: the tensor is of this file, `row` one of its rows, and `floats` as long as a row.
    public func readRow(
        _ row: Int, of tensor: GGUFTensor, into floats: UnsafeMutableBufferPointer<Float>
    ) throws(GGUFError) {
        precondition(floats.count == tensor.width, "a row is \(tensor.width) numbers")
        var pieces = try pieces(of: tensor, rows: row..<row + 1)
        var place = 0
        // In bounds: the pieces of a row are together as long as the row, which is not empty.
        while let count = try pieces.next(into: floats.baseAddress! + place) { place += count }
    }

    /// The numbers of rows, in pieces of at most ``decodedCount``.
    /// - Complexity: O(1).
    /// - Throws: ``GGUFError`` of a type that is not read.
    /// - Precondition: the tensor is of this file, and has the rows.
    public func pieces(of tensor: GGUFTensor, rows: Range<Int>) throws(GGUFError) -> GGUFPieces {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= tensor.rowCount, "rows \(rows) of \(tensor.rowCount)")
        guard let decoder = tensor.type.decoder else {
            let readable = GGUFTensorType.allCases.filter(\.isReadable).map(\.name).joined(separator: ", ")
            throw window.error(
                .unsupported, "tensor \(tensor.name): type", tensor.offset, "one of \(readable)", tensor.type.name)
        }
        return GGUFPieces(file: self, tensor: tensor, decoder: decoder, rows: rows)
    }
}

/// Rows of a tensor as floats, piece by piece. A piece begins where the one before ended: it has many rows, or a part of
/// one.
public struct GGUFPieces {
    private let file: GGUFFile
    private let tensor: GGUFTensor
    private let decoder: BlockDecoder
    /// Blocks that are still to be read: rows lie one behind the other without a gap.
    private var blocks: Range<Int>
    /// Blocks of a piece: as many as fit both buffers.
    private let most: Int

    init(file: GGUFFile, tensor: GGUFTensor, decoder: @escaping BlockDecoder, rows: Range<Int>) {
        self.file = file
        self.tensor = tensor
        self.decoder = decoder
        let perRow = tensor.width / tensor.type.block.count
        blocks = rows.lowerBound * perRow..<rows.upperBound * perRow
        most = min(GGUFFile.readSize / tensor.type.block.byteCount, GGUFFile.decodedCount / tensor.type.block.count)
    }

    /// Bytes of the file that are still to be read.
    public var byteCount: Int { blocks.count * tensor.type.block.byteCount }

    /// The next numbers, nil after the last. They are valid until something else is read of the file.
    /// - Complexity: O(numbers), one call of the system.
    /// - Throws: ``GGUFError`` if the file was cut or cannot be read.
    public mutating func next() throws(GGUFError) -> UnsafeBufferPointer<Float>? {
        guard let count = try next(into: file.decoded.baseAddress!) else { return nil }
        return UnsafeBufferPointer(rebasing: file.decoded[..<count])
    }

    /// Writes the next numbers behind a pointer, and says how many; nil after the last.
    mutating func next(into floats: UnsafeMutablePointer<Float>) throws(GGUFError) -> Int? {
        guard !blocks.isEmpty else { return nil }
        let count = min(most, blocks.count)
        let size = tensor.type.block
        // In bounds: opening has compared the tensor's bytes with the file's.
        let bytes = try file.window.bytes(
            at: tensor.offset + blocks.lowerBound * size.byteCount, count * size.byteCount,
            "tensor \(tensor.name): data", readsAhead: false)
        decoder(bytes.baseAddress!, count, floats)
        blocks = blocks.lowerBound + count..<blocks.upperBound
        return count * size.count
    }
}

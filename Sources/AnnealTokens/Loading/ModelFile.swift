/// The fields of a SentencePiece model file that encoding depends on, as they stand in the file.
///
/// Field numbers: https://github.com/google/sentencepiece/blob/v0.2.3/src/sentencepiece_model.proto
struct ModelFile {
    struct Piece {
        /// Where the piece's bytes stand in the file.
        var offset: Int = 0
        var length: Int = 0
        var score: Float = 0
        var kind: PieceKind = .normal
    }

    var pieces: [Piece] = []
    var kindNumber: UInt64 = 1
    var byteFallback = false
    var whitespaceAsSuffix = false
    var unknownPiece: Range<Int>?
    var characterMap: Range<Int> = 0..<0
    var addDummyPrefix = true
    var removeExtraWhitespaces = true
    var escapeWhitespaces = true

    /// - Throws: `truncated` or `malformed`.
    /// - Complexity: O(file.count).
    init(_ file: UnsafeRawBufferPointer) throws(TokenizerError) {
        guard file.count > 0 else {
            throw .truncated(part: "model", offset: 0, expectedBytes: 1, foundBytes: 0)
        }
        pieces.reserveCapacity(file.count / 24)
        var reader = ProtobufReader(file: file, range: 0..<file.count, part: "model")
        while let field = try reader.next() {
            guard field.wire == .bytes else { continue }
            switch field.number {
            case 1: try readPiece(file, field.range)
            case 2: try readTrainer(file, field.range)
            case 3: try readNormalizer(file, field.range)
            default: break
            }
        }
    }

    private mutating func readPiece(_ file: UnsafeRawBufferPointer, _ range: Range<Int>) throws(TokenizerError) {
        var piece = Piece()
        var reader = ProtobufReader(file: file, range: range, part: "piece")
        while let field = try reader.next() {
            switch (field.number, field.wire) {
            case (1, .bytes):
                piece.offset = field.range.lowerBound
                piece.length = field.range.count
            case (2, .fixed32): piece.score = Float(bitPattern: UInt32(truncatingIfNeeded: field.value))
            case (3, .varint):
                // A value that the enumeration does not have leaves the default, as in the reference.
                if field.value < 256, let kind = PieceKind(rawValue: UInt8(field.value)) { piece.kind = kind }
            default: break
            }
        }
        pieces.append(piece)
    }

    private mutating func readTrainer(_ file: UnsafeRawBufferPointer, _ range: Range<Int>) throws(TokenizerError) {
        var reader = ProtobufReader(file: file, range: range, part: "trainer settings")
        while let field = try reader.next() {
            switch (field.number, field.wire) {
            case (3, .varint): if (1...4).contains(field.value) { kindNumber = field.value }
            case (24, .varint): whitespaceAsSuffix = field.value != 0
            case (35, .varint): byteFallback = field.value != 0
            case (45, .bytes): unknownPiece = field.range
            default: break
            }
        }
    }

    private mutating func readNormalizer(_ file: UnsafeRawBufferPointer, _ range: Range<Int>) throws(TokenizerError) {
        var reader = ProtobufReader(file: file, range: range, part: "normaliser settings")
        while let field = try reader.next() {
            switch (field.number, field.wire) {
            case (2, .bytes): characterMap = field.range
            case (3, .varint): addDummyPrefix = field.value != 0
            case (4, .varint): removeExtraWhitespaces = field.value != 0
            case (5, .varint): escapeWhitespaces = field.value != 0
            default: break
            }
        }
    }
}

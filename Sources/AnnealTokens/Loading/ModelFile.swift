/// The fields of a SentencePiece model file that encoding depends on, as they stand in the file.
///
/// Field numbers: https://github.com/google/sentencepiece/blob/v0.2.3/src/sentencepiece_model.proto
struct ModelFile {
    /// A piece, in sixteen bytes, of which ``TokenizerIndex`` keeps a table.
    struct Piece: BitwiseCopyable {
        /// Where the piece's bytes stand: in the file, in ``Tokenizer/text`` later on.
        private var start: UInt32 = 0
        private var count: UInt32 = 0
        var score: Float = 0
        /// The kind as the file has it: in a table that is stored, whether it is one is for the reader to check.
        private(set) var kindNumber = UInt32(PieceKind.normal.rawValue)

        var kind: PieceKind {
            // Known: `normal` unless a kind was assigned, and ``VocabularyCheck`` looks at what was stored.
            get { PieceKind(rawValue: UInt8(truncatingIfNeeded: kindNumber)).unsafelyUnwrapped }
            set { kindNumber = UInt32(newValue.rawValue) }
        }

        /// - Precondition: both fit into 32 bits, as in a file of at most ``ModelFile/sizeLimit`` bytes.
        var range: Range<Int> {
            get { offset..<offset + length }
            set {
                start = UInt32(truncatingIfNeeded: newValue.lowerBound)
                count = UInt32(truncatingIfNeeded: newValue.count)
            }
        }
        // A table that is stored may have any numbers, on a machine of 32 bits too.
        var offset: Int { Int(clamping: start) }
        var length: Int { Int(clamping: count) }
    }

    static let sizeLimit = Int(clamping: UInt32.max)

    var pieces: [Piece] = []
    var kindNumber: UInt64 = 1
    var byteFallback = false
    var whitespaceAsSuffix = false
    var characterMap: Range<Int> = 0..<0
    var addDummyPrefix = true
    var removeExtraWhitespaces = true
    var escapeWhitespaces = true

    /// The settings without the pieces, as an index has them.
    init(_ index: TokenizerIndex) {
        let flags = index.flags
        byteFallback = flags.contains(.byteFallback)
        whitespaceAsSuffix = flags.contains(.whitespaceAsSuffix)
        addDummyPrefix = flags.contains(.addDummyPrefix)
        removeExtraWhitespaces = flags.contains(.removeExtraWhitespaces)
        escapeWhitespaces = flags.contains(.escapeWhitespaces)
        characterMap = index.characterMap
    }

    /// - Throws: `truncated` or `malformed`.
    /// - Complexity: O(file.count).
    init(_ file: UnsafeRawBufferPointer) throws(TokenizerError) {
        guard file.count > 0 else {
            throw .truncated(part: "model", offset: 0, expectedBytes: 1, foundBytes: 0)
        }
        guard file.count <= Self.sizeLimit else {
            throw .tooLarge(part: "the model, bytes", limit: Self.sizeLimit, found: file.count)
        }
        pieces.reserveCapacity(file.count / 24)
        let rest = readPlainPieces(file)
        var reader = ProtobufReader(file: file, range: rest..<file.count, part: "model")
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

    /// Reads pieces as writers write them, and as almost all bytes of a file are: the text, the score and, of a piece that
    /// is no normal one, the kind, all lengths in one byte.
    /// - Returns: where the first field begins that is something else.
    private mutating func readPlainPieces(_ file: UnsafeRawBufferPointer) -> Int {
        var position = 0
        while true {
            // Each byte is read only after it is known to be there: first those that every such piece has.
            guard file.count - position >= 9, file[position] == 0x0A, file[position + 2] == 0x0A else {
                return position
            }
            let end = position + 2 + Int(file[position + 1])
            let text = position + 4
            let score = text + Int(file[position + 3])
            guard file[position + 1] < 0x80, file[position + 3] < 0x80, end <= file.count, score + 5 <= end,
                file[score] == 0x15
            else { return position }
            var piece = Piece()
            piece.range = text..<score
            piece.score = Float(
                bitPattern: UInt32(littleEndian: file.loadUnaligned(fromByteOffset: score + 1, as: UInt32.self)))
            if score + 7 == end, file[score + 5] == 0x18, file[score + 6] < 0x80 {
                if let kind = PieceKind(rawValue: file[score + 6]) { piece.kind = kind }
            } else if score + 5 != end {
                return position
            }
            pieces.append(piece)
            position = end
        }
    }

    private mutating func readPiece(_ file: UnsafeRawBufferPointer, _ range: Range<Int>) throws(TokenizerError) {
        var piece = Piece()
        var reader = ProtobufReader(file: file, range: range, part: "piece")
        while let field = try reader.next() {
            switch (field.number, field.wire) {
            case (1, .bytes):
                piece.range = field.range
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

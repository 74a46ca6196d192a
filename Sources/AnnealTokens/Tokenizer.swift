/// A SentencePiece model: its vocabulary, its normaliser and the tables that encoding needs. Immutable, for any number
/// of threads; each thread encodes with a ``TokenEncoder`` of its own.
///
/// Ids are those of the reference implementation, SentencePiece 0.2.3. Where two segmentations of a unigram model have
/// the same score, the one whose last piece starts further left wins; scores are compared as the reference computes
/// them, as 32-bit sums from the start of the text. Equal merges of a byte-pair model are made from left to right.
///
///     let tokenizer = try bytes.withUnsafeBytes { bytes throws(TokenizerError) in try Tokenizer(model: bytes) }
///     var encoder = TokenEncoder(tokenizer)
///     let ids = encoder.encode("A sentence.")
///
/// - Source: Kudo and Richardson, SentencePiece, https://arxiv.org/abs/1808.06226; file format:
///   https://github.com/google/sentencepiece/blob/v0.2.3/src/sentencepiece_model.proto
public final class Tokenizer: @unchecked Sendable {
    // Sendable: everything is set in `init` and only read after that; the tables are freed in `deinit`.

    public let modelKind: ModelKind
    public let pieceCount: Int
    /// The piece for text that no other piece covers, nil if the model has byte pieces instead.
    public let unknownID: UInt32?
    /// The piece of a word boundary alone, `▁`; nil if the vocabulary does not have it.
    let boundaryID: UInt32?

    /// Where the texts of the pieces lie.
    private let text: UnsafePointer<UInt8>
    let pieces: UnsafeBufferPointer<ModelFile.Piece>
    /// What a token adds to the sum of scores along a path: its score, for unknown and byte pieces that of an unknown
    /// character, nothing in byte-pair models. One more entry, for no token, is zero.
    let pathScores: UnsafePointer<Float>
    /// For each byte, the most that a piece that begins with it adds to a path, and all after it; infinity where that is
    /// not known, or where the byte alone is no piece.
    let scoreBounds: UnsafePointer<Float>
    let unknownScore: Float
    /// No score that encoding uses is larger than this, the sign aside.
    let largestScore: Float
    let trie: PieceTrie
    /// The user-defined pieces, which the normaliser leaves as they are.
    let userDefined: PieceTrie?
    package let normalization: NormalizationRules
    package let byteFallback: Bool
    /// The 256 byte pieces, if `byteFallback`.
    package let byteIDs: [UInt32]
    let longestPiece: Int
    let hasUnused: Bool
    /// Whether each word between spaces can be segmented on its own.
    let splitsAtSpaces: Bool
    /// Whether each run of ASCII letters, and each of other printable ASCII characters, can be: no piece reaches from
    /// one into the other, and as every letter is a piece, no run of unknown characters does.
    let splitsAtClasses: Bool
    /// Whether words end inside of words, too, where the normaliser puts a space: the scan for words finds these ends.
    let endsWordsInside: Bool
    /// Pieces that the trie does not have (control, unknown, byte), by text.
    private let reserved: [String: UInt32]
    private let tables: TokenizerTables
    /// Keeps the memory that the tables are views of, if they are.
    private let owner: AnyObject?

    /// Reads a model.
    /// - Parameter model: the content of a `.model` file. It is copied; the memory need not outlive the call.
    /// - Throws: ``TokenizerError`` for a file that is cut off, damaged or of a kind that is not supported.
    /// - Complexity: O(model.count); 3 to 5 ms for 32,000 pieces.
    public convenience init(model: UnsafeRawBufferPointer) throws(TokenizerError) {
        self.init(try TokenizerTables(building: model), owner: nil)
    }

    /// Reads a model where it lies, with its index; an index of another version is not looked at, and the model read as
    /// without.
    /// - Parameters:
    ///   - index: what ``TokenizerIndexWriter`` wrote, aligned to eight bytes.
    ///   - checksum: of the model: the index must have been made of it.
    ///   - owner: keeps the memory of model and index, which never changes.
    /// - Throws: ``TokenizerError``, for an index that is damaged or of another model `invalidIndex`.
    package convenience init(
        model: UnsafeRawBufferPointer, index: UnsafeRawBufferPointer, checksum: UInt64, owner: AnyObject
    ) throws(TokenizerError) {
        guard TokenizerIndex.isReadable(index) else {
            try self.init(model: model)
            return
        }
        let index = try TokenizerIndex(index, of: model)
        guard index.source == checksum else {
            throw .invalidIndex(
                part: "model's checksum", expected: String(checksum, radix: 16),
                found: String(index.source, radix: 16))
        }
        self.init(try TokenizerTables(mapping: index, of: model), owner: owner)
    }

    /// Whether bytes are an index of a version that this program reads.
    package static func isReadable(index: UnsafeRawBufferPointer) -> Bool { TokenizerIndex.isReadable(index) }

    private init(_ tables: TokenizerTables, owner: AnyObject?) {
        self.tables = tables
        self.owner = owner
        let check = tables.check
        text = tables.text
        pieces = tables.pieces
        pathScores = tables.pathScores
        scoreBounds = tables.scoreBounds
        unknownScore = tables.unknownScore
        largestScore = tables.largestScore
        trie = tables.trie
        userDefined = tables.userDefined
        normalization = tables.normalization
        modelKind = check.kind
        pieceCount = tables.pieces.count
        unknownID = check.unknownID
        var boundary = "\u{2581}"
        boundaryID = boundary.withUTF8 { bytes in bytes.baseAddress.flatMap { tables.trie.find($0, bytes.count) } }
        byteFallback = tables.byteFallback
        byteIDs = check.byteIDs
        longestPiece = check.longestPiece
        hasUnused = check.hasUnused
        reserved = check.reserved
        splitsAtSpaces =
            check.wordsStandAlone && normalization.wordsStandAlone && !(check.kind == .bytePair && check.hasUnused)
        let letters = normalization.letters
        splitsAtClasses =
            splitsAtSpaces && check.classesStandAlone && normalization.classesStandAlone
            && letters & check.letters == letters
        endsWordsInside = splitsAtSpaces && normalization.endsWordsInside
    }

    deinit { tables.deallocate() }

    /// The text of a piece, with `▁` for a space. Bytes that are no UTF-8 show as U+FFFD.
    /// - Precondition: `id < pieceCount`.
    public func piece(_ id: UInt32) -> String {
        String(decoding: bytes(of: id), as: UTF8.self)
    }

    /// The bytes of a piece, valid as long as the tokenizer.
    /// - Precondition: `id < pieceCount`.
    public func bytes(of id: UInt32) -> UnsafeBufferPointer<UInt8> {
        precondition(id < pieceCount)
        let piece = pieces[Int(id)]
        return UnsafeBufferPointer(start: text + piece.offset, count: piece.length)
    }

    /// The id of a piece, control, unknown and byte pieces included; nil if the vocabulary does not have it.
    public func id(of piece: String) -> UInt32? {
        if let id = reserved[piece] { return id }
        var piece = piece
        return piece.withUTF8 { bytes in bytes.baseAddress.flatMap { trie.find($0, bytes.count) } }
    }

    /// - Precondition: `id < pieceCount`.
    public func kind(of id: UInt32) -> PieceKind {
        precondition(id < pieceCount)
        return pieces[Int(id)].kind
    }

    /// The score of a piece as the model file has it.
    /// - Precondition: `id < pieceCount`.
    public func score(of id: UInt32) -> Float {
        precondition(id < pieceCount)
        return pieces[Int(id)].score
    }
}

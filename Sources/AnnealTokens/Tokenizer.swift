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
    // Sendable: everything is set in `init` and only read after that; the pointers are freed in `deinit`.

    public let modelKind: ModelKind
    public let pieceCount: Int
    /// The piece for text that no other piece covers, nil if the model has byte pieces instead.
    public let unknownID: UInt32?

    /// The texts of all pieces, each with a zero byte after it.
    let text: UnsafeMutablePointer<UInt8>
    let pieces: [ModelFile.Piece]
    /// Scores as encoding uses them: of a user-defined piece, the bonus by its length; -infinity where a unigram model
    /// must not produce the piece.
    let scores: UnsafeMutablePointer<Float>
    /// What a token adds to the sum of scores along a path: its score, for unknown and byte pieces that of an unknown
    /// character, nothing in byte-pair models. One more entry, for no token, is zero.
    let pathScores: UnsafeMutablePointer<Float>
    /// For each byte, the most that a piece that begins with it adds to a path, and all after it; infinity where that is
    /// not known, or where the byte alone is no piece.
    let scoreBounds: UnsafeMutablePointer<Float>
    let unknownScore: Float
    /// No score that encoding uses is larger than this, the sign aside.
    let largestScore: Float
    let trie: PieceTrie
    /// The user-defined pieces, which the normaliser leaves as they are.
    let userDefined: PieceTrie?
    let normalization: NormalizationRules
    let byteFallback: Bool
    /// The 256 byte pieces, if `byteFallback`.
    let byteIDs: [UInt32]
    let longestPiece: Int
    let hasUnused: Bool
    /// Whether each word between spaces can be segmented on its own.
    let splitsAtSpaces: Bool
    /// Whether each run of ASCII letters, and each of other printable ASCII characters, can be: no piece reaches from
    /// one into the other, and as every letter is a piece, no run of unknown characters does.
    let splitsAtClasses: Bool
    /// Pieces that the trie does not have (control, unknown, byte), by text.
    let reserved: [String: UInt32]

    /// Reads a model.
    /// - Parameter model: the content of a `.model` file. It is copied; the memory need not outlive the call.
    /// - Throws: ``TokenizerError`` for a file that is cut off, damaged or of a kind that is not supported.
    /// - Complexity: O(model.count); 3 to 5 ms for 32,000 pieces.
    public init(model: UnsafeRawBufferPointer) throws(TokenizerError) {
        var parsed = try ModelFile(model)
        let check = try VocabularyCheck(parsed, model)
        // What was allocated is freed again when a later step throws: `deinit` does not run for a failed `init`.
        var largest = abs(check.lowestScore - 10)
        text = Self.gatherTexts(of: &parsed.pieces, in: model)
        scores = .allocate(capacity: parsed.pieces.count)
        for (index, piece) in parsed.pieces.enumerated() {
            switch piece.kind {
            case .userDefined where check.kind == .unigram: scores[index] = Float(0.1 * Double(piece.length - 1))
            case .normal, .userDefined: scores[index] = piece.score
            default: scores[index] = check.kind == .unigram ? -Float.infinity : piece.score
            }
            if scores[index] > -Float.infinity { largest = max(largest, abs(scores[index])) }
        }
        var userDefined: PieceTrie?
        do {
            if !check.userDefined.isEmpty {
                userDefined = try Self.makeTrie(text, parsed.pieces, scores, check.userDefined)
            }
            normalization = try NormalizationRules(parsed, model, userDefined: userDefined)
        } catch {
            userDefined?.deallocate()
            scores.deallocate()
            text.deallocate()
            throw error
        }
        do {
            trie = try Self.makeTrie(text, parsed.pieces, scores, check.searchable)
        } catch {
            userDefined?.deallocate()
            scores.deallocate()
            text.deallocate()
            normalization.deallocate()
            throw error
        }
        largestScore = largest
        self.userDefined = userDefined
        modelKind = check.kind
        pieceCount = parsed.pieces.count
        unknownID = check.unknownID
        byteFallback = parsed.byteFallback
        byteIDs = check.byteIDs
        longestPiece = check.longestPiece
        hasUnused = check.hasUnused
        reserved = check.reserved
        unknownScore = check.lowestScore - 10
        splitsAtSpaces =
            check.wordsStandAlone && normalization.wordsStandAlone && !(check.kind == .bytePair && check.hasUnused)
        let letters = normalization.letters
        splitsAtClasses =
            splitsAtSpaces && check.classesStandAlone && normalization.classesStandAlone
            && letters & check.letters == letters

        pathScores = .allocate(capacity: pieceCount + 1)
        for index in 0..<pieceCount {
            pathScores[index] = scores[index] == -Float.infinity ? unknownScore : scores[index]
            if check.kind == .bytePair { pathScores[index] = 0 }
        }
        pathScores[pieceCount] = 0
        scoreBounds = .allocate(capacity: 256)
        Self.fillScoreBounds(scoreBounds, text, parsed.pieces, scores, check.searchable)
        pieces = parsed.pieces
    }

    /// Copies the pieces' texts out of the file, and points the pieces to them.
    private static func gatherTexts(
        of pieces: inout [ModelFile.Piece], in file: UnsafeRawBufferPointer
    ) -> UnsafeMutablePointer<UInt8> {
        let text = UnsafeMutablePointer<UInt8>.allocate(capacity: pieces.reduce(1) { $0 + $1.length + 1 })
        var end = 0
        for index in pieces.indices {
            let range = pieces[index].range
            // In bounds: the reader took the range from inside the file.
            for offset in range { text[end + offset - range.lowerBound] = file[offset] }
            pieces[index].range = end..<end + range.count
            end += range.count
            text[end] = 0
            end += 1
        }
        return text
    }

    private static func fillScoreBounds(
        _ bounds: UnsafeMutablePointer<Float>, _ text: UnsafePointer<UInt8>, _ pieces: [ModelFile.Piece],
        _ scores: UnsafePointer<Float>, _ searchable: [UInt32]
    ) {
        bounds.initialize(repeating: -.infinity, count: 256)
        var isAlone = [Bool](repeating: false, count: 256)
        var isNegative = true
        for id in searchable where scores[Int(id)] > -.infinity {
            let piece = pieces[Int(id)]
            let first = Int(text[piece.offset])
            bounds[first] = max(bounds[first], scores[Int(id)])
            if piece.length == 1 { isAlone[first] = true }
            if scores[Int(id)] > 0 { isNegative = false }
        }
        for byte in 0..<256 where !(isNegative && isAlone[byte]) { bounds[byte] = .infinity }
    }

    private static func makeTrie(
        _ text: UnsafePointer<UInt8>, _ pieces: [ModelFile.Piece], _ scores: UnsafePointer<Float>, _ order: [UInt32]
    ) throws(TokenizerError) -> PieceTrie {
        let result: Result<PieceTrie, TokenizerError> = pieces.withUnsafeBufferPointer { pieces in
            do throws(TokenizerError) {
                return .success(try PieceTrieBuilder.build(text, pieces, scores, order))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    deinit {
        text.deallocate()
        scores.deallocate()
        pathScores.deallocate()
        scoreBounds.deallocate()
        trie.deallocate()
        userDefined?.deallocate()
        normalization.deallocate()
    }

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

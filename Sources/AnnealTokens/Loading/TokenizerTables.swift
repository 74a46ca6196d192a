/// Everything that encoding reads: built in memory from a SentencePiece model, or views of the model and its index.
struct TokenizerTables {
    let byteFallback: Bool
    let check: VocabularyCheck
    /// The texts of the pieces; in a copy, each has a zero byte after it.
    let text: UnsafePointer<UInt8>
    let pieces: UnsafeBufferPointer<ModelFile.Piece>
    /// See ``Tokenizer/pathScores`` and ``Tokenizer/scoreBounds``.
    let pathScores: UnsafePointer<Float>
    let scoreBounds: UnsafePointer<Float>
    /// No score that encoding uses is larger than this, the sign aside.
    let largestScore: Float
    let trie: PieceTrie
    /// The user-defined pieces, which the normaliser leaves as they are.
    let userDefined: PieceTrie?
    let normalization: NormalizationRules
    /// Whether the memory of texts, pieces and scores is to be freed.
    private let isOwner: Bool

    var unknownScore: Float { check.lowestScore - 10 }

    /// Builds all tables; nothing of the model's memory is kept.
    /// - Throws: ``TokenizerError``.
    /// - Complexity: O(model.count).
    init(building model: UnsafeRawBufferPointer) throws(TokenizerError) {
        var parsed = try ModelFile(model)
        check = try VocabularyCheck(parsed, model)
        // What was allocated is freed again when a later step throws.
        let text = Self.gatherTexts(of: &parsed.pieces, in: model)
        let count = parsed.pieces.count
        let pieces = UnsafeMutableBufferPointer<ModelFile.Piece>.allocate(capacity: count)
        _ = pieces.initialize(from: parsed.pieces)
        let scores = UnsafeMutablePointer<Float>.allocate(capacity: count)
        defer { scores.deallocate() }
        var largest = abs(check.lowestScore - 10)
        for (index, piece) in parsed.pieces.enumerated() {
            switch piece.kind {
            case .userDefined where check.kind == .unigram: scores[index] = Float(0.1 * Double(piece.length - 1))
            case .normal, .userDefined: scores[index] = piece.score
            default: scores[index] = check.kind == .unigram ? -Float.infinity : piece.score
            }
            if scores[index] > -Float.infinity { largest = max(largest, abs(scores[index])) }
        }
        largestScore = largest
        var userDefined: PieceTrie?
        var rules: NormalizationRules?
        do {
            if !check.userDefined.isEmpty {
                userDefined = try PieceTrieBuilder.build(
                    text, UnsafeBufferPointer(pieces), scores, check.userDefined)
            }
            rules = try NormalizationRules(parsed, model, userDefined: userDefined)
            trie = try PieceTrieBuilder.build(text, UnsafeBufferPointer(pieces), scores, check.searchable)
        } catch {
            rules?.deallocate()
            userDefined?.deallocate()
            pieces.deallocate()
            text.deallocate()
            throw error
        }
        self.userDefined = userDefined
        // Set: nothing was thrown.
        normalization = rules.unsafelyUnwrapped
        byteFallback = parsed.byteFallback
        let sums = UnsafeMutablePointer<Float>.allocate(capacity: count + 1)
        for index in 0..<count {
            sums[index] = scores[index] == -Float.infinity ? check.lowestScore - 10 : scores[index]
            if check.kind == .bytePair { sums[index] = 0 }
        }
        sums[count] = 0
        pathScores = UnsafePointer(sums)
        scoreBounds = Self.scoreBounds(text, UnsafeBufferPointer(pieces), scores, check.searchable)
        self.text = UnsafePointer(text)
        self.pieces = UnsafeBufferPointer(pieces)
        isOwner = true
    }

    /// Views of a model and its index, checked so far that no use of them reads outside.
    /// - Precondition: both outlive the tables.
    /// - Throws: ``TokenizerError``.
    /// - Complexity: O(units + pieces + character map), a third of a millisecond for 32,000 pieces.
    init(mapping index: TokenizerIndex, of model: UnsafeRawBufferPointer) throws(TokenizerError) {
        guard let texts = model.baseAddress, let sums = index.pathScores.baseAddress,
            let bounds = index.scoreBounds.baseAddress
        else {
            throw .truncated(part: "model", offset: 0, expectedBytes: 1, foundBytes: 0)
        }
        check = try VocabularyCheck(index, of: model)
        let unknown = check.lowestScore - 10
        var largest = abs(unknown)
        var bad: UInt32 = index.pathScores[index.pieces.count].bitPattern
        for (piece, sum) in zip(index.pieces, index.pathScores) {
            let score = piece.kindNumber == UInt32(PieceKind.normal.rawValue) ? piece.score : unknown
            largest = max(largest, abs(score))
            bad |= sum.bitPattern ^ score.bitPattern
        }
        guard bad == 0, largest.isFinite else {
            throw .invalidIndex(part: "sums", expected: "the pieces' scores", found: "others")
        }
        largestScore = largest
        trie = try index.trie(largestScore: largest)
        let settings = ModelFile(index)
        do {
            normalization = try NormalizationRules(
                settings, model, userDefined: nil,
                stored: NormalizationRules.Stored(
                    spacesStay: index.flags.contains(.spacesStay),
                    endsWordsInside: index.flags.contains(.endsWordsInside)))
        } catch {
            trie.deallocate()
            throw error
        }
        userDefined = nil
        byteFallback = settings.byteFallback
        text = texts.assumingMemoryBound(to: UInt8.self)
        pieces = index.pieces
        pathScores = sums
        scoreBounds = bounds
        isOwner = false
    }

    func deallocate() {
        trie.deallocate()
        userDefined?.deallocate()
        normalization.deallocate()
        guard isOwner else { return }
        text.deallocate()
        pieces.deallocate()
        pathScores.deallocate()
        scoreBounds.deallocate()
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

    private static func scoreBounds(
        _ text: UnsafePointer<UInt8>, _ pieces: UnsafeBufferPointer<ModelFile.Piece>, _ scores: UnsafePointer<Float>,
        _ searchable: [UInt32]
    ) -> UnsafePointer<Float> {
        let bounds = UnsafeMutablePointer<Float>.allocate(capacity: 256)
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
        return UnsafePointer(bounds)
    }
}

/// Checks the pieces of a model against the rules of the format, and gathers what encoding must know of them.
struct VocabularyCheck {
    static let pieceLengthLimit = 8000

    var kind: ModelKind
    /// Pieces that are looked for in text: normal, user-defined and unused ones.
    var searchable: [UInt32] = []
    var userDefined: [UInt32] = []
    var reserved: [String: UInt32] = [:]
    var byteIDs: [UInt32] = []
    var unknownID: UInt32?
    /// The lowest score of a normal piece, the largest number if there is none.
    var lowestScore = Float.greatestFiniteMagnitude
    var longestPiece = 0
    var hasUnused = false
    /// Whether no piece reaches over the start of a word, and the space symbol alone is a piece.
    var wordsStandAlone = true

    /// Whether no piece has an ASCII letter next to another printable ASCII character.
    var classesStandAlone = true
    /// The ASCII letters that are pieces, as bits from that of `A` on.
    var letters: UInt64 = 0

    private static let spaceSymbol: [UInt8] = [0xE2, 0x96, 0x81]

    /// - Throws: `unsupportedModel`, `invalidPiece`, `invalidVocabulary`, `tooLarge`.
    init(_ model: ModelFile, _ file: UnsafeRawBufferPointer) throws(TokenizerError) {
        guard let kind = ModelKind(rawValue: UInt8(model.kindNumber)) else {
            throw .unsupportedModel(
                expected: "a unigram or byte-pair model",
                found: model.kindNumber == 3 ? "a word model" : "a character model")
        }
        self.kind = kind
        guard !model.pieces.isEmpty else { throw .invalidVocabulary(expected: "pieces", found: "none") }
        guard model.pieces.count < PieceTrie.unitLimit else {
            throw .tooLarge(part: "the number of pieces", limit: PieceTrie.unitLimit - 1, found: model.pieces.count)
        }
        searchable.reserveCapacity(model.pieces.count)
        var hasSpacePiece = false
        var letters: UInt64 = 0
        for index in 0..<model.pieces.count {
            let piece = model.pieces[index]
            let bytes = UnsafeRawBufferPointer(rebasing: file[piece.offset..<piece.offset + piece.length])
            let form = Form(bytes)
            guard let pieceKind = try Self.check(index, piece, bytes, form, model) else { continue }
            if pieceKind == .normal { lowestScore = min(lowestScore, piece.score) }
            switch pieceKind {
            case .normal, .userDefined, .unused:
                searchable.append(UInt32(index))
                longestPiece = max(longestPiece, piece.length)
                if pieceKind == .unused { hasUnused = true }
                if pieceKind == .userDefined { userDefined.append(UInt32(index)) }
                let usable = pieceKind != .unused
                if form.hasInnerSymbol || (form.hasSpace && pieceKind == .userDefined) { wordsStandAlone = false }
                if usable, bytes.count == 3, bytes[0] == 0xE2, bytes.elementsEqual(Self.spaceSymbol) {
                    hasSpacePiece = true
                }
                if form.crossesClasses { classesStandAlone = false }
                if usable, bytes.count == 1, NormalizationRules.isLetter(bytes[0]) {
                    letters |= 1 << UInt64(bytes[0] - 0x41)
                }
            case .control, .unknown, .byte:
                try reserve(index, bytes, pieceKind)
            }
        }
        if !hasSpacePiece { wordsStandAlone = false }
        self.letters = letters
        guard !searchable.isEmpty || kind == .bytePair else {
            throw .invalidVocabulary(expected: "pieces to find in text", found: "none")
        }
        try finish(model.pieces, byteFallback: model.byteFallback)
    }

    /// What an index says of the pieces' texts, and what the pieces say without them.
    /// - Throws: `invalidIndex`, `invalidVocabulary`, and `invalidPiece` for two reserved pieces of one text.
    /// - Complexity: O(pieces).
    init(_ index: TokenizerIndex, of file: UnsafeRawBufferPointer) throws(TokenizerError) {
        kind = .unigram
        wordsStandAlone = index.flags.contains(.wordsStandAlone)
        classesStandAlone = index.flags.contains(.classesStandAlone)
        letters = index.letters
        for (number, piece) in index.pieces.enumerated() {
            guard piece.length > 0, piece.length < Self.pieceLengthLimit, piece.length <= file.count,
                piece.offset <= file.count - piece.length, piece.score.isFinite
            else {
                throw .invalidIndex(
                    part: "piece \(number)", expected: "a text inside \(file.count) bytes, and a score",
                    found: "\(piece.length) bytes from \(piece.offset), score \(piece.score)")
            }
            switch UInt8(exactly: piece.kindNumber).flatMap(PieceKind.init) {
            case .normal:
                lowestScore = min(lowestScore, piece.score)
                longestPiece = max(longestPiece, piece.length)
            case .unused:
                hasUnused = true
                longestPiece = max(longestPiece, piece.length)
            case .control, .unknown, .byte:
                try reserve(number, UnsafeRawBufferPointer(rebasing: file[piece.range]), piece.kind)
            case .userDefined, nil:
                throw .invalidIndex(
                    part: "piece \(number)", expected: "a kind that an index may have", found: "\(piece.kindNumber)")
            }
        }
        try finish(index.pieces, byteFallback: index.flags.contains(.byteFallback))
    }

    /// The piece's kind as it counts, nil if the piece is to be left out.
    private static func check(
        _ index: Int, _ piece: ModelFile.Piece, _ bytes: UnsafeRawBufferPointer, _ form: Form, _ model: ModelFile
    ) throws(TokenizerError) -> PieceKind? {
        guard bytes.count > 0 else { throw .invalidPiece(index: index, expected: "a text", found: "an empty piece") }
        guard bytes.count < pieceLengthLimit else {
            throw .invalidPiece(
                index: index, expected: "less than \(pieceLengthLimit) bytes", found: "\(bytes.count) bytes")
        }
        guard model.kindNumber != 1 || piece.score.isFinite else {
            throw .invalidPiece(index: index, expected: "a finite score", found: "\(piece.score)")
        }
        if bytes.count == 1, bytes[0] == 0, piece.kind == .unused || model.byteFallback { return nil }
        guard !form.hasZero else {
            throw .invalidPiece(index: index, expected: "a text without zero bytes", found: "a zero byte")
        }
        return piece.kind
    }

    /// What the bytes of a piece say, found in one pass.
    private struct Form {
        var hasZero = false
        var hasSpace = false
        /// Whether a space symbol stands anywhere but at the start.
        var hasInnerSymbol = false
        /// Whether a letter and another printable ASCII character stand side by side.
        var crossesClasses = false

        init(_ bytes: UnsafeRawBufferPointer) {
            // 1 for letters, 2 for other printable characters: two neighbours that are not alike give 3.
            var last: UInt8 = 0
            for index in 0..<bytes.count {
                let byte = bytes[index]
                let isPrintable = byte &- 0x21 < 0x5E
                let current: UInt8 = isPrintable ? (NormalizationRules.isLetter(byte) ? 1 : 2) : 0
                if last | current == 3 { crossesClasses = true }
                last = current
                if isPrintable { continue }
                if byte == 0 { hasZero = true }
                if byte == 0x20 { hasSpace = true }
                // The first byte of the space symbol is rare: look for it before comparing.
                if byte == 0xE2, index > 0, bytes[index...].starts(with: spaceSymbol) { hasInnerSymbol = true }
            }
        }
    }

    private mutating func reserve(
        _ index: Int, _ bytes: UnsafeRawBufferPointer, _ pieceKind: PieceKind
    ) throws(TokenizerError) {
        let name = String(decoding: bytes, as: UTF8.self)
        if let earlier = reserved.updateValue(UInt32(index), forKey: name) {
            throw .invalidPiece(
                index: index, expected: "a piece that is not defined yet", found: "the text of piece \(earlier)")
        }
        if pieceKind == .unknown {
            if let earlier = unknownID {
                throw .invalidPiece(
                    index: index, expected: "one unknown piece", found: "a second, after piece \(earlier)")
            }
            unknownID = UInt32(index)
        }
    }

    private mutating func finish(
        _ pieces: some RandomAccessCollection<ModelFile.Piece>, byteFallback: Bool
    ) throws(TokenizerError) {
        func kind(_ id: UInt32) -> PieceKind { pieces[pieces.index(pieces.startIndex, offsetBy: Int(id))].kind }
        guard unknownID != nil || byteFallback else {
            throw .invalidVocabulary(expected: "an unknown piece or byte pieces", found: "neither")
        }
        var found = [UInt32?](repeating: nil, count: 256)
        for (name, id) in reserved where kind(id) == .byte {
            guard byteFallback else {
                throw .invalidPiece(index: Int(id), expected: "no byte pieces without byte fallback", found: name)
            }
            guard let value = Self.byteValue(name) else {
                throw .invalidPiece(index: Int(id), expected: "a byte piece <0x00> to <0xFF>", found: name)
            }
            found[value] = id
        }
        if byteFallback {
            byteIDs = found.compactMap { $0 }
            guard byteIDs.count == 256 else {
                throw .invalidVocabulary(expected: "256 byte pieces", found: "\(byteIDs.count)")
            }
        }
    }

    /// The byte that a piece such as `<0x0A>` stands for.
    static func byteValue(_ name: String) -> Int? {
        let digits = Array("0123456789ABCDEF".utf8)
        let bytes = Array(name.utf8)
        guard bytes.count == 6, name.hasPrefix("<0x"), bytes[5] == UInt8(ascii: ">"),
            let high = digits.firstIndex(of: bytes[3]), let low = digits.firstIndex(of: bytes[4])
        else { return nil }
        return high * 16 + low
    }
}

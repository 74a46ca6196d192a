import AnnealTokens

/// Reads what a file says of its vocabulary, each array once and from its beginning to its end.
struct VocabularyReader {
    let file: GGUFFile

    private static let prefix = "tokenizer.ggml."
    /// SentencePiece takes none longer.
    private static let pieceLimit = 8_000
    private static let normal = PieceKind.normal.rawValue

    func kind() throws(GGUFError) -> GGUFVocabulary.Kind {
        guard let name = try file.text(Self.prefix + "model") else {
            throw error("model", expected: "the kind of the vocabulary", found: "no text under this key")
        }
        guard let kind = GGUFVocabulary.Kind(rawValue: name) else {
            let known = GGUFVocabulary.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw error("model", expected: "one of \(known)", found: name, .unsupported)
        }
        return kind
    }

    // MARK: Kinds

    func sentencePieces(_ kind: GGUFVocabulary.Kind) throws(GGUFError) -> Tokenizer {
        let tokens = try tokens()
        var scores: [Float] = []
        try numbers("scores", [.float32], count: tokens.count) { scores.append(Float($0)) }
        let kinds = try kinds(count: tokens.count) ?? [UInt8](repeating: Self.normal, count: tokens.count)
        var map: [UInt8] = []
        if file.entry(Self.prefix + "precompiled_charsmap") != nil {
            try numbers("precompiled_charsmap", [.int8, .uint8]) { map.append(UInt8(truncatingIfNeeded: Int($0))) }
        }
        var model = SentencePieceModel(byteCount: tokens.byteCount + SentencePieceModel.pieceOverhead * tokens.count)
        try file.forEachString(of: tokens, limit: Self.pieceLimit) { (index, bytes) throws(GGUFError) in
            model.append(piece: bytes, score: scores[index], kind: kinds[index])
        }
        model.append(
            modelKind: kind == .llama ? 2 : 1, byteFallback: kinds.contains(PieceKind.byte.rawValue),
            characterMap: map, addsSpaceBefore: try truth("add_space_prefix") ?? true,
            removesSpaces: try truth("remove_extra_whitespaces") ?? false)
        let tokenizer = model.bytes.withUnsafeBytes { bytes in
            Result { () throws(TokenizerError) in try Tokenizer(model: bytes) }
        }
        do throws(TokenizerError) {
            return try tokenizer.get()
        } catch {
            throw self.error("tokens", expected: "a vocabulary as SentencePiece has", found: "\(error)")
        }
    }

    func wordPieces() throws(GGUFError) -> WordPieces {
        let tokens = try tokens()
        let kinds = try kinds(count: tokens.count)
        guard let unknown = try integer("unknown_token_id") else {
            throw error("unknown_token_id", expected: "the id of the unknown piece", found: "no number under this key")
        }
        guard unknown >= 0, unknown < tokens.count else {
            throw error("unknown_token_id", expected: "an id below \(tokens.count)", found: "\(unknown)")
        }
        var pieces = WordPieces.Builder(count: tokens.count, byteCount: tokens.byteCount)
        try file.forEachString(of: tokens, limit: Self.pieceLimit) { (index, bytes) throws(GGUFError) in
            pieces.append(bytes, isSought: kinds.map { $0[index] == Self.normal } ?? true)
        }
        return WordPieces(pieces, unknownID: UInt32(unknown))
    }

    // MARK: Values

    private func tokens() throws(GGUFError) -> GGUFEntry {
        guard let entry = file.entry(Self.prefix + "tokens"), let count = entry.arrayCount, entry.type == .string else {
            throw error("tokens", expected: "an array of strings", found: "none under this key")
        }
        // Fewer than a table of twice as many places can have.
        guard count > 0, count < 1 << 30 else { throw error("tokens", expected: "1 to 2^30 pieces", found: "\(count)") }
        return entry
    }

    /// What each piece is for, as ``PieceKind`` numbers it; nil where the file does not say.
    private func kinds(count: Int) throws(GGUFError) -> [UInt8]? {
        guard file.entry(Self.prefix + "token_type") != nil else { return nil }
        var kinds: [UInt8] = []
        var bad: Double?
        try numbers("token_type", [.int32, .uint32], count: count) { number in
            let kind = UInt8(exactly: number).flatMap(PieceKind.init)
            if kind == nil { bad = bad ?? number }
            kinds.append(kind?.rawValue ?? 0)
        }
        if let bad { throw error("token_type", expected: "kinds of 1 to 6", found: "\(Int(bad))") }
        return kinds
    }

    private func numbers(
        _ name: String, _ types: [GGUFValueType], count: Int? = nil, _ body: (Double) -> Void
    ) throws(GGUFError) {
        let expected = types.map { "\($0)" }.joined(separator: " or ")
        guard let entry = file.entry(Self.prefix + name), entry.arrayCount != nil, types.contains(entry.type) else {
            throw error(name, expected: "an array of \(expected)", found: "none under this key")
        }
        guard count == nil || entry.count == count else {
            throw error(name, expected: "\(count ?? 0) numbers, one for each piece", found: "\(entry.count)")
        }
        try file.forEachElement(of: entry) { (_, value) throws(GGUFError) in
            switch value {
            case .float(let number): body(number)
            case .signed(let number): body(Double(number))
            case .unsigned(let number): body(Double(number))
            case .bool, .string: preconditionFailure("the types asked for are numbers")
            }
        }
    }

    private func truth(_ name: String) throws(GGUFError) -> Bool? {
        guard let entry = file.entry(Self.prefix + name) else { return nil }
        guard entry.arrayCount == nil, case .bool(let truth) = try file.value(of: entry) else {
            throw error(name, expected: "a truth", found: "another type")
        }
        return truth
    }

    private func integer(_ name: String) throws(GGUFError) -> Int? {
        guard let entry = file.entry(Self.prefix + name), entry.arrayCount == nil else { return nil }
        switch try file.value(of: entry) {
        case .unsigned(let number): return Int(clamping: number)
        case .signed(let number): return Int(clamping: number)
        case .float, .bool, .string: return nil
        }
    }

    private func error(
        _ name: String, expected: String, found: String, _ kind: GGUFError.Kind = .malformed
    ) -> GGUFError {
        let key = Self.prefix + name
        return file.window.error(kind, "metadata \(key)", file.entry(key)?.offset ?? 0, expected, found)
    }
}

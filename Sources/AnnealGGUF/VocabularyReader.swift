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
            let reason = Self.refusals[name].map { ", " + $0 } ?? ""
            throw error("model", expected: "one of \(known)", found: name + reason, .unsupported)
        }
        return kind
    }

    /// Kinds that are known, and why they are not read.
    private static let refusals = [
        "gpt2": "whose words are cut by a pattern of their own in each model (tokenizer.ggml.pre)"
    ]

    /// How texts are cut, and the bytes that it takes.
    func method(_ kind: GGUFVocabulary.Kind) throws(GGUFError) -> (GGUFVocabulary.Method, memory: Int) {
        switch kind {
        case .t5: return try sentencePieces(kind)
        case .llama:
            let kinds = try kinds(count: tokens().count)
            return try isMergedAsItStands(kinds) ? merges(kinds) : sentencePieces(kind)
        case .bert: return try wordPieces()
        }
    }

    // MARK: Kinds

    /// Whether nothing of a text is changed but its spaces, and every piece may be a token. That is so of all files that
    /// converters write; SentencePiece knows more.
    private func isMergedAsItStands(_ kinds: [UInt8]?) throws(GGUFError) -> Bool {
        guard file.entry(Self.prefix + "precompiled_charsmap") == nil else { return false }
        guard kinds?.contains(PieceKind.unused.rawValue) != true else { return false }
        return try truth("remove_extra_whitespaces") != true
    }

    private func merges(_ kinds: [UInt8]?) throws(GGUFError) -> (GGUFVocabulary.Method, memory: Int) {
        let tokens = try tokens()
        let count = tokens.count
        // Behind a length of eight bytes each.
        let byteCount = tokens.byteCount - 8 * count
        // Kinds and scores too.
        let memory =
            PieceTable.memory(count: count, byteCount: byteCount) + 5 * count + CharacterPairs.memory(count: count)
        try checkMemory(memory, tokens)
        var scores: [Float] = []
        scores.reserveCapacity(count)
        try floats("scores", count: count) { scores.append($0) }
        let hasBytes = kinds?.contains(PieceKind.byte.rawValue) == true
        var vocabulary = MergePieces(
            PieceTable(count: count, byteCount: byteCount), CharacterPairs(count: count), hasBytes: hasBytes)
        try file.forEachString(of: tokens, limit: Self.pieceLimit) { (index, bytes) throws(GGUFError) in
            let kind = kinds.flatMap { PieceKind(rawValue: $0[index]) } ?? .normal
            if let found = vocabulary.append(bytes, kind, score: scores[index]) {
                throw error("tokens: piece \(index)", expected: found.expected, found: found.found)
            }
            if kind == .userDefined { try checkMemory(memory + vocabulary.userDefinedMemory, tokens) }
        }
        guard vocabulary.unknownID != nil || hasBytes else {
            throw error("tokens", expected: "an unknown piece or byte pieces", found: "neither")
        }
        let bytes = vocabulary.byteIDs.compactMap { $0 }
        guard !hasBytes || bytes.count == 256 else {
            throw error("tokens", expected: "256 byte pieces", found: "\(bytes.count)")
        }
        return (
            .merges(
                MergeVocabulary(
                    pieces: vocabulary.pieces, scores: scores, pairs: vocabulary.pairs,
                    userDefined: vocabulary.userDefined(), byteIDs: bytes,
                    unknownID: vocabulary.unknownID,
                    addsSpaceBefore: try truth("add_space_prefix") ?? true)), memory + vocabulary.userDefinedMemory
        )
    }

    func sentencePieces(_ kind: GGUFVocabulary.Kind) throws(GGUFError) -> (GGUFVocabulary.Method, memory: Int) {
        let tokens = try tokens()
        let memory = 16 * tokens.byteCount
        try checkMemory(memory, tokens)
        var scores: [Float] = []
        scores.reserveCapacity(tokens.count)
        try floats("scores", count: tokens.count) { scores.append($0) }
        let kinds = try kinds(count: tokens.count) ?? [UInt8](repeating: Self.normal, count: tokens.count)
        var map: [UInt8] = []
        if file.entry(Self.prefix + "precompiled_charsmap") != nil {
            try numbers("precompiled_charsmap", [.int8, .uint8]) { map.append(UInt8(truncatingIfNeeded: Int($0))) }
        }
        var model = SentencePieceModel(byteCount: tokens.byteCount + SentencePieceModel.pieceOverhead * tokens.count)
        try file.forEachString(of: tokens, limit: Self.pieceLimit) { (index, bytes) throws(GGUFError) in
            if kinds[index] == PieceKind.userDefined.rawValue, bytes.contains(0x20) {
                model.append(piece: MergePieces.marked(bytes), score: scores[index], kind: kinds[index])
            } else {
                model.append(piece: bytes, score: scores[index], kind: kinds[index])
            }
        }
        model.append(
            modelKind: kind == .llama ? 2 : 1, byteFallback: kinds.contains(PieceKind.byte.rawValue),
            characterMap: map, addsSpaceBefore: try truth("add_space_prefix") ?? true,
            removesSpaces: try truth("remove_extra_whitespaces") ?? false)
        let tokenizer = model.bytes.withUnsafeBytes { bytes in
            Result { () throws(TokenizerError) in try Tokenizer(model: bytes) }
        }
        do throws(TokenizerError) {
            return (.sentencePiece(try tokenizer.get()), memory)
        } catch {
            throw self.error("tokens", expected: "a vocabulary as SentencePiece has", found: "\(error)")
        }
    }

    private func wordPieces() throws(GGUFError) -> (GGUFVocabulary.Method, memory: Int) {
        let tokens = try tokens()
        let byteCount = tokens.byteCount - 8 * tokens.count
        let memory = PieceTable.memory(count: tokens.count, byteCount: byteCount)
        try checkMemory(memory, tokens)
        let kinds = try kinds(count: tokens.count)
        guard let unknown = try integer("unknown_token_id") else {
            throw error("unknown_token_id", expected: "the id of the unknown piece", found: "no number under this key")
        }
        guard unknown >= 0, unknown < tokens.count else {
            throw error("unknown_token_id", expected: "an id below \(tokens.count)", found: "\(unknown)")
        }
        let pieces = PieceTable(count: tokens.count, byteCount: byteCount)
        try file.forEachString(of: tokens, limit: Self.pieceLimit) { (index, bytes) throws(GGUFError) in
            // Of two pieces of one text the first is found.
            pieces.append(bytes, isSought: kinds.map { $0[index] == Self.normal } ?? true)
        }
        return (.wordPiece(pieces, unknownID: UInt32(unknown)), memory)
    }

    private func checkMemory(_ byteCount: Int, _ tokens: GGUFEntry) throws(GGUFError) {
        guard byteCount <= file.shared.limits.vocabularyMemory else {
            throw error(
                "tokens", expected: "tables of at most \(file.shared.limits.vocabularyMemory) bytes",
                found: "\(tokens.count) pieces, whose tables take \(byteCount)", .memory)
        }
    }

    // MARK: Values

    private func tokens() throws(GGUFError) -> GGUFEntry {
        guard let entry = file.entry(Self.prefix + "tokens"), let count = entry.arrayCount, entry.type == .string else {
            throw error("tokens", expected: "an array of strings", found: "none under this key")
        }
        // Fewer than a table of twice as many places can have.
        guard count > 0, count < 1 << 30 else { throw error("tokens", expected: "1 to 2^30 pieces", found: "\(count)") }
        guard entry.byteCount <= UInt32.max else {
            throw error("tokens", expected: "less than 2^32 bytes", found: "\(entry.byteCount)")
        }
        return entry
    }

    /// What each piece is for, as ``PieceKind`` numbers it; nil where the file does not say.
    private func kinds(count: Int) throws(GGUFError) -> [UInt8]? {
        guard file.entry(Self.prefix + "token_type") != nil else { return nil }
        let entry = try array("token_type", [.int32, .uint32], count: count)
        var kinds: [UInt8] = []
        kinds.reserveCapacity(count)
        try file.forEachWord(of: entry) { (index, word) throws(GGUFError) in
            guard let kind = UInt8(exactly: word).flatMap(PieceKind.init) else {
                let number = entry.type == .int32 ? "\(Int32(bitPattern: word))" : "\(word)"
                throw error("token_type: number \(index)", expected: "kinds of 1 to 6", found: number)
            }
            kinds.append(kind.rawValue)
        }
        return kinds
    }

    private func floats(_ name: String, count: Int, _ body: (Float) -> Void) throws(GGUFError) {
        let entry = try array(name, [.float32], count: count)
        try file.forEachWord(of: entry) { (index, word) throws(GGUFError) in
            let number = Float(bitPattern: word)
            guard number.isFinite else {
                throw error("\(name): number \(index)", expected: "a finite score", found: "\(number)")
            }
            body(number)
        }
    }

    private func numbers(
        _ name: String, _ types: [GGUFValueType], _ body: (Double) -> Void
    ) throws(GGUFError) {
        let entry = try array(name, types)
        try file.forEachElement(of: entry) { (_, value) throws(GGUFError) in
            switch value {
            case .float(let number): body(number)
            case .signed(let number): body(Double(number))
            case .unsigned(let number): body(Double(number))
            case .bool, .string: preconditionFailure("the types asked for are numbers")
            }
        }
    }

    private func array(
        _ name: String, _ types: [GGUFValueType], count: Int? = nil
    ) throws(GGUFError) -> GGUFEntry {
        let expected = types.map { "\($0)" }.joined(separator: " or ")
        guard let entry = file.entry(Self.prefix + name), entry.arrayCount != nil, types.contains(entry.type) else {
            throw error(name, expected: "an array of \(expected)", found: "none under this key")
        }
        guard count == nil || entry.count == count else {
            throw error(name, expected: "\(count ?? 0) numbers, one for each piece", found: "\(entry.count)")
        }
        return entry
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
        // What is behind a colon is a part of the value.
        let key = Self.prefix + name.prefix { $0 != ":" }
        return file.window.error(
            kind, "metadata \(Self.prefix)\(name)", file.entry(key)?.offset ?? 0, expected, found)
    }
}

import AnnealTokens

/// A token: the id of a piece, and the bytes of the text that it came from.
public struct GGUFToken: Hashable, Sendable {
    /// The row of the piece in the vocabulary's tables.
    public let id: UInt32
    /// The first byte of the text.
    public let start: UInt32
    /// Behind the last.
    public let end: UInt32
}

/// Cuts texts into tokens of a ``GGUFVocabulary``. One thread at a time uses an encoder; it keeps its storage from text to
/// text.
public struct GGUFTokenEncoder: ~Copyable {
    /// The longest text, in bytes.
    public static let textLimit = TokenEncoder.textLimit

    /// The vocabulary whose ids are given.
    public let vocabulary: GGUFVocabulary
    /// The one of the three that the vocabulary's kind takes.
    private var pieces: TokenEncoder?
    private var merges: MergeEncoder?
    private var words: WordPieceEncoder?

    /// - Complexity: O(1).
    public init(_ vocabulary: GGUFVocabulary) {
        self.vocabulary = vocabulary
        pieces = nil
        merges = nil
        words = nil
        switch vocabulary.method {
        case .sentencePiece(let tokenizer): pieces = TokenEncoder(tokenizer)
        case .merges(let vocabulary): merges = MergeEncoder(vocabulary)
        case .wordPiece(let table, let unknownID): words = WordPieceEncoder(table, unknownID: unknownID)
        }
    }

    /// Bytes that an encoder keeps of words that it has met: 0 but of `bert`.
    public static func memory(of vocabulary: GGUFVocabulary) -> Int {
        if case .wordPiece = vocabulary.method { WordPieceEncoder.memory } else { 0 }
    }

    /// Hands on the tokens of a text one by one, in its order.
    /// - Parameters:
    ///   - text: any bytes; what is no UTF-8 is unknown, or left out by `bert`.
    ///   - body: gets a token; what it throws ends the text.
    /// - Complexity: O(bytes), for `llama` O(n log n) in the longest stretch in which every two neighbours stand side by
    ///   side in some piece: mostly a word. Storage is in proportion to that stretch, and constant for `bert`.
    /// - Precondition: `text.count` is at most ``textLimit``.
    public mutating func forEachToken<Failure: Error>(
        of text: UnsafeBufferPointer<UInt8>, _ body: (GGUFToken) throws(Failure) -> Void
    ) throws(Failure) {
        precondition(text.count <= Self.textLimit)
        try pieces?.forEachToken(of: text, body)
        try merges?.forEachToken(of: text, body)
        try words?.forEachToken(of: text, body)
    }

    /// Appends the tokens of a text.
    /// - Parameters:
    ///   - text: any bytes; what is no UTF-8 is unknown, or left out by `bert`.
    ///   - tokens: what they are added to, in the order of the text.
    /// - Complexity: as ``forEachToken(of:_:)``.
    /// - Precondition: `text.count` is at most ``textLimit``.
    public mutating func encode(_ text: UnsafeBufferPointer<UInt8>, into tokens: inout [GGUFToken]) {
        forEachToken(of: text) { tokens.append($0) }
    }

    /// The tokens of a text.
    public mutating func encode(_ text: String) -> [GGUFToken] {
        var text = text
        var tokens: [GGUFToken] = []
        text.withUTF8 { encode($0, into: &tokens) }
        return tokens
    }
}

extension TokenEncoder {
    fileprivate mutating func forEachToken<Failure: Error>(
        of text: UnsafeBufferPointer<UInt8>, _ body: (GGUFToken) throws(Failure) -> Void
    ) throws(Failure) {
        begin(text)
        var ids = [UInt32](repeating: 0, count: 256)
        var (starts, ends) = (ids, ids)
        while true {
            let filled = ids.withUnsafeMutableBufferPointer { ids in
                starts.withUnsafeMutableBufferPointer { starts in
                    ends.withUnsafeMutableBufferPointer { ends in
                        next(into: ids, starts: starts.baseAddress, ends: ends.baseAddress)
                    }
                }
            }
            if filled == 0 { return }
            for index in 0..<filled { try body(GGUFToken(id: ids[index], start: starts[index], end: ends[index])) }
        }
    }
}

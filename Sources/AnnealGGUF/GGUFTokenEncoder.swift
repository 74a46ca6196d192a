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
    /// The one of the two that the vocabulary's kind takes.
    private var pieces: TokenEncoder?
    private var words: WordPieceEncoder?

    /// - Complexity: O(1).
    public init(_ vocabulary: GGUFVocabulary) {
        self.vocabulary = vocabulary
        switch vocabulary.method {
        case .sentencePiece(let tokenizer):
            pieces = TokenEncoder(tokenizer)
            words = nil
        case .wordPiece(let vocabulary):
            pieces = nil
            words = WordPieceEncoder(vocabulary)
        }
    }

    /// Appends the tokens of a text.
    /// - Parameters:
    ///   - text: any bytes; what is no UTF-8 is unknown, or left out by `bert`.
    ///   - tokens: what they are added to, in the order of the text.
    /// - Complexity: O(bytes), for `llama` O(n log n) in the longest word.
    /// - Precondition: `text.count` is at most ``textLimit``.
    public mutating func encode(_ text: UnsafeBufferPointer<UInt8>, into tokens: inout [GGUFToken]) {
        precondition(text.count <= Self.textLimit)
        if let found = pieces?.tokens(of: text) {
            tokens.append(contentsOf: found.lazy.map { GGUFToken(id: $0.id, start: $0.start, end: $0.end) })
        }
        words?.encode(text, into: &tokens)
    }

    /// The tokens of a text.
    public mutating func encode(_ text: String) -> [GGUFToken] {
        var text = text
        var tokens: [GGUFToken] = []
        text.withUTF8 { encode($0, into: &tokens) }
        return tokens
    }
}

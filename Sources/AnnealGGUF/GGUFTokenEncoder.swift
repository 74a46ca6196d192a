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

    private enum Method: ~Copyable {
        case sentencePiece(TokenEncoder)
        case wordPiece(WordPieceEncoder)
    }

    /// The vocabulary whose ids are given.
    public let vocabulary: GGUFVocabulary
    private var method: Method

    /// - Complexity: O(1).
    public init(_ vocabulary: GGUFVocabulary) {
        self.vocabulary = vocabulary
        switch vocabulary.method {
        case .sentencePiece(let tokenizer): method = .sentencePiece(TokenEncoder(tokenizer))
        case .wordPiece(let pieces): method = .wordPiece(WordPieceEncoder(pieces))
        }
    }

    /// Appends the tokens of a text.
    /// - Parameter text: any bytes; what is no UTF-8 is unknown, or left out by `bert`.
    /// - Complexity: O(bytes), for `llama` O(n log n) in the longest word.
    /// - Precondition: `text.count` is at most ``textLimit``.
    public mutating func encode(_ text: UnsafeBufferPointer<UInt8>, into tokens: inout [GGUFToken]) {
        precondition(text.count <= Self.textLimit)
        switch consume method {
        case .sentencePiece(var encoder):
            encoder.begin(text)
            while true {
                let filled = withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 3 * 256) { room in
                    let ids = UnsafeMutableBufferPointer(rebasing: room[..<256])
                    let (starts, ends) = (ids.baseAddress! + 256, ids.baseAddress! + 512)
                    let filled = encoder.next(into: ids, starts: starts, ends: ends)
                    for index in 0..<filled {
                        tokens.append(GGUFToken(id: ids[index], start: starts[index], end: ends[index]))
                    }
                    return filled
                }
                if filled == 0 { break }
            }
            method = .sentencePiece(encoder)
        case .wordPiece(var encoder):
            encoder.encode(text, into: &tokens)
            method = .wordPiece(encoder)
        }
    }

    /// The tokens of a text.
    public mutating func encode(_ text: String) -> [GGUFToken] {
        var text = text
        var tokens: [GGUFToken] = []
        text.withUTF8 { encode($0, into: &tokens) }
        return tokens
    }
}

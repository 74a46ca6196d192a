import AnnealTokens

/// The vocabulary of a model file, and how it cuts texts into tokens.
///
/// Ids are those of the reference: SentencePiece for `llama` and `t5`, the Python package tokenizers for `bert`. Marks of
/// beginning and end are not added, and their names in a text are text.
///
/// ```swift
/// let vocabulary = try GGUFVocabulary(GGUFFile("model.gguf"))
/// var encoder = GGUFTokenEncoder(vocabulary)
/// let ids = encoder.encode("A sentence.").map(\.id)
/// ```
///
/// Immutable, for any number of threads; each encodes with a ``GGUFTokenEncoder`` of its own. Source: llama.cpp's
/// `gguf-py/gguf/constants.py` for the keys.
public final class GGUFVocabulary: Sendable {
    /// How texts are cut, by the name that files have for it.
    public enum Kind: String, CaseIterable, Sendable {
        /// Merges of neighbours by score, and bytes for what no piece covers.
        case llama
        /// The segmentation of the highest sum of scores.
        case t5
        /// Words, lowered and without accents, by the longest pieces from the left.
        case bert
    }

    enum Method: Sendable {
        case sentencePiece(Tokenizer)
        case wordPiece(WordPieces)
    }

    /// How texts are cut.
    public let kind: Kind
    let method: Method

    /// Reads the vocabulary of a file, and builds the tables that encoding needs.
    /// - Complexity: O(bytes of the vocabulary), each read once.
    /// - Throws: ``GGUFError``: `unsupported` for a kind that is not read, `malformed` for a vocabulary that breaks a rule.
    public init(_ file: GGUFFile) throws(GGUFError) {
        let reader = VocabularyReader(file: file)
        kind = try reader.kind()
        switch kind {
        case .llama, .t5: method = .sentencePiece(try reader.sentencePieces(kind))
        case .bert: method = .wordPiece(try reader.wordPieces())
        }
    }

    /// Number of pieces.
    public var count: Int {
        switch method {
        case .sentencePiece(let tokenizer): tokenizer.pieceCount
        case .wordPiece(let pieces): pieces.count
        }
    }

    /// The piece that stands for what no other covers; nil where bytes do.
    public var unknownID: UInt32? {
        switch method {
        case .sentencePiece(let tokenizer): tokenizer.unknownID
        case .wordPiece(let pieces): pieces.unknownID
        }
    }

    /// Lends the bytes of a piece as the file has them: `▁` (U+2581) stands for the beginning of a word.
    /// - Complexity: O(1).
    /// - Precondition: `id < count`.
    public func withBytes<Result>(of id: UInt32, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        switch method {
        case .sentencePiece(let tokenizer): body(tokenizer.bytes(of: id))
        case .wordPiece(let pieces): pieces.withBytes(of: id, body)
        }
    }

    /// The text of a piece; what is no UTF-8 shows as U+FFFD.
    /// - Precondition: `id < count`.
    public func piece(_ id: UInt32) -> String { withBytes(of: id) { String(decoding: $0, as: UTF8.self) } }
}

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
        case merges(MergeVocabulary)
        case wordPiece(PieceTable, unknownID: UInt32)
    }

    /// How texts are cut.
    public let kind: Kind
    let method: Method
    /// Bytes that its tables take, of `t5` at most: see ``GGUFLimits/vocabularyMemory``.
    public let memory: Int

    /// Reads the vocabulary of a file, and builds the tables that encoding needs.
    /// - Complexity: O(bytes of the vocabulary), each read once.
    /// - Throws: ``GGUFError``: `unsupported` for a kind that is not read, `malformed` for a vocabulary that breaks a rule,
    ///   `memory` for one of more than the file's limit.
    public init(_ file: GGUFFile) throws(GGUFError) {
        let reader = VocabularyReader(file: file)
        kind = try reader.kind()
        (method, memory) = try reader.method(kind)
    }

    /// Number of pieces.
    public var count: Int {
        switch method {
        case .sentencePiece(let tokenizer): tokenizer.pieceCount
        case .merges(let vocabulary): vocabulary.pieces.count
        case .wordPiece(let pieces, _): pieces.count
        }
    }

    /// The piece that stands for what no other covers; nil where the vocabulary has none. Where it has pieces of bytes, they do.
    public var unknownID: UInt32? {
        switch method {
        case .sentencePiece(let tokenizer): tokenizer.unknownID
        case .merges(let vocabulary): vocabulary.unknownID
        case .wordPiece(_, let unknownID): unknownID
        }
    }

    /// Lends the bytes of a piece as the file has them: `▁` (U+2581) stands for the beginning of a word.
    /// - Complexity: O(1).
    /// - Precondition: `id < count`.
    public func withBytes<Result>(of id: UInt32, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        switch method {
        case .sentencePiece(let tokenizer): body(tokenizer.bytes(of: id))
        case .merges(let vocabulary): withExtendedLifetime(self) { body(vocabulary.pieces.bytes(of: id)) }
        case .wordPiece(let pieces, _): withExtendedLifetime(self) { body(pieces.bytes(of: id)) }
        }
    }

    /// The text of a piece; what is no UTF-8 shows as U+FFFD.
    /// - Precondition: `id < count`.
    public func piece(_ id: UInt32) -> String { withBytes(of: id) { String(decoding: $0, as: UTF8.self) } }
}

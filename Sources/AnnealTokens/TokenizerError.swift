/// Why a SentencePiece model was refused. Every case says where, what was expected and what was found.
public enum TokenizerError: Error, Equatable, Sendable {
    /// The file ends inside `part`, which starts at byte `offset`.
    case truncated(part: String, offset: Int, expectedBytes: Int, foundBytes: Int)
    /// The bytes at `offset` are no valid protocol-buffer field.
    case malformed(part: String, offset: Int, expected: String, found: String)
    /// Piece `index` breaks a rule of the format.
    case invalidPiece(index: Int, expected: String, found: String)
    /// The pieces as a whole do not make a vocabulary.
    case invalidVocabulary(expected: String, found: String)
    /// The model segments in a way that this reader does not know.
    case unsupportedModel(expected: String, found: String)
    /// The precompiled character map is broken.
    case invalidCharacterMap(expected: String, found: String)
    /// A size goes beyond what the encoder's tables hold.
    case tooLarge(part: String, limit: Int, found: Int)
    /// `part` of what was stored beside the model, so that it need not be computed, is damaged or of another model.
    case invalidIndex(part: String, expected: String, found: String)
}

extension TokenizerError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated(let part, let offset, let expected, let found):
            "tokenizer model: \(part) at byte \(offset) is cut off: expected \(expected) bytes, found \(found)"
        case .malformed(let part, let offset, let expected, let found):
            "tokenizer model: \(part) at byte \(offset): expected \(expected), found \(found)"
        case .invalidPiece(let index, let expected, let found):
            "tokenizer model: piece \(index): expected \(expected), found \(found)"
        case .invalidVocabulary(let expected, let found):
            "tokenizer model: vocabulary: expected \(expected), found \(found)"
        case .unsupportedModel(let expected, let found):
            "tokenizer model: expected \(expected), found \(found)"
        case .invalidCharacterMap(let expected, let found):
            "tokenizer model: character map: expected \(expected), found \(found)"
        case .tooLarge(let part, let limit, let found):
            "tokenizer model: \(part): expected at most \(limit), found \(found)"
        case .invalidIndex(let part, let expected, let found):
            "tokenizer index: \(part): expected \(expected), found \(found)"
        }
    }
}

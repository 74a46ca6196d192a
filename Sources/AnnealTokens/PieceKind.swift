/// What a piece of the vocabulary is for. Raw values are those of the model file.
public enum PieceKind: UInt8, CaseIterable, Sendable {
    /// A piece that training found.
    case normal = 1
    /// Stands for text that no other piece covers.
    case unknown = 2
    /// Never found in text (`<s>`, `</s>`).
    case control = 3
    /// Always one token wherever its text occurs.
    case userDefined = 4
    /// In the vocabulary, but not to be produced.
    case unused = 5
    /// One byte of text that no piece covers (`<0x41>`).
    case byte = 6
}

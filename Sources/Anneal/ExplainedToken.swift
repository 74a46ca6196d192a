/// One token of an explained text.
public struct ExplainedToken: Sendable, Equatable {
    /// The token's id in the model's tokenizer.
    public let id: UInt32
    /// The piece as the tokenizer writes it; a leading `▁` stands for a space.
    public let piece: String
    /// First byte in the original text.
    public let start: Int
    /// One past the last byte in the original text.
    public let end: Int
    /// Whether it adds nothing: an unknown piece, or a word boundary before one.
    public let isUnknown: Bool
}

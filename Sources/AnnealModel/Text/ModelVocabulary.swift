public import AnnealRewrite
public import AnnealTokens

/// The pieces of a model's tokenizer as names of tokens in rule text.
public struct ModelVocabulary: Vocabulary, Sendable {
    private let tokenizer: Tokenizer

    public init(_ tokenizer: Tokenizer) {
        self.tokenizer = tokenizer
    }

    /// The id of a piece, or nil if the vocabulary does not have it.
    public func pieceID(of piece: String) -> UInt32? {
        tokenizer.id(of: piece)
    }

    /// The piece of an id, or nil if there is none.
    public func piece(of id: UInt32) -> String? {
        id < tokenizer.pieceCount ? tokenizer.piece(id) : nil
    }
}

extension Model {
    /// A rule as text, in the syntax of `RuleText`, with the model's pieces.
    /// - Precondition: `0 <= id < rules.count`.
    public func ruleText(_ id: Int) -> String {
        RuleText.print(rules.rule(at: id), vocabulary: ModelVocabulary(tokenizer))
    }
}

/// Everything that happened between a text and its vector.
public struct Explanation: Sendable {
    /// What the tokenizer made of the text.
    public let tokens: [ExplainedToken]
    /// The widened program, before any rewrite.
    public let naive: [ExplainedItem]
    /// The rewrites in the order in which they were tried.
    public let steps: [ExplainedStep]
    /// The program that ran.
    public let final: [ExplainedItem]
    /// Why the rewriting stopped, of the last window.
    public let stopReason: String
    /// The norm of the vector before it is normalised.
    public let vectorNorm: Double
    /// True if the text left no instruction that contributes: its vector is zero by definition.
    public let isEmpty: Bool
    /// Into how many windows the text was cut; each is rewritten on its own.
    public let windows: Int
    /// The bytes of the text.
    public let byteCount: Int

    /// How many tokens are unknown; they are in no program.
    public var unknownCount: Int { tokens.count { $0.isUnknown } }
    /// The part of the text's bytes that unknown tokens cover, from 0 to 1.
    public var unknownByteShare: Double {
        guard byteCount > 0 else { return 0 }
        let unknown = tokens.reduce(0) { $0 + ($1.isUnknown ? $1.end - $1.start : 0) }
        return Double(unknown) / Double(byteCount)
    }
}

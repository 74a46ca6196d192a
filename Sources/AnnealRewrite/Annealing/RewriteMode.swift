/// How far a program is rewritten.
public enum RewriteMode: String, CaseIterable, Hashable, Sendable {
    /// Not at all: the weighted running average.
    case naive
    /// Every positive bid commits, the best first; then gains are set from context and place. The default.
    case compiled
    /// A learned critic judges every step; what lowers its score is undone and its rule inhibited.
    case annealed
    /// As annealed, with the teacher as the critic: for training, explanations, and as an upper bound.
    case oracle
}

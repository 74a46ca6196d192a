/// How the annealing loop is run on a text.
///
/// A fourth way, with the teacher itself as the critic, exists for training only.
public enum Mode: String, CaseIterable, Sendable {
    /// No rewrites: the weighted running average of the tokens.
    case naive
    /// Every positive bid commits, the best first. The default, and the fastest that rewrites.
    case compiled
    /// As compiled, but the model's learned critic judges each rewrite, and what lowers its score is undone; in the end it sets
    /// each token's gain by what that token is to the whole. Better, above all where texts are long, at 0.5 to 0.7 of the speed.
    case annealed
}

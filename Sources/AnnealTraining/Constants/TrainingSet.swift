import AnnealFormats

/// Texts as the rules leave them, and where the teacher puts them.
struct TrainingSet: Sendable {
    var corpus: RewrittenCorpus
    /// A unit vector a text.
    let targets: Matrix
}

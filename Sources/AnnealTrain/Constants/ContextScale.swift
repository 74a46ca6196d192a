/// What the sum of the keys of n items is multiplied by before it agrees with queries.
enum ContextScale: Sendable {
    /// While constants are fitted: `1 / √n`.
    case fitting
    /// In the model: the same up to 32 items, as many as nearly all sentences have, and `√32 / n`, the mean's, beyond. Keys
    /// of one text agree with each other, so that the square root alone leaves passages with gains at their limits.
    /// Constants that are fitted under this scale embed passages no better, and sentences a little worse.
    case embedding

    func factor(of count: Int) -> Double {
        guard count > 0 else { return 0 }
        let excess = self == .embedding ? max(1, Double(count) / 32) : 1
        return 1 / (Double(count) * excess).squareRoot()
    }
}

/// What the sum of the keys of n items is multiplied by before it agrees with queries.
enum ContextScale: Sendable {
    /// While constants are fitted: `1 / √n`.
    case fitting
    /// In the model: the same for 32 items; less for fewer, four fifths up to 16, as codes have learned more of their texts than
    /// holds in others; and beyond falling faster, by a further `(n / 32)^¼`, since keys of one text agree with each other and
    /// the square root alone leaves passages with gains at their limits. Constants that are fitted under such a scale are no
    /// better for passages, and a little worse for sentences.
    case embedding

    func factor(of count: Int) -> Double {
        guard count > 0 else { return 0 }
        let root = 1 / Double(count).squareRoot()
        if self == .fitting { return root }
        if count > 32 { return root / (Double(count) / 32).squareRoot().squareRoot() }
        return root * (0.8 + 0.2 * Double(max(0, count - 16)) / 16)
    }
}

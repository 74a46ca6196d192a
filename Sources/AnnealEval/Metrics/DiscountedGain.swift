import AnnealPlatform

/// Normalised discounted cumulative gain, with the relevance itself as gain, as trec_eval computes it.
public enum DiscountedGain {
    /// - Parameters:
    ///   - ranking: documents, best first.
    ///   - relevance: the relevance of the documents that have one, above zero.
    /// - Returns: 0...1.
    public static func normalized(_ ranking: [Int], relevance: [Int: Double], cutoff: Int) -> Double {
        let ideal = sum(relevance.values.sorted(by: >).prefix(cutoff))
        guard ideal > 0 else { return 0 }
        return sum(ranking.prefix(cutoff).map { relevance[$0] ?? 0 }[...]) / ideal
    }

    private static func sum(_ gains: ArraySlice<Double>) -> Double {
        var sum = 0.0
        for (rank, gain) in gains.enumerated() { sum += gain / CMath.log2(Double(rank + 2)) }
        return sum
    }
}

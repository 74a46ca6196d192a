/// The area under the precision-recall curve, as steps.
enum AveragePrecision {
    /// Σ (R_n − R_{n−1}) · P_n over the distinct scores from the highest; equal scores enter together.
    /// - Returns: 0...1; 0 where nothing is positive.
    /// - Complexity: O(n log n).
    static func score(_ scores: [Double], _ isPositive: [Bool]) -> Double {
        precondition(scores.count == isPositive.count)
        let positives = isPositive.count { $0 }
        guard positives > 0 else { return 0 }
        let order = scores.indices.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
        var sum = 0.0
        var found = 0
        var start = 0
        while start < order.count {
            var end = start
            let before = found
            while end < order.count, scores[order[end]] == scores[order[start]] {
                if isPositive[order[end]] { found += 1 }
                end += 1
            }
            sum += Double(found - before) / Double(positives) * Double(found) / Double(end)
            start = end
        }
        return sum
    }
}

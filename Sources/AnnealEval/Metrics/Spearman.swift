/// Spearman's rank correlation.
package enum Spearman {
    /// Pearson's correlation of the ranks, where tied values share the mean of their ranks.
    /// - Returns: -1...1; 0 where one side is constant.
    /// - Complexity: O(n log n).
    /// - Precondition: both have the same count.
    package static func correlation(_ a: [Double], _ b: [Double]) -> Double {
        precondition(a.count == b.count)
        return pearson(ranks(a), ranks(b))
    }

    /// Ranks from 1, ties averaged.
    package static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] != values[$1] ? values[$0] < values[$1] : $0 < $1 }
        var ranks = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
            for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
            start = end
        }
        return ranks
    }

    private static func pearson(_ a: [Double], _ b: [Double]) -> Double {
        guard !a.isEmpty else { return 0 }
        let meanA = a.reduce(0, +) / Double(a.count)
        let meanB = b.reduce(0, +) / Double(b.count)
        var covariance = 0.0
        var varianceA = 0.0
        var varianceB = 0.0
        for index in a.indices {
            let x = a[index] - meanA
            let y = b[index] - meanB
            covariance += x * y
            varianceA += x * x
            varianceB += y * y
        }
        guard varianceA > 0, varianceB > 0 else { return 0 }
        return covariance / (varianceA * varianceB).squareRoot()
    }
}

/// The area under the receiver operating characteristic, by the ranks of its members.
package enum AreaUnderCurve {
    /// The part of the pairs of a member and a non-member in which the member has the greater value; equal ones count half.
    /// - Returns: 0...1; 0.5 where there are no pairs.
    /// - Complexity: O(n log n).
    /// - Precondition: both have the same count.
    package static func area(_ values: [Double], _ isMember: [Bool]) -> Double {
        precondition(values.count == isMember.count)
        let members = Double(isMember.count { $0 })
        let others = Double(isMember.count) - members
        guard members > 0, others > 0 else { return 0.5 }
        let sum = zip(Spearman.ranks(values), isMember).reduce(0.0) { $0 + ($1.1 ? $1.0 : 0) }
        return (sum - members * (members + 1) / 2) / (members * others)
    }
}

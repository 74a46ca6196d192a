import AnnealPlatform

/// The harmonic mean of homogeneity and completeness (Rosenberg, Hirschberg 2007).
enum VMeasure {
    /// - Returns: 0...1; 1 where clusters and labels are the same partition.
    static func score(labels: [Int], clusters: [Int]) -> Double {
        precondition(labels.count == clusters.count)
        guard !labels.isEmpty else { return 1 }
        let labelCount = labels.max()! + 1
        let clusterCount = clusters.max()! + 1
        var table = [Double](repeating: 0, count: labelCount * clusterCount)
        var ofLabel = [Double](repeating: 0, count: labelCount)
        var ofCluster = [Double](repeating: 0, count: clusterCount)
        for (label, cluster) in zip(labels, clusters) {
            table[label * clusterCount + cluster] += 1
            ofLabel[label] += 1
            ofCluster[cluster] += 1
        }
        let total = Double(labels.count)
        let labelEntropy = entropy(ofLabel, total)
        let clusterEntropy = entropy(ofCluster, total)
        var information = 0.0
        for label in 0..<labelCount {
            for cluster in 0..<clusterCount {
                let both = table[label * clusterCount + cluster]
                if both > 0 {
                    information += both / total * CMath.log(both * total / (ofLabel[label] * ofCluster[cluster]))
                }
            }
        }
        let homogeneity = labelEntropy > 0 ? information / labelEntropy : 1
        let completeness = clusterEntropy > 0 ? information / clusterEntropy : 1
        guard homogeneity + completeness > 0 else { return 0 }
        return 2 * homogeneity * completeness / (homogeneity + completeness)
    }

    private static func entropy(_ counts: [Double], _ total: Double) -> Double {
        counts.reduce(0) { $1 > 0 ? $0 - $1 / total * CMath.log($1 / total) : $0 }
    }
}

public import AnnealFormats

/// A number of clusters, chosen by the mean silhouette.
///
/// Tried are 2, 3, 4, 6, 8, 11 and so on, by the square root of 2, up to 64 and to half the points, on at most 4,000 points
/// that lie evenly in the file. The silhouette of a point is `1 − a/b`, where `a` is the distance to its own centre and `b`
/// that to the nearest other one. It is 0 for points between clusters, and 1 for those at their centre.
/// - SeeAlso: Hruschka, Campello and de Castro, "Evolving clusters in gene-expression data", Information Sciences 176
///   (2006): the silhouette by centres, which is linear in the points.
public struct CountChoice: Sendable {
    static let rowsMax = 4000
    static let countMax = 64

    /// The number with the greatest silhouette; the smallest of equal ones.
    public let count: Int
    /// What was tried.
    public let tried: [(count: Int, silhouette: Double)]

    /// - Parameter progress: is told what is tried next.
    /// - Complexity: that of some ten clusterings of 4,000 points.
    /// - Throws: ``ManifoldError`` as ``Clustering`` does.
    public init(
        _ points: Matrix, _ clustering: Clustering, progress: ((Int) -> Void)? = nil
    ) throws(ManifoldError) {
        try Manifold.check(points, "point")
        let step = max(1, (points.rows + Self.rowsMax - 1) / Self.rowsMax)
        let sample = points.selecting(Array(stride(from: 0, to: points.rows, by: step)))
        var tried: [(count: Int, silhouette: Double)] = []
        var exact = 2.0
        while Int(exact.rounded()) <= min(Self.countMax, sample.rows / 2) {
            let count = Int(exact.rounded())
            progress?(count)
            let clusters = try clustering.clusters(of: sample, count: count)
            tried.append((count, Self.silhouette(sample, clusters)))
            exact *= 2.0.squareRoot()
        }
        self.tried = tried
        // Of equal ones the first: a later one must be greater.
        count = tried.reduce((count: 1, silhouette: 0.0)) { $1.silhouette > $0.silhouette ? $1 : $0 }.count
    }

    static func silhouette(_ points: Matrix, _ clusters: Clusters) -> Double {
        let plan = SoftPlan(clusters.centres, sharpness: 1)
        var sum = 0.0
        plan.forEachCosts(of: points, 0..<points.rows) { rows, costs in
            for (place, row) in rows.enumerated() {
                let costs = costs + place * plan.stride
                let own = Int(clusters.labels[row])
                var other = Float.infinity
                for carrier in 0..<plan.carrierCount where carrier != own && clusters.sizes[carrier] > 0 {
                    other = min(other, costs[carrier])
                }
                // Where there is one cluster only, or two at one place, a point lies between them.
                guard other.isFinite, max(other, costs[own]) > 0 else { continue }
                sum += Double((other - costs[own]) / max(other, costs[own]))
            }
        }
        return sum / Double(points.rows)
    }
}

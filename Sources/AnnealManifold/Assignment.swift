public import AnnealFormats

/// Which carrier each point has at the end, and how near to it it came.
public struct Assignment: Sendable {
    /// One a point.
    public let labels: [Int32]
    /// Points of each carrier.
    public let counts: [Int]
    /// Mean and greatest distance of a point to its carrier.
    public let meanDistance: Double
    public let greatestDistance: Double

    /// The largest count less the smallest.
    public var spread: Int { (counts.max() ?? 0) - (counts.min() ?? 0) }
    /// The largest count over the smallest, where none counts as one.
    public var imbalance: Double { Double(counts.max() ?? 0) / Double(max(1, counts.min() ?? 0)) }

    init(_ labels: [Int32], _ positions: Matrix, _ carriers: Matrix) {
        self.labels = labels
        counts = Self.counts(labels, of: carriers.rows)
        var (sum, greatest) = (0.0, 0.0)
        for (row, label) in labels.enumerated() {
            var square = 0.0
            for column in 0..<positions.columns {
                let difference = Double(positions.row(row)[column]) - Double(carriers.row(Int(label))[column])
                square += difference * difference
            }
            sum += square.squareRoot()
            greatest = max(greatest, square.squareRoot())
        }
        meanDistance = sum / Double(max(1, labels.count))
        greatestDistance = greatest
    }

    static func counts(_ labels: [Int32], of carriers: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: carriers)
        for label in labels { counts[Int(label)] += 1 }
        return counts
    }
}

/// How a run stands after a step.
public struct Snapshot: Sendable {
    /// From 0.
    public let step: Int
    /// One over a distance.
    public let sharpness: Double
    public let positions: Matrix
    public let prices: [Double]
    /// The share of the points that each carrier has, by weights before the commit.
    public let loads: [Double]
    public let isCommitted: Bool
}

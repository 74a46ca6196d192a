public import AnnealFormats

/// Points in groups, the largest first.
public struct Clusters: Sendable {
    /// The mean of each group's points, a row each.
    public let centres: Matrix
    /// The group of each point.
    public let labels: [Int32]
    /// Points of each group; 0 only where there are fewer different points than groups.
    public let sizes: [Int]
    /// The sum of the points' squared distances to their centres.
    public let inertia: Double

    /// - Parameters:
    ///   - labels: one a point, below `count`.
    ///   - places: where centres are that have no point.
    init(_ points: Matrix, _ labels: [Int32], places: Matrix) {
        let count = places.rows
        let counts = Assignment.counts(labels, of: count)
        var firsts = [Int](repeating: points.rows, count: count)
        for (row, label) in labels.enumerated().reversed() { firsts[Int(label)] = row }
        let order = (0..<count).sorted { (counts[$0], firsts[$1], $1) > (counts[$1], firsts[$0], $0) }
        var place = [Int32](repeating: 0, count: count)
        for (new, old) in order.enumerated() { place[old] = Int32(new) }
        let sorted = labels.map { place[Int($0)] }
        let columns = points.columns
        var sums = [Double](repeating: 0, count: count * columns)
        for (row, label) in sorted.enumerated() {
            let point = points.row(row)
            for column in 0..<columns { sums[Int(label) * columns + column] += Double(point[column]) }
        }
        let centres = Matrix(rows: count, columns: columns)
        for (new, old) in order.enumerated() {
            for column in 0..<columns {
                centres.row(new)[column] =
                    counts[old] > 0
                    ? Float(sums[new * columns + column] / Double(counts[old])) : places.row(old)[column]
            }
        }
        var inertia = 0.0
        for (row, label) in sorted.enumerated() {
            let (point, centre) = (points.row(row), centres.row(Int(label)))
            for column in 0..<columns {
                let difference = Double(point[column]) - Double(centre[column])
                inertia += difference * difference
            }
        }
        self.centres = centres
        self.labels = sorted
        sizes = order.map { counts[$0] }
        self.inertia = inertia
    }
}

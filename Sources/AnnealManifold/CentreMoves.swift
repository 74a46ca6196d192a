import AnnealFormats
import AnnealPlatform

/// Moves of one centre at a time, where k-means alone is stuck: the centre that is missed least goes, another one's points
/// are split along their longest axis, and k-means follows. What makes the squared error less is kept.
///
/// - SeeAlso: Fränti and Virmajoki, "Iterative shrinking method for clustering problems", Pattern Recognition 39 (2006), for
///   what a removal costs; Fränti, "Efficiency of random swap clustering", Journal of Big Data 5 (2018).
struct CentreMoves {
    /// Rounds of power iteration for the longest axis.
    private static let axisRounds = 8
    /// Of the cheapest removals and the best splits as many are paired.
    private static let candidates = 3
    /// A move must take away this part of the error.
    private static let leastGain = 1e-5

    private let points: Matrix
    private let threads: Int

    private struct Split: Sendable {
        var gain = 0.0
        var halves: [[Float]] = []
    }

    /// - Parameter tries: moves that are tried, at most.
    /// - Complexity: O(tries · rounds of k-means · points · centres · columns).
    static func improve(_ points: Matrix, _ centres: Matrix, tries: Int, threads: Int) {
        let moves = CentreMoves(points: points, threads: threads)
        var error = KMeans.refine(points, centres, threads: threads).inertia
        let squares = (0..<points.rows).reduce(0.0) { $0 + points.dot($1, points, $1) }
        guard centres.rows > 1 else { return }
        var left = tries
        search: while left > 0 {
            for (removed, split, halves) in moves.ranked(centres) {
                guard left > 0 else { break search }
                left -= 1
                let moved = centres.copy()
                moved.row(removed).update(from: halves[0], count: points.columns)
                moved.row(split).update(from: halves[1], count: points.columns)
                let found = KMeans.refine(points, moved, threads: threads).inertia
                if found < error - Self.leastGain * (error + squares) {
                    error = found
                    centres.storage.update(from: moved.storage, count: moved.rows * moved.columns)
                    continue search
                }
            }
            return
        }
    }

    /// Which centre to remove and which to split, with its two halves: the most promising first.
    private func ranked(_ centres: Matrix) -> [(removed: Int, split: Int, halves: [[Float]])] {
        let (labels, costs) = removals(centres)
        let splits = splits(centres, labels)
        let cheapest = costs.indices.sorted { (costs[$0], $0) < (costs[$1], $1) }.prefix(Self.candidates)
        let best = splits.indices.filter { !splits[$0].halves.isEmpty }
            .sorted { (splits[$0].gain, $1) > (splits[$1].gain, $0) }.prefix(Self.candidates)
        let pairs = cheapest.flatMap { removed in best.filter { $0 != removed }.map { (removed, $0) } }
        return pairs.sorted { splits[$0.1].gain - costs[$0.0] > splits[$1.1].gain - costs[$1.0] }
            .map { ($0.0, $0.1, splits[$0.1].halves) }
    }

    /// The nearest centre of each point, and how much farther the points of a centre have to the next one.
    private func removals(_ centres: Matrix) -> (labels: [Int], costs: [Double]) {
        let plan = SoftPlan(centres, cost: .squaredDistance, sharpness: 1)
        let parts = Parallel.mapChunks(of: points.rows, size: SoftPlan.pieceSize(points.rows), threads: threads) {
            range in
            var labels: [Int] = []
            var costs = [Double](repeating: 0, count: centres.rows)
            plan.forEachCosts(of: points, range) { rows, block in
                for row in 0..<rows.count {
                    let row = block + row * plan.stride
                    let own = plan.cheapest(row)
                    var next = Float.infinity
                    for centre in 0..<centres.rows where centre != own { next = min(next, row[centre]) }
                    labels.append(own)
                    costs[own] += Double(next - row[own])
                }
            }
            return (labels, costs)
        }
        let costs = (0..<centres.rows).map { centre in parts.reduce(0.0) { $0 + $1.1[centre] } }
        return (parts.flatMap(\.0), costs)
    }

    /// What the squared error falls by where the points of a centre are cut in two, at right angles to their longest axis.
    private func splits(_ centres: Matrix, _ labels: [Int]) -> [Split] {
        var members = [[Int]](repeating: [], count: centres.rows)
        for (row, label) in labels.enumerated() { members[label].append(row) }
        let points = points
        return Parallel.map(centres.rows, threads: threads) { [members] centre in
            Self.split(points, members[centre], centres.row(centre), seed: UInt64(centre))
        }
    }

    private static func split(
        _ points: Matrix, _ members: [Int], _ centre: UnsafePointer<Float>, seed: UInt64
    ) -> Split {
        let columns = points.columns
        guard members.count > 1 else { return Split() }
        var random = SplitMix64(seed: seed)
        var axis = (0..<columns).map { _ in random.normal() }
        func along(_ row: Int) -> Float {
            let point = points.row(row)
            var product: Float = 0
            for column in 0..<columns { product += (point[column] - centre[column]) * axis[column] }
            return product
        }
        for _ in 0..<Self.axisRounds {
            var next = [Float](repeating: 0, count: columns)
            for row in members {
                let (point, product) = (points.row(row), along(row))
                for column in 0..<columns { next[column] += product * (point[column] - centre[column]) }
            }
            let length = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
            // Points that are all one are no two.
            guard length > 0 else { return Split() }
            axis = next.map { $0 / length }
        }
        var sums = [[Float]](repeating: [Float](repeating: 0, count: columns), count: 2)
        var counts: [Float] = [0, 0]
        for row in members {
            let (point, half) = (points.row(row), along(row) > 0 ? 1 : 0)
            counts[half] += 1
            for column in 0..<columns { sums[half][column] += point[column] - centre[column] }
        }
        guard counts[0] > 0, counts[1] > 0 else { return Split() }
        var split = Split()
        for half in 0..<2 {
            let square = sums[half].reduce(0.0) { $0 + Double($1) * Double($1) }
            split.gain += square / Double(counts[half])
            split.halves.append((0..<columns).map { centre[$0] + sums[half][$0] / counts[half] })
        }
        return split
    }
}

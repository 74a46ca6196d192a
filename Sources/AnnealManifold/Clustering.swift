public import AnnealFormats
import AnnealPlatform

/// How many points a centre may have.
public enum Masses: Hashable, Sendable {
    /// As many as are near.
    case free
    /// Many where there are many: a centre draws by the mass that it has (Rose's mass-constrained annealing).
    case learned
    /// As many as the others. Strength 1 ends with sizes that differ by at most one, by prices and an integer
    /// assignment; below 1 prices are only that part of what would make the loads equal.
    case equal(strength: Double)
}

/// How far a clustering has come.
public struct ClusteringProgress: Sendable {
    /// One over a squared distance.
    public let sharpness: Double
    /// The mean of the greatest weight of a point; 1 when all is hard.
    public let hardness: Double
    /// The mean of the least cost of a point: its squared distance to the nearest centre, with free masses.
    public let cost: Double
}

/// Groups vectors: points move the carriers, from soft to hard.
///
///     let clusters = try Clustering().clusters(of: vectors, count: 20)
///
/// All centres begin at the mean, which is the one solution at low sharpness, and part where the cloud first splits. As the
/// sharpness grows, so does the number of centres that are apart. What is found hardly depends on the seed, and never on
/// the number of threads. With free masses k-means follows, and moves of one centre at a time, until none makes the squared
/// error less.
/// - SeeAlso: Rose, "Deterministic annealing for clustering, compression, classification, regression, and related
///   optimization problems", Proceedings of the IEEE 86 (1998).
public struct Clustering: Sendable {
    /// What the sharpness grows by, once the centres have come to rest.
    public var growth = 1.15
    /// Rounds at one sharpness, at most.
    public var rounds = 4
    public var masses: Masses
    /// Of the shifts that part the centres.
    public var seed: UInt64
    public var threads: Int
    /// Whether k-means follows, with free masses.
    public var refines = true
    /// Moves of one centre that are tried after k-means, at most; it mostly ends after a few. Each is a k-means from a good
    /// start, which for many points and centres is long.
    public var moves = 32

    /// Rounds end when the centres move less than this part of the cloud's width.
    private static let rest = 1e-3
    /// Where a point's greatest weight is this on average, all is hard.
    private static let hard = 0.995
    /// Sharpness beyond which nothing changes any more, over the first.
    private static let sharpnessMax = 1e6

    public init(masses: Masses = .free, seed: UInt64 = 0, threads: Int = 1) {
        self.masses = masses
        self.seed = seed
        self.threads = threads
    }

    /// - Complexity: O(rounds · points · count · columns); some 60 to 150 rounds.
    /// - Throws: ``ManifoldError`` for a count below 1 or above that of the points, and numbers that are not finite.
    public func clusters(
        of points: Matrix, count: Int, progress: ((ClusteringProgress) -> Void)? = nil
    ) throws(ManifoldError) -> Clusters {
        precondition(threads > 0 && growth > 1 && rounds > 0)
        try Manifold.check(points, "point")
        guard (1...points.rows).contains(count) else { throw .count(expected: 1...points.rows, found: count) }
        let cloud = Cloud(points)
        let centres = Matrix(rows: count, columns: points.columns)
        for centre in 0..<count {
            for column in 0..<points.columns { centres.row(centre)[column] = cloud.mean[column] }
        }
        // Points that are all one have one centre.
        guard cloud.greatestVariance > 0 else {
            return Clusters(points, [Int32](repeating: 0, count: points.rows), places: centres)
        }
        var state = State(masses: [Double](repeating: 1 / Double(count), count: count))
        // Rose: the first split is at one over twice the greatest variance.
        let first = 0.9 / (2 * cloud.greatestVariance)
        var sharpness = first
        var random = SplitMix64(seed: seed)
        let nudge = Float(1e-3 * (cloud.greatestVariance / Double(points.columns)).squareRoot())
        while sharpness < first * Self.sharpnessMax {
            for index in 0..<count * points.columns { centres.storage[index] += nudge * random.normal() }
            var (hardness, cost) = (0.0, 0.0)
            for _ in 0..<rounds {
                let round = round(points, centres, sharpness, &state)
                (hardness, cost) = (round.hardness, round.cost)
                if round.moved < Self.rest * Self.rest * cloud.greatestVariance { break }
            }
            progress?(ClusteringProgress(sharpness: sharpness, hardness: hardness, cost: cost))
            if hardness > Self.hard { break }
            sharpness *= growth
        }
        return finish(points, centres, sharpness, state)
    }

    private struct State {
        var masses: [Double]
        /// In squared distances.
        var prices: [Double]

        init(masses: [Double]) {
            self.masses = masses
            prices = masses.map { _ in 0 }
        }
    }

    private func plan(_ centres: Matrix, _ sharpness: Double, _ state: State) -> SoftPlan {
        let offsets: [Double]? =
            switch masses {
            case .free: nil
            case .learned: state.masses.map { -Elementary.log(max($0, 1e-12)) / sharpness }
            case .equal: state.prices
            }
        return SoftPlan(centres, cost: .squaredDistance, sharpness: sharpness, offsets: offsets)
    }

    fileprivate struct Sums: Sendable {
        var loads: [Double]
        var points: [Float]
        var hardness = 0.0
        var cost = 0.0
    }

    /// Moves the centres to the weighted means, and sets masses or prices by the loads.
    private func round(
        _ points: Matrix, _ centres: Matrix, _ sharpness: Double, _ state: inout State
    ) -> (moved: Double, hardness: Double, cost: Double) {
        let plan = plan(centres, sharpness, state)
        let (count, columns) = (centres.rows, centres.columns)
        let parts = Parallel.mapChunks(of: points.rows, size: SoftPlan.pieceSize(points.rows), threads: threads) {
            range in
            var sums = Sums(
                loads: [Double](repeating: 0, count: count), points: [Float](repeating: 0, count: count * columns))
            plan.forEachCosts(of: points, range) { rows, costs in
                for row in 0..<rows.count { sums.cost += Double(plan.soften(costs + row * plan.stride)) }
                sums.add(points, rows, costs, stride: plan.stride)
            }
            return sums
        }
        var moved = 0.0
        for centre in 0..<count {
            let load = parts.reduce(0.0) { $0 + $1.loads[centre] }
            state.masses[centre] = load / Double(points.rows)
            guard load > 1e-9 else { continue }
            for column in 0..<columns {
                let place = centre * columns + column
                let value = Float(parts.reduce(0.0) { $0 + Double($1.points[place]) } / load)
                let step = Double(value - centres.storage[place])
                moved += step * step
                centres.storage[place] = value
            }
        }
        if case .equal(let strength) = masses {
            for centre in 0..<count {
                let excess = Elementary.log(max(state.masses[centre], 1e-12) * Double(count))
                state.prices[centre] += strength * excess / sharpness
            }
        }
        return (
            moved / Double(count), parts.reduce(0.0) { $0 + $1.hardness } / Double(points.rows),
            parts.reduce(0.0) { $0 + $1.cost } / Double(points.rows)
        )
    }

    private func finish(_ points: Matrix, _ centres: Matrix, _ sharpness: Double, _ state: State) -> Clusters {
        switch masses {
        case .free:
            if refines, points.rows > centres.rows {
                CentreMoves.improve(points, centres, tries: moves, threads: threads)
            }
            return Clusters(points, labels(points, plan(centres, sharpness, state)), places: centres)
        case .learned:
            return Clusters(points, labels(points, plan(centres, sharpness, state)), places: centres)
        case .equal(let strength):
            let plan = plan(centres, sharpness, state)
            guard strength >= 1 else { return Clusters(points, labels(points, plan), places: centres) }
            let costs = Matrix(rows: points.rows, columns: centres.rows)
            let bare = SoftPlan(centres, cost: .squaredDistance, sharpness: sharpness)
            bare.forEachCosts(of: points, 0..<points.rows) { rows, block in
                for (place, row) in rows.enumerated() {
                    costs.row(row).update(from: block + place * bare.stride, count: costs.columns)
                }
            }
            let shares = [Double](repeating: 1 / Double(centres.rows), count: centres.rows)
            let transport = Transport(
                costs: costs, prices: state.prices, capacities: capacities(shares, of: points.rows))
            return Clusters(points, transport.labels, places: centres)
        }
    }

    private func labels(_ points: Matrix, _ plan: SoftPlan) -> [Int32] {
        Parallel.mapChunks(of: points.rows, size: SoftPlan.pieceSize(points.rows), threads: threads) { range in
            var labels: [Int32] = []
            plan.forEachCosts(of: points, range) { rows, costs in
                for row in 0..<rows.count { labels.append(Int32(plan.cheapest(costs + row * plan.stride))) }
            }
            return labels
        }.flatMap { $0 }
    }
}

extension Clustering.Sums {
    /// Weights below this are left out of the means.
    private static let least: Float = 1e-6

    mutating func add(_ matrix: Matrix, _ rows: Range<Int>, _ weights: UnsafePointer<Float>, stride: Int) {
        let columns = matrix.columns
        points.withUnsafeMutableBufferPointer { sums in
            for (place, row) in rows.enumerated() {
                let point = matrix.row(row)
                var greatest: Float = 0
                for centre in loads.indices {
                    let weight = weights[place * stride + centre]
                    loads[centre] += Double(weight)
                    greatest = max(greatest, weight)
                    guard weight > Self.least else { continue }
                    let target = sums.baseAddress! + centre * columns
                    for column in 0..<columns { target[column] += weight * point[column] }
                }
                hardness += Double(greatest)
            }
        }
    }
}

/// The mean of points and their variance in the direction in which it is greatest.
struct Cloud {
    /// Rows that the direction is found on, at most.
    private static let sample = 4096
    private static let iterations = 30

    let mean: [Float]
    let greatestVariance: Double

    init(_ points: Matrix) {
        let columns = points.columns
        var sums = [Double](repeating: 0, count: columns)
        for row in 0..<points.rows {
            for column in 0..<columns { sums[column] += Double(points.row(row)[column]) }
        }
        let mean = sums.map { $0 / Double(points.rows) }
        let step = max(1, points.rows / Self.sample)
        let rows = Array(Swift.stride(from: 0, to: points.rows, by: step))
        // Power iteration: it needs the variance to a few parts in a hundred only.
        var random = SplitMix64(seed: 1)
        var direction = (0..<columns).map { _ in Double(random.normal()) }
        var variance = 0.0
        for _ in 0..<Self.iterations {
            let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard length > 0 else { break }
            for column in 0..<columns { direction[column] /= length }
            var next = [Double](repeating: 0, count: columns)
            for row in rows {
                let point = points.row(row)
                var product = 0.0
                for column in 0..<columns { product += (Double(point[column]) - mean[column]) * direction[column] }
                for column in 0..<columns { next[column] += product * (Double(point[column]) - mean[column]) }
            }
            direction = next
            variance = next.reduce(0) { $0 + $1 * $1 }.squareRoot() / Double(rows.count)
        }
        self.mean = mean.map { Float($0) }
        greatestVariance = variance
    }
}

public import AnnealFormats
import AnnealPlatform

/// Points and the carriers that draw them: soft at first, hard at the end.
///
///     var manifold = try Manifold(frequencies: [220, 231, 305, 390], carriers: [235, 300, 365])
///     let assignment = try manifold.anneal()
///     assignment.counts      // [2, 1, 1]: each carrier has its share
///
/// The same thing does two kinds of work. Carriers move the points: ``anneal(_:observe:)`` has oscillators lock to carriers
/// in any number of dimensions. Points move the carriers: ``Clustering`` has centres find their vectors. Both go by the same
/// weights (`SoftPlan`) and the same ``Schedule``.
///
/// The same seed gives the same bits for any number of threads, and on any machine: all arithmetic is additions,
/// multiplications, divisions and square roots in a fixed order.
public struct Manifold: Sendable {
    /// Where the points were at first, a row each.
    public let homes: Matrix
    /// Where they are. Reading only.
    public private(set) var positions: Matrix
    /// A row each.
    public let carriers: Matrix
    /// What part of the points each carrier is to have.
    public let shares: [Double]
    /// What a carrier costs beside its distance, and in its unit.
    public internal(set) var prices: [Double]
    /// Steps that have been done.
    public private(set) var steps = 0
    public let threads: Int
    private let seed: UInt64
    /// The width of all, the least distance of two carriers, and the mean distance of a carrier to its nearest.
    private let scale: (range: Double, gap: Double, meanNearest: Double)

    /// - Parameters:
    ///   - shares: above 0, sum 1; nil for equal ones.
    ///   - seed: of the noise.
    /// - Complexity: O((points + carriers²) · columns).
    /// - Throws: ``ManifoldError`` for no points or carriers, numbers that are not finite, shares that do not sum to 1.
    public init(
        points: Matrix, carriers: Matrix, shares: [Double]? = nil, seed: UInt64 = 0, threads: Int = 1
    ) throws(ManifoldError) {
        precondition(threads > 0)
        try Self.check(points, "point")
        try Self.check(carriers, "carrier")
        guard points.columns == carriers.columns else {
            throw .dimension(points: points.columns, carriers: carriers.columns)
        }
        let count = carriers.rows
        let shares = shares ?? [Double](repeating: 1 / Double(count), count: count)
        guard shares.count == count else { throw .shareCount(expected: count, found: shares.count) }
        if let wrong = shares.first(where: { !($0 > 0 && $0.isFinite) }) { throw .shares(found: "\(wrong)") }
        let sum = shares.reduce(0, +)
        guard abs(sum - 1) < 1e-6 else { throw .shares(found: "a sum of \(sum)") }
        homes = points
        positions = points
        self.carriers = carriers
        self.shares = shares
        self.seed = seed
        self.threads = threads
        prices = [Double](repeating: 0, count: count)
        scale = Self.scale(points, carriers)
    }

    /// Oscillators and carriers of one dimension.
    public init(
        frequencies: [Float], carriers: [Float], shares: [Double]? = nil, seed: UInt64 = 0, threads: Int = 1
    ) throws(ManifoldError) {
        try self.init(
            points: Matrix(rows: frequencies.count, columns: 1, values: frequencies),
            carriers: Matrix(rows: carriers.count, columns: 1, values: carriers), shares: shares, seed: seed,
            threads: threads)
    }

    static func check(_ matrix: Matrix, _ what: String) throws(ManifoldError) {
        guard matrix.rows > 0, matrix.columns > 0 else { throw .empty(what: what) }
        for row in 0..<matrix.rows {
            for column in 0..<matrix.columns where !matrix.row(row)[column].isFinite {
                throw .notFinite(what: what, row: row, column: column)
            }
        }
    }

    private static func scale(_ points: Matrix, _ carriers: Matrix) -> (Double, Double, Double) {
        var diagonal = 0.0
        for column in 0..<points.columns {
            var (least, most) = (Float.infinity, -Float.infinity)
            for matrix in [points, carriers] {
                for row in 0..<matrix.rows {
                    least = min(least, matrix.row(row)[column])
                    most = max(most, matrix.row(row)[column])
                }
            }
            diagonal += (Double(most) - Double(least)) * (Double(most) - Double(least))
        }
        // Of points and carriers that are all one the width does not matter.
        let range = diagonal > 0 ? diagonal.squareRoot() : 1
        var nearest = [Double](repeating: .infinity, count: carriers.rows)
        for first in 0..<carriers.rows {
            for second in 0..<first {
                var square = 0.0
                for column in 0..<carriers.columns {
                    let difference = Double(carriers.row(first)[column]) - Double(carriers.row(second)[column])
                    square += difference * difference
                }
                // Equal carriers are one to the points, and two to the prices.
                guard square > 0 else { continue }
                nearest[first] = min(nearest[first], square.squareRoot())
                nearest[second] = min(nearest[second], square.squareRoot())
            }
        }
        let apart = nearest.filter(\.isFinite)
        guard let gap = apart.min() else { return (range, range, range) }
        return (range, gap, apart.reduce(0, +) / Double(apart.count))
    }

    /// One step of the source's law: `w = softmax(−|f − c| · sharpness)`, then
    /// `f += dt · (strength · (Σ w c − f) + noiseScale · ξ)`.
    ///
    /// An Euler step, as the source has it: not stable where `dt · strength` is above 2. Nothing couples the points, so that
    /// counts are those of the nearest carriers once it is sharp.
    /// - Parameter sharpness: one over a distance.
    /// - Complexity: O(points · carriers · columns).
    public mutating func diffuseStep(dt: Double, strength: Double, noiseScale: Double, sharpness: Double) {
        let rate = Float(dt * strength)
        move(sharpness, line(nil), offsets: nil, scales: nil, keep: 1 - rate, noise: Float(dt * noiseScale))
    }

    /// A soft step of the balanced law: prices, then the exact solution of the drift towards `Σ w c` over `dt`.
    private mutating func balancedStep(_ schedule: Schedule, sharpness: Double, scales: [Double]?) -> [Double] {
        var loads: [Double] = []
        let line = line(scales)
        for _ in 0..<schedule.priceRounds {
            let offsets = offsets(sharpness)
            if let (line, cells) = line {
                loads = LinePlan(line, sharpness: sharpness, offsets: offsets)
                    .loads(of: positions, in: cells, threads: threads)
            } else {
                loads = SoftPlan(carriers, sharpness: sharpness, offsets: offsets, scales: scales)
                    .loads(of: positions, threads: threads)
            }
            for carrier in prices.indices {
                let excess = Elementary.log(max(loads[carrier], 1e-12)) - Elementary.log(shares[carrier])
                prices[carrier] += excess / sharpness
            }
        }
        let place = schedule.place(of: steps)
        let noise = schedule.noise.value(at: schedule.softPlace(of: steps)) * scale.meanNearest * schedule.dt
        let keep = Elementary.exp(-schedule.strength.value(at: place) * schedule.dt)
        move(sharpness, line, offsets: offsets(sharpness), scales: scales, keep: Float(keep), noise: Float(noise))
        return loads
    }

    private func offsets(_ sharpness: Double) -> [Double] {
        zip(prices, shares).map { $0 - Elementary.log($1) / sharpness }
    }

    /// Where the points lie among the carriers, if weights fall apart into parts of points and of carriers: in one dimension,
    /// where all carriers are equally sharp.
    private func line(_ scales: [Double]?) -> (LineCells, [Int32])? {
        guard carriers.columns == 1, scales == nil else { return nil }
        let line = LineCells(carriers, points: positions.rows)
        return (line, line.find(positions, threads: threads))
    }

    /// Room for positions that nobody else reads.
    private mutating func ownPositions() -> Matrix {
        if positions === homes || !isKnownUniquelyReferenced(&positions) { positions = positions.copy() }
        return positions
    }

    /// `f ← g + (f − g) · keep + noise · ξ`, with `g = Σ w c`.
    private mutating func move(
        _ sharpness: Double, _ line: (LineCells, [Int32])?, offsets: [Double]?, scales: [Double]?, keep: Float,
        noise: Float
    ) {
        let positions = ownPositions()
        let columns = carriers.columns
        let (seed, step) = (seed, steps)
        /// Moves some rows, given where they are drawn to, each as wide as `width`.
        @Sendable func advance(
            _ rows: Range<Int>, _ targets: UnsafePointer<Float>, width: Int, _ random: inout SplitMix64
        ) {
            for (place, row) in rows.enumerated() {
                let point = positions.row(row)
                for column in 0..<columns {
                    let target = targets[place * width + column]
                    point[column] = target + (point[column] - target) * keep
                    if noise > 0 { point[column] += noise * random.normal() }
                }
            }
        }
        func forEachPiece(_ body: @escaping @Sendable (Range<Int>, inout SplitMix64) -> Void) {
            Parallel.forEachChunk(
                of: positions.rows, size: SoftPlan.pieceSize(positions.rows), threads: threads
            ) { _, range in
                var random = SplitMix64(seed: seed, stream: step)
                random.skip(range.lowerBound * columns * SplitMix64.wordsOfNormal)
                body(range, &random)
            }
        }
        if let (line, cells) = line {
            let plan = LinePlan(line, sharpness: sharpness, offsets: offsets)
            forEachPiece { range, random in
                withUnsafeTemporaryAllocation(of: Float.self, capacity: range.count) { targets in
                    cells.withUnsafeBufferPointer { cells in
                        plan.targets(
                            of: positions.storage, in: cells.baseAddress!, range, into: targets.baseAddress!)
                    }
                    advance(range, targets.baseAddress!, width: 1, &random)
                }
            }
        } else {
            let plan = SoftPlan(carriers, sharpness: sharpness, offsets: offsets, scales: scales)
            let (right, width) = plan.carriersForProducts(carriers)
            forEachPiece { range, random in
                var targets = [Float](repeating: 0, count: SoftPlan.block * width)
                plan.forEachBlock(of: positions, range) { rows, weights in
                    DenseProduct.multiply(
                        weights, rows: rows.count, inner: plan.stride, right, stride: width, into: &targets)
                    advance(rows, targets, width: width, &random)
                }
            }
        }
        steps += 1
    }

    /// A step of points that have their carrier.
    private mutating func lockStep(_ labels: [Int32], keep: Float) {
        let positions = ownPositions()
        let carriers = carriers
        Parallel.forEachChunk(
            of: positions.rows, size: SoftPlan.pieceSize(positions.rows), threads: threads
        ) { _, range in
            for row in range {
                let (point, carrier) = (positions.row(row), carriers.row(Int(labels[row])))
                for column in 0..<positions.columns {
                    point[column] = carrier[column] + (point[column] - carrier[column]) * keep
                }
            }
        }
        steps += 1
    }

    /// Follows a schedule from the first step to the last.
    /// - Parameter observe: is told after every step how things stand. What it keeps stays as it was.
    /// - Returns: the carrier of each point. By ``Schedule/Law/balanced`` with a commit each has its share, to within one.
    /// - Complexity: O(steps · points · carriers · columns); see ``balancedAssignment()`` for the commit.
    /// - Throws: ``ManifoldError/schedule(expected:found:)``.
    @discardableResult
    public mutating func anneal(
        _ schedule: Schedule = .balanced, observe: ((Snapshot) -> Void)? = nil
    ) throws(ManifoldError) -> Assignment {
        try schedule.check()
        steps = 0
        prices = [Double](repeating: 0, count: prices.count)
        var labels: [Int32]?
        var sharpness = schedule.law == .source ? schedule.sharpness.from : schedule.sharpness.from / scale.range
        let ramp =
            schedule.law == .source
            ? schedule.sharpness
            : Ramp(sharpness, max(sharpness, schedule.sharpness.to / scale.gap), schedule.sharpness.shape)
        var loads = shares
        for step in 0..<schedule.steps {
            let place = schedule.place(of: step)
            if step >= schedule.commitStep {
                let committed = labels ?? balancedAssignment()
                if labels == nil {
                    loads = Assignment.counts(committed, of: carriers.rows).map { Double($0) / Double(homes.rows) }
                }
                labels = committed
                lockStep(
                    committed, keep: Float(Elementary.exp(-schedule.strength.value(at: place) * schedule.dt)))
            } else {
                switch schedule.sharpening {
                case .ramp, .byLoad: sharpness = ramp.value(at: schedule.softPlace(of: step))
                case .adaptive:
                    let isEven = zip(loads, shares).allSatisfy { abs($0 - $1) <= $1 / 20 }
                    if step > 0, isEven { sharpness = min(2 * sharpness, ramp.to) }
                case .byTemperature:
                    sharpness = 1 / (schedule.noise.value(at: schedule.softPlace(of: step)) * scale.meanNearest)
                }
                let scales =
                    schedule.sharpening == .byLoad
                    ? zip(loads, shares).map { min(4, max(0.25, $0 / $1)) } : nil
                if schedule.law == .source {
                    diffuseStep(
                        dt: schedule.dt, strength: schedule.strength.value(at: place),
                        noiseScale: schedule.noise.value(at: place), sharpness: sharpness)
                } else {
                    loads = balancedStep(schedule, sharpness: sharpness, scales: scales)
                }
            }
            observe?(
                Snapshot(
                    step: step, sharpness: sharpness, positions: positions, prices: prices, loads: loads,
                    isCommitted: labels != nil))
        }
        return Assignment(labels ?? nearest(), positions, carriers)
    }

    /// The nearest carrier of each point, prices left aside.
    func nearest() -> [Int32] {
        let plan = SoftPlan(carriers, sharpness: 1)
        let positions = positions
        return Parallel.mapChunks(
            of: positions.rows, size: SoftPlan.pieceSize(positions.rows), threads: threads
        ) { range in
            var labels: [Int32] = []
            plan.forEachCosts(of: positions, range) { rows, costs in
                for row in 0..<rows.count { labels.append(Int32(plan.cheapest(costs + row * plan.stride))) }
            }
            return labels
        }.flatMap { $0 }
    }
}

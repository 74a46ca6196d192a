import AnnealFormats
import AnnealPlatform

/// Carriers of one dimension by frequency, and between which two of them a point lies.
///
/// That depends on places alone: it is found once a step, and serves all the plans of that step.
struct LineCells: Sendable {
    private static let bucketsMax = 4096

    /// The place of each carrier in the order of the caller.
    let order: [Int]
    let sorted: [Float]
    /// The cell in which each bucket of the range begins.
    private let starts: [Int32]
    private let scale: Float
    private let buckets: Int

    /// - Parameters:
    ///   - carriers: of one column.
    ///   - points: how many there will be, so that little is prepared for few.
    /// - Complexity: O(carriers · log carriers).
    init(_ carriers: Matrix, points: Int) {
        precondition(carriers.columns == 1)
        let count = carriers.rows
        let values = (0..<count).map { carriers.row($0)[0] }
        order = (0..<count).sorted { (values[$0], $0) < (values[$1], $1) }
        let sorted = order.map { values[$0] }
        let buckets = max(1, min(Self.bucketsMax, points / 4))
        let width = sorted[count - 1] - sorted[0]
        scale = width > 0 ? Float(buckets) / width : 0
        var cell = 0
        starts = (0..<buckets).map { bucket in
            let edge = sorted[0] + width * Float(bucket) / Float(buckets)
            while cell < count, sorted[cell] <= edge { cell += 1 }
            return Int32(cell)
        }
        self.sorted = sorted
        self.buckets = buckets
    }

    /// For each point the number of carriers that are not above it: the cell that it lies in.
    /// - Complexity: O(points), but for points in one bucket of 4,096 with many carriers.
    func find(_ points: Matrix, threads: Int) -> [Int32] {
        [Int32](unsafeUninitializedCapacity: points.rows) { buffer, count in
            nonisolated(unsafe) let cells = buffer.baseAddress!
            Parallel.forEachChunk(of: points.rows, size: SoftPlan.pieceSize(points.rows), threads: threads) {
                _, range in
                sorted.withUnsafeBufferPointer { sorted in
                    starts.withUnsafeBufferPointer { starts in
                        for row in range {
                            // In bounds: a piece's rows are its own.
                            cells[row] = cell(of: points.storage[row], sorted.baseAddress!, starts.baseAddress!)
                        }
                    }
                }
            }
            count = points.rows
        }
    }

    @inline(__always)
    private func cell(of point: Float, _ sorted: UnsafePointer<Float>, _ starts: UnsafePointer<Int32>) -> Int32 {
        let count = Int32(truncatingIfNeeded: self.sorted.count)
        let place = (point - sorted[0]) * scale
        if place < 0 { return 0 }
        var cell = starts[min(buckets - 1, Int(min(place, Float(buckets))))]
        // Both ways: the edge of a bucket is rounded.
        while cell > 0, sorted[Int(cell) - 1] > point { cell -= 1 }
        while cell < count, sorted[Int(cell)] <= point { cell += 1 }
        return cell
    }
}

/// The weights of ``SoftPlan`` in one dimension, without going through the carriers for each point.
///
/// `e^(−s |f − c|)` falls apart into a part of the point and a part of the carrier on each side of the point. So between
/// two carriers `a` and `a + 1` the weights of all that lie below are known but for one factor, and so are those above:
///
/// - the mean carrier below, `m_a`, and above, `n_(a+1)`, do not depend on the point;
/// - the weight of all below is `p = 1 / (1 + e^x)` with `x = s ((f − c_a) − (c_(a+1) − f)) + log B_(a+1) − log A_a`, where
///   `A_a = A_(a−1) e^(−s (c_a − c_(a−1))) + e^(−s o_a)`, and `B` the same from above;
/// - of the load that comes to carrier `a` from above it the part `e^(−s o_a) / A_a` stays, and the rest goes on below.
///
/// The sums are held as logarithms: at a sharpness of 25/Hz they would leave the range of any float. The result is exact,
/// one exponential a point, and eight points at once.
/// - SeeAlso: Liao, Liu, Wang, Wu and Zhang, "Fast Sinkhorn I: an O(N) algorithm for the Wasserstein-1 metric",
///   arXiv 2202.10042, whose recursion this is.
struct LinePlan: Sendable {
    /// Beyond this `p` is 0 or 1 in 32 bits.
    private static let certain: Float = 80

    private let order: [Int]
    /// Of each cell, from that below all carriers to that above all: the carriers beside it, the shift and the slope of x.
    private let edges: [SIMD4<Float>]
    /// Of each cell the mean carrier below and above.
    private let means: [SIMD2<Float>]
    /// The part of what comes to a carrier that stays, from above and from below.
    private let staysFromAbove: [Double]
    private let staysFromBelow: [Double]

    /// - Complexity: O(carriers).
    init(_ cells: LineCells, sharpness: Double, offsets: [Double]? = nil) {
        let (order, sorted) = (cells.order, cells.sorted)
        let last = sorted.count - 1
        let logs = order.map { -sharpness * (offsets?[$0] ?? 0) }
        let up = Self.chain(sorted, logs, sharpness)
        let down = Self.chain(sorted.reversed().map { -$0 }, logs.reversed(), sharpness)
        let downLogs = Array(down.logs.reversed())
        let downMeans = down.means.reversed().map { Float(-$0) }
        var edges = [SIMD4(sorted[0], sorted[0], Self.certain, 0)]
        var means = [SIMD2(sorted[0], downMeans[0])]
        for carrier in 0..<last {
            edges.append(
                SIMD4(
                    sorted[carrier], sorted[carrier + 1], Float(downLogs[carrier + 1] - up.logs[carrier]),
                    Float(sharpness)))
            means.append(SIMD2(Float(up.means[carrier]), downMeans[carrier + 1]))
        }
        edges.append(SIMD4(sorted[last], sorted[last], -Self.certain, 0))
        means.append(SIMD2(Float(up.means[last]), sorted[last]))
        self.order = order
        self.edges = edges
        self.means = means
        staysFromAbove = up.stays
        staysFromBelow = down.stays.reversed()
    }

    /// Logarithms of the sums, mean carriers, and the part that stays, from the lowest carrier on.
    private static func chain(
        _ sorted: [Float], _ weights: [Double], _ sharpness: Double
    ) -> (logs: [Double], means: [Double], stays: [Double]) {
        var (logs, means, stays) = ([weights[0]], [Double(sorted[0])], [1.0])
        for carrier in 1..<max(1, sorted.count) {
            let passed = logs[carrier - 1] - sharpness * Double(sorted[carrier] - sorted[carrier - 1])
            let own = weights[carrier]
            let greater = max(passed, own)
            let log = greater + Elementary.log(Elementary.exp(passed - greater) + Elementary.exp(own - greater))
            let stay = Elementary.exp(own - log)
            logs.append(log)
            means.append(means[carrier - 1] * (1 - stay) + Double(sorted[carrier]) * stay)
            stays.append(stay)
        }
        return (logs, means, stays)
    }

    /// Calls `body` for up to eight points at a time with the weight of all carriers below.
    @inline(__always)
    private func forEachEight(
        of points: UnsafePointer<Float>, in cells: UnsafePointer<Int32>, _ range: Range<Int>,
        _ body: (_ start: Int, _ count: Int, _ below: SIMD8<Float>) -> Void
    ) {
        edges.withUnsafeBufferPointer { edges in
            for start in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
                let count = min(8, range.upperBound - start)
                var x = SIMD8<Float>()
                for lane in 0..<count {
                    // In bounds: a cell is at most the number of carriers, and there is one more.
                    let edge = edges.baseAddress![Int(cells[start + lane])]
                    let point = points[start + lane]
                    x[lane] = edge.w * ((point - edge.x) - (edge.y - point)) + edge.z
                }
                let most = SIMD8<Float>(repeating: Self.certain)
                let bounded = pointwiseMax(pointwiseMin(x, most), -most)
                body(start, count, 1 / (1 + Elementary.exp(bounded)))
            }
        }
    }

    /// Writes where each point is drawn to, `Σ w c`.
    /// - Parameters:
    ///   - points: all of them, and `cells` theirs, as ``LineCells/find(_:threads:)`` has them.
    ///   - targets: for the points of the range.
    /// - Complexity: O(points of the range).
    func targets(
        of points: UnsafePointer<Float>, in cells: UnsafePointer<Int32>, _ range: Range<Int>,
        into targets: UnsafeMutablePointer<Float>
    ) {
        means.withUnsafeBufferPointer { means in
            forEachEight(of: points, in: cells, range) { start, count, weights in
                for lane in 0..<count {
                    let mean = means.baseAddress![Int(cells[start + lane])]
                    targets[start - range.lowerBound + lane] = mean.y + (mean.x - mean.y) * weights[lane]
                }
            }
        }
    }

    /// The share of the points that each carrier has.
    /// - Complexity: O(points + carriers).
    func loads(of points: Matrix, in cells: [Int32], threads: Int) -> [Double] {
        let parts = Parallel.mapChunks(of: points.rows, size: SoftPlan.pieceSize(points.rows), threads: threads) {
            range in
            var sums = [SIMD2<Double>](repeating: SIMD2(), count: edges.count)
            sums.withUnsafeMutableBufferPointer { sums in
                cells.withUnsafeBufferPointer { cells in
                    let (sums, cells) = (sums.baseAddress!, cells.baseAddress!)
                    forEachEight(of: points.storage, in: cells, range) { start, count, weights in
                        let rest = 1 - weights
                        for lane in 0..<count {
                            sums[Int(cells[start + lane])] += SIMD2(Double(weights[lane]), Double(rest[lane]))
                        }
                    }
                }
            }
            return sums
        }
        var sums = [SIMD2<Double>](repeating: SIMD2(), count: edges.count)
        for part in parts { for index in sums.indices { sums[index] += part[index] } }
        var loads = [Double](repeating: 0, count: order.count)
        var carried = 0.0
        for carrier in order.indices.reversed() {
            carried += sums[carrier + 1].x
            loads[order[carrier]] += carried * staysFromAbove[carrier]
            carried -= carried * staysFromAbove[carrier]
        }
        carried = 0
        for carrier in order.indices {
            carried += sums[carrier].y
            loads[order[carrier]] += carried * staysFromBelow[carrier]
            carried -= carried * staysFromBelow[carrier]
        }
        return loads.map { $0 / Double(points.rows) }
    }
}

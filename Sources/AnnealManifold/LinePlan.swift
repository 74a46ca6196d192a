import AnnealFormats
import AnnealPlatform

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
    private static let bucketsMax = 4096
    /// Beyond this `p` is 0 or 1 in 32 bits.
    private static let certain: Float = 80

    let carrierCount: Int
    /// Carriers by frequency: the place of each in the order of the caller.
    private let order: [Int]
    private let sorted: [Float]
    /// Of each cell, from that below all carriers to that above all.
    private let left: [Float]
    private let right: [Float]
    private let slope: [Float]
    private let shift: [Float]
    private let below: [Float]
    private let above: [Float]
    /// The part of what comes to a carrier that stays, from above and from below.
    private let staysFromAbove: [Double]
    private let staysFromBelow: [Double]
    /// The cell in which each bucket of the range begins.
    private let starts: [Int32]
    private let scale: Float
    private let buckets: Int

    /// - Parameters:
    ///   - carriers: of one column.
    ///   - points: how many there will be, so that little is prepared for few.
    /// - Complexity: O(carriers · log carriers).
    init(_ carriers: Matrix, sharpness: Double, offsets: [Double]? = nil, points: Int) {
        let buckets = max(1, min(Self.bucketsMax, points / 4))
        precondition(carriers.columns == 1)
        let count = carriers.rows
        let values = (0..<count).map { carriers.row($0)[0] }
        let order = (0..<count).sorted { (values[$0], $0) < (values[$1], $1) }
        let sorted = order.map { values[$0] }
        let logs = order.map { -sharpness * (offsets?[$0] ?? 0) }
        let up = Self.chain(sorted, logs, sharpness)
        let down = Self.chain(sorted.reversed().map { -$0 }, logs.reversed(), sharpness)
        let (fromAbove, fromBelow) = (up.stays, Array(down.stays.reversed()))
        let downLogs = Array(down.logs.reversed())
        let downMeans = down.means.reversed().map { -$0 }
        var (left, right, slope, shift) = ([sorted[0]], [sorted[0]], [Float(0)], [Self.certain])
        var (below, above) = ([sorted[0]], [Float(downMeans[0])])
        for carrier in 0..<count - 1 {
            left.append(sorted[carrier])
            right.append(sorted[carrier + 1])
            slope.append(Float(sharpness))
            shift.append(Float(downLogs[carrier + 1] - up.logs[carrier]))
            below.append(Float(up.means[carrier]))
            above.append(Float(downMeans[carrier + 1]))
        }
        left.append(sorted[count - 1])
        right.append(sorted[count - 1])
        slope.append(0)
        shift.append(-Self.certain)
        below.append(Float(up.means[count - 1]))
        above.append(sorted[count - 1])
        carrierCount = count
        self.buckets = buckets
        self.order = order
        self.sorted = sorted
        (self.left, self.right, self.slope, self.shift) = (left, right, slope, shift)
        (self.below, self.above) = (below, above)
        (staysFromAbove, staysFromBelow) = (fromAbove, fromBelow)
        let width = sorted[count - 1] - sorted[0]
        scale = width > 0 ? Float(buckets) / width : 0
        var cell = 0
        starts = (0..<buckets).map { bucket in
            let edge = sorted[0] + width * Float(bucket) / Float(buckets)
            while cell < count, sorted[cell] <= edge { cell += 1 }
            return Int32(cell)
        }
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

    /// The number of carriers that are not above a point: the cell that it lies in.
    @inline(__always)
    private func cell(
        of point: Float, _ sorted: UnsafePointer<Float>, _ starts: UnsafePointer<Int32>
    ) -> Int {
        let place = (point - sorted[0]) * scale
        if place < 0 { return 0 }
        var cell = Int(starts[min(buckets - 1, Int(min(place, Float(buckets))))])
        // Both ways: the edge of a bucket is rounded.
        while cell > 0, sorted[cell - 1] > point { cell -= 1 }
        while cell < carrierCount, sorted[cell] <= point { cell += 1 }
        return cell
    }

    /// Calls `body` for up to eight points at a time with their cells and the weight of all carriers below.
    @inline(__always)
    private func forEachEight(
        of points: UnsafePointer<Float>, _ range: Range<Int>,
        _ body: (_ start: Int, _ count: Int, _ cells: SIMD8<Int32>, _ below: SIMD8<Float>) -> Void
    ) {
        sorted.withUnsafeBufferPointer { sorted in
            starts.withUnsafeBufferPointer { starts in
                left.withUnsafeBufferPointer { left in
                    right.withUnsafeBufferPointer { right in
                        slope.withUnsafeBufferPointer { slope in
                            shift.withUnsafeBufferPointer { shift in
                                for start in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
                                    let count = min(8, range.upperBound - start)
                                    var cells = SIMD8<Int32>()
                                    var x = SIMD8<Float>()
                                    for lane in 0..<count {
                                        let point = points[start + lane]
                                        // In bounds: a cell is at most the number of carriers, and there is one more.
                                        let cell = cell(of: point, sorted.baseAddress!, starts.baseAddress!)
                                        cells[lane] = Int32(truncatingIfNeeded: cell)
                                        x[lane] =
                                            slope[cell] * ((point - left[cell]) - (right[cell] - point)) + shift[cell]
                                    }
                                    let most = SIMD8<Float>(repeating: Self.certain)
                                    let bounded = pointwiseMax(pointwiseMin(x, most), -most)
                                    body(start, count, cells, 1 / (1 + Elementary.exp(bounded)))
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Writes where each point is drawn to, `Σ w c`.
    /// - Complexity: O(points), but for points in one bucket of 4,096 with many carriers.
    func targets(
        of points: UnsafePointer<Float>, _ range: Range<Int>, into targets: UnsafeMutablePointer<Float>
    ) {
        below.withUnsafeBufferPointer { below in
            above.withUnsafeBufferPointer { above in
                forEachEight(of: points, range) { start, count, cells, weights in
                    for lane in 0..<count {
                        let cell = Int(cells[lane])
                        targets[start - range.lowerBound + lane] =
                            above[cell] + (below[cell] - above[cell]) * weights[lane]
                    }
                }
            }
        }
    }

    /// The share of the points that each carrier has.
    /// - Complexity: O(points + carriers).
    func loads(of points: Matrix, threads: Int) -> [Double] {
        let parts = Parallel.mapChunks(of: points.rows, size: SoftPlan.pieceSize(points.rows), threads: threads) {
            range in
            var sums = [Double](repeating: 0, count: 2 * (carrierCount + 1))
            sums.withUnsafeMutableBufferPointer { sums in
                forEachEight(of: points.storage, range) { _, count, cells, weights in
                    for lane in 0..<count {
                        let cell = Int(cells[lane])
                        sums[2 * cell] += Double(weights[lane])
                        sums[2 * cell + 1] += Double(1 - weights[lane])
                    }
                }
            }
            return sums
        }
        var sums = [Double](repeating: 0, count: 2 * (carrierCount + 1))
        for part in parts { for index in sums.indices { sums[index] += part[index] } }
        var loads = [Double](repeating: 0, count: carrierCount)
        var carried = 0.0
        for carrier in (0..<carrierCount).reversed() {
            carried += sums[2 * (carrier + 1)]
            loads[order[carrier]] += carried * staysFromAbove[carrier]
            carried -= carried * staysFromAbove[carrier]
        }
        carried = 0
        for carrier in 0..<carrierCount {
            carried += sums[2 * carrier + 1]
            loads[order[carrier]] += carried * staysFromBelow[carrier]
            carried -= carried * staysFromBelow[carrier]
        }
        return loads.map { $0 / Double(points.rows) }
    }
}

package import AnnealFormats
import AnnealPlatform

/// Who goes where, softly: the weights `w_ij = softmax_j(−s · (a_j · d_ij + o_j))` of points on carriers.
///
/// The offsets `o` hold prices and shares, `λ_j − log π_j / s`; the scales `a` are 1 but where sharpness goes by carrier.
/// Weights are never all stored: they come in blocks of rows.
package struct SoftPlan: Sendable {
    /// What a weight falls with.
    package enum Cost: Sendable { case distance, squaredDistance }

    /// Rows whose weights are in memory at once.
    static let block = 64
    /// Below as many columns distances are made of differences; above, of products, which are faster and less exact.
    private static let directColumns = 8

    let carrierCount: Int
    /// Carriers filled up to a multiple of eight, which is how wide a row of weights is.
    let stride: Int
    private let columns: Int
    private let cost: Cost
    private let sharpness: Float
    /// Column by column.
    private let transposed: [Float]
    private let squares: [Float]
    private let offsets: [Float]
    private let scales: [Float]

    package init(
        _ carriers: Matrix, cost: Cost = .distance, sharpness: Double, offsets: [Double]? = nil, scales: [Double]? = nil
    ) {
        carrierCount = carriers.rows
        columns = carriers.columns
        self.cost = cost
        // Not 0: times the infinite costs of what only fills up that would be no number.
        self.sharpness = Float(max(sharpness, 1e-30))
        (transposed, stride) = carriers.transposed()
        // A carrier that only fills up is infinitely dear.
        let filling = [Float](repeating: .infinity, count: stride - carriers.rows)
        self.offsets = (offsets?.map { Float($0) } ?? [Float](repeating: 0, count: carriers.rows)) + filling
        self.scales =
            (scales?.map { Float($0) } ?? [Float](repeating: 1, count: carriers.rows)) + filling.map { _ in 1 }
        squares = (0..<carriers.rows).map { Float(carriers.dot($0, carriers, $0)) } + filling.map { _ in 0 }
    }

    /// Rows that one piece of work has: it depends on their number alone, so that sums over pieces are the same for any
    /// number of threads, and there are at most 64.
    static func pieceSize(_ rows: Int) -> Int { max(256, (rows / 64 + block) / block * block) }

    /// The carriers as the right side of a product with weights: filled up on both sides.
    func carriersForProducts(_ carriers: Matrix) -> (values: [Float], width: Int) {
        let width = (columns + 7) & ~7
        var values = [Float](repeating: 0, count: stride * width)
        for carrier in 0..<carriers.rows {
            for column in 0..<columns { values[carrier * width + column] = carriers.row(carrier)[column] }
        }
        return (values, width)
    }

    /// Calls `body` for blocks of points with their weights, rows of ``stride`` numbers that sum to 1.
    /// - Complexity: O(points · carriers · columns).
    package func forEachBlock(
        of points: Matrix, _ range: Range<Int>,
        _ body: (_ rows: Range<Int>, _ weights: UnsafeMutablePointer<Float>) -> Void
    ) {
        forEachCosts(of: points, range) { rows, costs in
            for row in 0..<rows.count { _ = soften(costs + row * stride) }
            body(rows, costs)
        }
    }

    /// Calls `body` for blocks of points with what each carrier costs them, distance or its square, scale and offset in it.
    func forEachCosts(
        of points: Matrix, _ range: Range<Int>,
        _ body: (_ rows: Range<Int>, _ costs: UnsafeMutablePointer<Float>) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.block * stride) { room in
            let costs = room.baseAddress!
            var start = range.lowerBound
            while start < range.upperBound {
                let rows = start..<min(start + Self.block, range.upperBound)
                findSquares(points, rows, costs)
                price(costs, rows.count)
                body(rows, costs)
                start = rows.upperBound
            }
        }
    }

    /// Squared distances; in one dimension distances.
    private func findSquares(_ points: Matrix, _ rows: Range<Int>, _ costs: UnsafeMutablePointer<Float>) {
        transposed.withUnsafeBufferPointer { transposed in
            let right = transposed.baseAddress!
            if columns > Self.directColumns {
                DenseProduct.multiply(
                    points.row(rows.lowerBound), rows: rows.count, inner: columns, right, stride: stride, into: costs)
                for (place, row) in rows.enumerated() {
                    let square = Float(points.dot(row, points, row))
                    for carrier in 0..<stride {
                        let product = costs[place * stride + carrier]
                        costs[place * stride + carrier] = max(0, square + squares[carrier] - 2 * product)
                    }
                }
                return
            }
            for (place, row) in rows.enumerated() {
                let point = points.row(row)
                let target = costs + place * stride
                for carrier in Swift.stride(from: 0, to: stride, by: 8) {
                    var sum = SIMD8<Float>()
                    for column in 0..<columns {
                        let difference = Self.load(right + column * stride + carrier) - point[column]
                        sum += difference * difference
                    }
                    Self.store(sum, target + carrier)
                }
            }
        }
    }

    private func price(_ costs: UnsafeMutablePointer<Float>, _ rows: Int) {
        offsets.withUnsafeBufferPointer { offsets in
            scales.withUnsafeBufferPointer { scales in
                for row in 0..<rows {
                    let target = costs + row * stride
                    for carrier in Swift.stride(from: 0, to: stride, by: 8) {
                        var value = Self.load(target + carrier)
                        if cost == .distance { value = value.squareRoot() }
                        value = value * Self.load(scales.baseAddress! + carrier)
                        Self.store(value + Self.load(offsets.baseAddress! + carrier), target + carrier)
                    }
                }
            }
        }
    }

    /// Costs to weights, in place.
    /// - Returns: the least cost.
    func soften(_ row: UnsafeMutablePointer<Float>) -> Float {
        // In bounds, here and below: a row has `stride` numbers, a multiple of eight.
        var least = Self.load(row)
        for carrier in Swift.stride(from: 8, to: stride, by: 8) {
            least = pointwiseMin(least, Self.load(row + carrier))
        }
        let minimum = least.min()
        var total = SIMD8<Float>()
        for carrier in Swift.stride(from: 0, to: stride, by: 8) {
            let weight = Elementary.exp((minimum - Self.load(row + carrier)) * sharpness)
            total += weight
            Self.store(weight, row + carrier)
        }
        let scale = 1 / total.sum()
        for carrier in Swift.stride(from: 0, to: stride, by: 8) {
            Self.store(Self.load(row + carrier) * scale, row + carrier)
        }
        return minimum
    }

    @inline(__always)
    private static func load(_ place: UnsafePointer<Float>) -> SIMD8<Float> {
        UnsafeRawPointer(place).loadUnaligned(as: SIMD8<Float>.self)
    }

    @inline(__always)
    private static func store(_ value: SIMD8<Float>, _ place: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(place).storeBytes(of: value, as: SIMD8<Float>.self)
    }

    /// The carrier of the least cost in a row; of equal ones the first.
    func cheapest(_ costs: UnsafePointer<Float>) -> Int {
        var best = 0
        for carrier in 1..<max(1, carrierCount) where costs[carrier] < costs[best] { best = carrier }
        return best
    }

    /// The share of the points that each carrier has.
    func loads(of points: Matrix, threads: Int) -> [Double] {
        let parts = Parallel.mapChunks(of: points.rows, size: Self.pieceSize(points.rows), threads: threads) { range in
            var sums = [Double](repeating: 0, count: carrierCount)
            forEachBlock(of: points, range) { rows, weights in
                for carrier in 0..<carrierCount {
                    var sum: Float = 0
                    for row in 0..<rows.count { sum += weights[row * stride + carrier] }
                    sums[carrier] += Double(sum)
                }
            }
            return sums
        }
        return (0..<carrierCount).map { carrier in
            parts.reduce(0.0) { $0 + $1[carrier] } / Double(points.rows)
        }
    }
}

import AnnealFormats
import AnnealPlatform

/// What points say of code words: which is nearest to each, and the sums that their means are made of.
struct WordSums {
    /// The word nearest to each point; of several the first.
    private(set) var nearest: [Int32] = []
    /// The squared distance of each point to it.
    private(set) var distances: [Float] = []
    /// For each word the sum of its points, each as far as it is its own.
    private(set) var sums: [Double]
    /// For each word how many points are its own; a fraction of a point counts as one.
    private(set) var masses: [Double]
    /// For each word the squared distances of the points that are nearest to it, together.
    private(set) var errors: [Double]

    /// The mean squared distance of a point to the nearest word.
    var error: Double { errors.reduce(0, +) / Double(max(1, nearest.count)) }

    /// Squared distances below this part of a point's squared length are rounding.
    private static let rounding: Float = 1e-6
    /// Shares below e^-12 are nothing.
    private static let leastExponent: Float = -12

    /// Assigns points to words.
    /// - Parameter sharpness: nil to give each point to the nearest word; otherwise the share of a word at squared
    ///   distance `d` is as `exp(-sharpness · d)`.
    /// - Complexity: O(points · words · columns).
    init(_ points: Matrix, _ words: Matrix, sharpness: Double? = nil, threads: Int) {
        let (right, stride) = words.transposed()
        let halves = (0..<words.rows).map { Float(words.dot($0, words, $0) / 2) }
        let (size, columns) = (words.rows, words.columns)
        // Pieces do not depend on the number of threads, and their sums are added in order.
        let parts = Parallel.mapChunks(of: points.rows, size: max(512, points.rows / 48 + 1), threads: threads) {
            range in
            var part = WordSums(size: size, columns: columns)
            let block = 64
            var products = [Float](repeating: 0, count: block * stride)
            var shares = [Float](repeating: 0, count: size)
            for start in Swift.stride(from: range.lowerBound, to: range.upperBound, by: block) {
                let count = min(block, range.upperBound - start)
                right.withUnsafeBufferPointer { right in
                    DenseProduct.multiply(
                        points.row(start), rows: count, inner: columns, right.baseAddress!, stride: stride,
                        into: &products)
                }
                for row in start..<start + count {
                    part.take(
                        points.row(row), columns, products[(row - start) * stride..<(row - start) * stride + size],
                        halves, sharpness: sharpness.map { Float($0) }, shares: &shares)
                }
            }
            return part
        }
        self.init(size: size, columns: columns)
        nearest.reserveCapacity(points.rows)
        distances.reserveCapacity(points.rows)
        for part in parts {
            nearest += part.nearest
            distances += part.distances
            for index in sums.indices { sums[index] += part.sums[index] }
            for index in masses.indices { masses[index] += part.masses[index] }
            for index in errors.indices { errors[index] += part.errors[index] }
        }
    }

    private init(size: Int, columns: Int) {
        sums = [Double](repeating: 0, count: size * columns)
        masses = [Double](repeating: 0, count: size)
        errors = masses
    }

    private mutating func take(
        _ point: UnsafePointer<Float>, _ columns: Int, _ products: ArraySlice<Float>, _ halves: [Float],
        sharpness: Float?, shares: inout [Float]
    ) {
        var squares: Float = 0
        for column in 0..<columns { squares += point[column] * point[column] }
        var (best, least) = (0, Float.infinity)
        for (word, product) in products.enumerated() where halves[word] - product < least {
            (best, least) = (word, halves[word] - product)
        }
        let distance = squares + 2 * least
        distances.append(distance > Self.rounding * squares ? distance : 0)
        nearest.append(Int32(best))
        errors[best] += Double(distances[distances.count - 1])
        guard let sharpness else { return add(point, columns, to: best, share: 1) }
        var sum: Float = 0
        for (word, product) in products.enumerated() {
            let exponent = -2 * sharpness * (halves[word] - product - least)
            shares[word] = exponent > Self.leastExponent ? CMath.exp(exponent) : 0
            sum += shares[word]
        }
        for word in shares.indices where shares[word] > 0 { add(point, columns, to: word, share: shares[word] / sum) }
    }

    private mutating func add(_ point: UnsafePointer<Float>, _ columns: Int, to word: Int, share: Float) {
        masses[word] += Double(share)
        sums.withUnsafeMutableBufferPointer { sums in
            let start = word * columns
            for column in 0..<columns { sums[start + column] += Double(share * point[column]) }
        }
    }
}

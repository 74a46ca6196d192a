public import AnnealFormats
import AnnealPlatform

/// What codes of one length keep of some vectors.
///
/// Symmetric: code against code. Asymmetric: vectors that were not coded against codes. They are different numbers, and a
/// report of one is none of the other.
public struct CodecMeasurement: Sendable {
    /// Bytes of a code.
    public let length: Int
    /// Squared error a vector.
    public let error: Double
    /// The least squared error that codes of this length could have, were these vectors normally distributed.
    public let bound: Double
    /// Pearson's correlation of cosines of pairs, drawn at random, with those of their codes.
    public let symmetric: Double
    public let asymmetric: Double
    /// Of the ten vectors with the greatest cosine to a query, the share that is among the ten, the hundred, by codes;
    /// the query is not coded.
    public let recall10: Double
    public let recall100: Double
    /// Queries that the recall is the mean of.
    public let queries: Int

    private static let queriesMost = 200
    private static let pairs = 20_000

    /// Measures codes of all lengths that a codec has.
    ///
    /// Every so-manieth row is a query, 200 of them at most, and the others are searched. A codec that was trained on these
    /// very vectors does better on them than on others.
    /// - Complexity: O(rows · (queries · dimension + time to encode)), for each length; O(rows · dimension²) for the bound.
    /// - Throws: ``CodecError``.
    public static func measure(
        _ codec: any VectorCodec, on vectors: Matrix, lengths: [Int]? = nil, seed: UInt64 = 0, threads: Int,
        progress: (Int) -> Void = { _ in }
    ) throws(CodecError) -> [CodecMeasurement] {
        guard vectors.rows >= 20 else { throw .tooFewVectors(expected: 20, found: vectors.rows) }
        guard vectors.columns == codec.dimension else {
            throw .dimension(expected: codec.dimension, found: vectors.columns)
        }
        let training = try TrainingVectors(vectors, order: Array(0..<vectors.rows))
        let variances = try training.basis(power: 0, threads: threads).variances
        let step = max(2, vectors.rows / queriesMost)
        let queries = Array(stride(from: 0, to: vectors.rows, by: step).prefix(queriesMost))
        let exact = nearest(of: queries, step: step, to: vectors, from: vectors, 10, threads: threads)
        var random = SplitMix64(seed: seed)
        let pairs = (0..<Self.pairs).map { _ in (random.below(vectors.rows), random.below(vectors.rows)) }
        let cosines = pairs.map { cosine(vectors, $0.0, vectors, $0.1) }
        var found: [CodecMeasurement] = []
        for length in lengths ?? codec.lengths {
            let codes = try codec.encode(vectors, length: length, threads: threads)
            let decoded = try codes.withUnsafeBufferPointer { (bytes) throws(CodecError) in
                try codec.decode(UnsafeRawBufferPointer(bytes), length: length, threads: threads)
            }
            let near = nearest(of: queries, step: step, to: decoded, from: vectors, 100, threads: threads)
            func recall(_ count: Int) -> Double {
                let shared = zip(exact, near).reduce(0) { $0 + Set($1.0).intersection($1.1.prefix(count)).count }
                return Double(shared) / Double(10 * queries.count)
            }
            found.append(
                CodecMeasurement(
                    length: length, error: squaredError(vectors, decoded),
                    bound: BitAllocation.bound(variances, bits: 8 * length),
                    symmetric: correlation(cosines, pairs.map { cosine(decoded, $0.0, decoded, $0.1) }),
                    asymmetric: correlation(cosines, pairs.map { cosine(vectors, $0.0, decoded, $0.1) }),
                    recall10: recall(10), recall100: recall(100), queries: queries.count))
            progress(length)
        }
        return found
    }

    /// The mean squared distance between rows.
    static func squaredError(_ one: Matrix, _ other: Matrix) -> Double {
        var sum = 0.0
        for index in 0..<one.rows * one.columns {
            let rest = Double(one.storage[index]) - Double(other.storage[index])
            sum += rest * rest
        }
        return sum / Double(one.rows)
    }

    private static func product(_ one: UnsafePointer<Float>, _ other: UnsafePointer<Float>, _ count: Int) -> Float {
        var lanes = SIMD8<Float>.zero
        var index = 0
        while index + 8 <= count {
            let left = UnsafeRawPointer(one + index).loadUnaligned(as: SIMD8<Float>.self)
            lanes += left * UnsafeRawPointer(other + index).loadUnaligned(as: SIMD8<Float>.self)
            index += 8
        }
        var sum = lanes.sum()
        while index < count {
            sum += one[index] * other[index]
            index += 1
        }
        return sum
    }

    /// 0 where one of them is zero.
    private static func cosine(_ left: Matrix, _ row: Int, _ right: Matrix, _ other: Int) -> Double {
        let count = left.columns
        let squares =
            product(left.row(row), left.row(row), count) * product(right.row(other), right.row(other), count)
        return squares > 0 ? Double(product(left.row(row), right.row(other), count)) / Double(squares.squareRoot()) : 0
    }

    /// For each query the rows of the greatest cosine that are no queries, the greatest first.
    private static func nearest(
        of queries: [Int], step: Int, to rows: Matrix, from vectors: Matrix, _ count: Int, threads: Int
    ) -> [[Int]] {
        let factors = (0..<rows.rows).map { row -> Float in
            let squares = product(rows.row(row), rows.row(row), rows.columns)
            return squares > 0 ? 1 / squares.squareRoot() : 0
        }
        let last = queries.count * step
        let searched = (0..<rows.rows).filter { $0 >= last || $0 % step != 0 }
        return Parallel.map(queries.count, threads: threads) { index in
            let query = vectors.row(queries[index])
            let scores = searched.map { product(query, rows.row($0), rows.columns) * factors[$0] }
            return searched.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }.prefix(count).map { searched[$0] }
        }
    }

    private static func correlation(_ one: [Double], _ other: [Double]) -> Double {
        let count = Double(one.count)
        let means = (one.reduce(0, +) / count, other.reduce(0, +) / count)
        var (products, left, right) = (0.0, 0.0, 0.0)
        for (first, second) in zip(one, other) {
            products += (first - means.0) * (second - means.1)
            left += (first - means.0) * (first - means.0)
            right += (second - means.1) * (second - means.1)
        }
        return left > 0 && right > 0 ? products / (left * right).squareRoot() : 0
    }
}

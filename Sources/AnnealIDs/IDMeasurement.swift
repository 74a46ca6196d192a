import AnnealCodes
public import AnnealFormats
import AnnealPlatform

/// What IDs do to vectors: how evenly digits are used, how much of the vectors they keep, and how often vectors that are
/// alike share digits.
public struct IDMeasurement: Sendable {
    /// One level.
    public struct Level: Sendable {
        public let size: Int
        /// Two to the power of the digits' entropy: how many digits of equal use it comes to.
        public let perplexity: Double
        /// Digits that no vector has.
        public let dead: Int
        /// The squared error a vector, with the digits up to this one.
        public let error: Double
        /// Of pairs of vectors with a cosine above 0.85, and below 0.1, the part that shares all digits up to this one;
        /// nil where there are no such pairs.
        public let sharedNear: Double?
        public let sharedFar: Double?
    }

    public let levels: [Level]
    public let vectors: Int
    /// How many different IDs there are.
    public let different: Int
    /// The part of the vectors that shares its ID with another.
    public let sharing: Double
    /// How many pairs with a cosine above 0.85, and below 0.1, there were.
    public let nearPairs: Int
    public let farPairs: Int

    public static func perplexity(_ counts: [Int]) -> Double {
        let total = Double(max(1, counts.reduce(0, +)))
        let entropy = counts.reduce(0.0) { sum, count in
            count > 0 ? sum - Double(count) / total * CMath.log2(Double(count) / total) : sum
        }
        return CMath.pow(2, entropy)
    }

    private static let queries = 400

    /// Measures IDs of vectors; those that are zero are left out.
    ///
    /// Pairs are those of 400 vectors at most, evenly apart, with all others.
    /// - Complexity: O(vectors · (words + 400) · dimension).
    /// - Throws: ``IDError``.
    public static func measure(_ model: IDModel, on vectors: Matrix, threads: Int) throws(IDError) -> IDMeasurement {
        let parts = try Parallel.mapChunks(of: vectors.rows, size: 512, threads: threads) {
            (range) throws(IDError) -> [[Int]?] in
            let coder = model.makeCoder()
            var found: [[Int]?] = []
            for row in range {
                found.append(
                    try coder.id(of: UnsafeBufferPointer(start: vectors.row(row), count: vectors.columns))?.digits)
            }
            return found
        }
        let all = parts.flatMap { $0 }
        let rows = all.indices.filter { all[$0] != nil }
        let digits = rows.map { all[$0] ?? [] }
        let sizes = model.sizes
        var counts = sizes.map { [Int](repeating: 0, count: $0) }
        for own in digits { for (level, digit) in own.enumerated() { counts[level][digit] += 1 } }
        var texts: [[Int]: Int] = [:]
        for own in digits { texts[own, default: 0] += 1 }
        let errors = errors(model, vectors, rows, digits, threads: threads)
        let pairs = pairs(vectors, rows, digits, levels: sizes.count, threads: threads)
        return IDMeasurement(
            levels: sizes.indices.map { level in
                Level(
                    size: sizes[level], perplexity: perplexity(counts[level]), dead: counts[level].count { $0 == 0 },
                    error: errors[level],
                    sharedNear: pairs.near > 0 ? Double(pairs.nearShared[level]) / Double(pairs.near) : nil,
                    sharedFar: pairs.far > 0 ? Double(pairs.farShared[level]) / Double(pairs.far) : nil)
            },
            vectors: rows.count, different: texts.count,
            sharing: Double(texts.values.reduce(0) { $0 + ($1 > 1 ? $1 : 0) }) / Double(max(1, rows.count)),
            nearPairs: pairs.near, farPairs: pairs.far)
    }

    private static func errors(
        _ model: IDModel, _ vectors: Matrix, _ rows: [Int], _ digits: [[Int]], threads: Int
    ) -> [Double] {
        let levels = model.sizes.count
        let parts = Parallel.mapChunks(of: rows.count, size: 512, threads: threads) { range in
            var sums = [Double](repeating: 0, count: levels)
            var decoded = [Float](repeating: 0, count: vectors.columns)
            for index in range {
                let row = vectors.row(rows[index])
                for level in 0..<levels {
                    decoded.withUnsafeMutableBufferPointer {
                        model.quantizer.decode(digits[index][...level], into: $0.baseAddress!)
                    }
                    var squares: Float = 0
                    for column in 0..<vectors.columns {
                        squares += (row[column] - decoded[column]) * (row[column] - decoded[column])
                    }
                    sums[level] += Double(squares)
                }
            }
            return sums
        }
        return (0..<levels).map { level in parts.reduce(0) { $0 + $1[level] } / Double(max(1, rows.count)) }
    }

    private struct Pairs {
        var near = 0
        var far = 0
        var nearShared: [Int]
        var farShared: [Int]
    }

    private static func pairs(
        _ vectors: Matrix, _ rows: [Int], _ digits: [[Int]], levels: Int, threads: Int
    ) -> Pairs {
        let lengths = rows.map { Float(vectors.dot($0, vectors, $0).squareRoot()) }
        let step = max(1, rows.count / queries)
        let asked = Array(stride(from: 0, to: rows.count, by: step).prefix(queries))
        let (right, stride) = vectors.selecting(asked.map { rows[$0] }).transposed()
        let parts = Parallel.mapChunks(of: rows.count, size: 256, threads: threads) { range in
            var pairs = Pairs(
                nearShared: [Int](repeating: 0, count: levels), farShared: [Int](repeating: 0, count: levels))
            var products = [Float](repeating: 0, count: stride)
            for index in range {
                right.withUnsafeBufferPointer { right in
                    DenseProduct.multiply(
                        vectors.row(rows[index]), rows: 1, inner: vectors.columns, right.baseAddress!, stride: stride,
                        into: &products)
                }
                for (place, other) in asked.enumerated() where other != index {
                    let cosine = products[place] / (lengths[index] * lengths[other])
                    guard cosine > 0.85 || cosine < 0.1 else { continue }
                    let shared = zip(digits[index], digits[other]).prefix { $0 == $1 }.count
                    if cosine > 0.85 {
                        pairs.near += 1
                        for level in 0..<shared { pairs.nearShared[level] += 1 }
                    } else {
                        pairs.far += 1
                        for level in 0..<shared { pairs.farShared[level] += 1 }
                    }
                }
            }
            return pairs
        }
        var all = Pairs(nearShared: [Int](repeating: 0, count: levels), farShared: [Int](repeating: 0, count: levels))
        for part in parts {
            all.near += part.near
            all.far += part.far
            for level in 0..<levels {
                all.nearShared[level] += part.nearShared[level]
                all.farShared[level] += part.farShared[level]
            }
        }
        return all
    }
}

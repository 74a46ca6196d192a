import AnnealFormats
import AnnealPlatform

/// Vectors in the basis of their principal components, in whole numbers: sums of products of integers, which come to
/// the same whatever the order, so that every machine finds the same coordinates.
///
/// A number `v` of a vector becomes `x = round(v · 2^exponent)` in 16 bits. A coordinate is
/// `y = round(w · Σ axis · (x − mean) / 2^(15 + 14 + 1))`: axes are of length 2^15, weights of at most 2^14, and one
/// bit is dropped, so that squares of distances stay inside 32 bits.
struct FixedPointBasis: Sendable, Equatable {
    static let axisUnit = 32767.0
    static let weightBits = 14
    /// The greatest length of `x`: with the mean's it stays below 2^15, the most that sums in 32 bits have room for.
    static let lengthLimit = 16383
    /// The length of the longest vector of training is below this: lengths up to a third above it can be coded.
    static let trainedLimit = 12288.0

    let dimension: Int
    let exponent: Int
    let mean: [Int16]
    /// `components` rows of `dimension` numbers, those of the greatest variance first.
    let axes: [Int16]
    /// What a coordinate is multiplied by, and what undoes it, in units of 2^-14.
    let weights: [Int32]
    let inverseWeights: [Int32]

    var components: Int { weights.count }
    /// The greatest length of a vector.
    var longest: Double { Double(Self.lengthLimit) / Double(sign: .plus, exponent: exponent, significand: 1) }

    /// Rounds a vector to integers.
    /// - Returns: whether any of them is other than zero.
    /// - Throws: ``CodecError/notFinite(index:)``, ``CodecError/tooLong(limit:)``.
    static func round(
        _ vector: UnsafeBufferPointer<Float>, exponent: Int, into integers: UnsafeMutablePointer<Int16>
    ) throws(CodecError) -> Bool {
        let unit = Double(sign: .plus, exponent: exponent, significand: 1)
        var squares: Int64 = 0
        for (index, number) in vector.enumerated() {
            guard number.isFinite else { throw .notFinite(index: index) }
            // Exact before it is rounded: the unit is a power of two.
            let scaled = (Double(number) * unit).rounded(.toNearestOrEven)
            guard abs(scaled) <= Double(lengthLimit) else { throw .tooLong(limit: Double(lengthLimit) / unit) }
            let integer = Int64(scaled)
            squares &+= integer &* integer
            integers[index] = Int16(integer)
        }
        guard squares <= Int64(lengthLimit) * Int64(lengthLimit) else {
            throw .tooLong(limit: Double(lengthLimit) / unit)
        }
        return squares > 0
    }

    /// The coordinates of a rounded vector.
    /// - Parameter centred: room for `dimension` numbers.
    /// - Complexity: O(components · dimension).
    func coordinates(
        of integers: UnsafePointer<Int16>, centred: UnsafeMutablePointer<Int16>,
        into coordinates: UnsafeMutablePointer<Int16>
    ) {
        mean.withUnsafeBufferPointer { mean in
            for index in 0..<dimension { centred[index] = integers[index] &- mean[index] }
        }
        axes.withUnsafeBufferPointer { axes in
            guard var axis = axes.baseAddress else { return }
            for component in 0..<components {
                var sum: Int32 = 0
                for index in 0..<dimension { sum &+= Int32(axis[index]) &* Int32(centred[index]) }
                let weighted = Int64(sum) &* Int64(weights[component])
                let shift = Int64(15 + Self.weightBits + 1)
                let rounded = (weighted &+ (1 << (shift - 1))) >> shift
                coordinates[component] = Int16(truncatingIfNeeded: max(-16383, min(16383, rounded)))
                axis += dimension
            }
        }
    }

    /// The vector of some coordinates.
    /// - Parameters:
    ///   - coordinates: of all components, sums of code words.
    ///   - sums: room for `dimension` numbers.
    /// - Complexity: O(coordinates other than zero · dimension).
    func vector(
        of coordinates: UnsafePointer<Int32>, sums: UnsafeMutablePointer<Int32>,
        into vector: UnsafeMutablePointer<Float>
    ) {
        // In units of 2^-(exponent - 1 + 15), as products of axes and coordinates are.
        for index in 0..<dimension { sums[index] = Int32(mean[index]) << 14 }
        axes.withUnsafeBufferPointer { axes in
            guard var axis = axes.baseAddress else { return }
            for component in 0..<components {
                let weighted = Int64(coordinates[component]) &* Int64(inverseWeights[component])
                let half = Int64(1) << Int64(Self.weightBits - 1)
                let plain = Int16(clamping: (weighted &+ half) >> Int64(Self.weightBits))
                if plain != 0 {
                    for index in 0..<dimension { sums[index] &+= Int32(axis[index]) &* Int32(plain) }
                }
                axis += dimension
            }
        }
        let unit = Float(sign: .plus, exponent: -(exponent + 14), significand: 1)
        for index in 0..<dimension { vector[index] = Float(sums[index]) * unit }
    }
}

extension FixedPointBasis {
    /// - Parameters:
    ///   - axes: a row a component, of length one.
    ///   - weights: from 2^-14 to 1; nil for 1 each.
    init(exponent: Int, mean: [Int16], axes: [Double], weights: [Double]? = nil) {
        let unit = Double(1 << Self.weightBits)
        let weights = weights ?? [Double](repeating: 1, count: axes.count / mean.count)
        self.init(
            dimension: mean.count, exponent: exponent, mean: mean,
            axes: axes.map { Int16(($0 * Self.axisUnit).rounded(.toNearestOrEven)) },
            weights: weights.map { Int32(($0 * unit).rounded(.toNearestOrEven)) },
            inverseWeights: weights.map { Int32((unit / $0).rounded(.toNearestOrEven)) })
    }
}

/// Vectors of training as integers, and what a basis is made of: their mean and their principal components.
///
/// `@unchecked Sendable`: filled in `init`, and after that read only.
final class TrainingVectors: @unchecked Sendable {
    let rows: Int
    let dimension: Int
    let exponent: Int
    private let integers: UnsafeMutablePointer<Int16>

    deinit { integers.deallocate() }

    /// - Parameter order: the rows to take; those that are zero are left out.
    /// - Throws: ``CodecError/row(_:_:)`` for numbers that are not finite.
    init(_ vectors: Matrix, order: [Int]) throws(CodecError) {
        dimension = vectors.columns
        let (kept, longest) = try vectors.rowsOtherThanZero(of: order)
        // The greatest exponent for which the longest vector stays below the limit.
        let exponent = longest > 0 ? max(-60, min(60, Int((FixedPointBasis.trainedLimit / longest).exponent))) : 0
        self.exponent = exponent
        rows = kept.count
        integers = .allocate(capacity: max(1, rows * dimension))
        integers.initialize(repeating: 0, count: rows * dimension)
        for (index, row) in kept.enumerated() {
            do throws(CodecError) {
                _ = try FixedPointBasis.round(
                    UnsafeBufferPointer(start: vectors.row(row), count: dimension), exponent: exponent,
                    into: integers + index * dimension)
            } catch {
                throw .row(row, error)
            }
        }
    }

    /// At most so many rows, drawn at random where there are more, in their order.
    convenience init(_ vectors: Matrix, rowsMost: Int, _ random: inout SplitMix64) throws(CodecError) {
        try self.init(vectors, order: vectors.drawnRows(most: rowsMost, &random))
    }

    func row(_ row: Int) -> UnsafePointer<Int16> { UnsafePointer(integers + row * dimension) }

    /// The mean, and the principal components.
    /// - Returns: eigenvalues of the covariance, falling, in units of integers, and for each a row: its unit eigenvector.
    /// - Complexity: O(rows · dimension² + dimension³).
    /// - Throws: ``CodecError/noVariance``.
    func principal(threads: Int) throws(CodecError) -> (mean: [Int16], values: [Double], axes: [Double]) {
        let dimension = dimension
        var sums = [Int64](repeating: 0, count: dimension)
        for index in 0..<rows {
            let row = row(index)
            for column in 0..<dimension { sums[column] += Int64(row[column]) }
        }
        let count = Int64(max(1, rows))
        let mean = sums.map { Int16((Double($0) / Double(count)).rounded(.toNearestOrEven)) }
        let covariance = covariance(around: mean, threads: threads)
        guard (0..<dimension).contains(where: { covariance[$0 * dimension + $0] > 0 }) else { throw .noVariance }
        let (values, axes) = SymmetricEigen.decompose(covariance, size: dimension)
        return (mean, values, axes)
    }

    /// Eigenvalues as parts of squared lengths of vectors.
    func variances(_ values: [Double]) -> [Double] {
        let scale = Double(sign: .plus, exponent: 2 * exponent, significand: 1)
        return values.map { max(0, $0) / scale }
    }

    /// The basis of the principal components.
    /// - Parameters:
    ///   - power: coordinates are weighed by their variance to half of this power: 0 for the least squared error, more to
    ///     have what is common to many vectors coded finer.
    ///   - turned: a rotation of the first components, where the power is 0; nil to leave them as they are.
    /// - Returns: the basis, and the variance of each component as a part of squared lengths of vectors.
    /// - Complexity: O(rows · dimension² + dimension³).
    /// - Throws: ``CodecError/noVariance``.
    func basis(
        power: Double, turned: [Double]? = nil, threads: Int
    ) throws(CodecError) -> (basis: FixedPointBasis, variances: [Double]) {
        precondition(turned == nil || power == 0)
        var (mean, values, axes) = try principal(threads: threads)
        if let turned {
            let count = Int(Double(turned.count).squareRoot())
            let first = Array(axes[..<(count * dimension)])
            axes.replaceSubrange(..<(count * dimension), with: Rotation.product(turned, first, size: count))
        }
        let top = max(values[0], 1e-300)
        // Directions in which nothing varies have a weight all the same; nothing is ever coded in them.
        let weights = values.map { value in
            max(1 / 256.0, power == 0 ? 1 : CMath.pow(max(value, top * 1e-6) / top, power / 2))
        }
        return (
            FixedPointBasis(exponent: exponent, mean: mean, axes: axes, weights: weights), variances(values)
        )
    }

    /// The covariance in units of integers: sums of whole numbers below 2^53, exact in any order.
    private func covariance(around mean: [Int16], threads: Int) -> [Double] {
        let dimension = dimension
        let band = 16
        let bands = Parallel.mapChunks(of: dimension, size: band, threads: threads) { range in
            var sums = [Double](repeating: 0, count: range.count * dimension)
            var centred = [Double](repeating: 0, count: dimension)
            for index in 0..<self.rows {
                let row = self.row(index)
                for column in 0..<dimension { centred[column] = Double(Int(row[column]) - Int(mean[column])) }
                sums.withUnsafeMutableBufferPointer { sums in
                    for line in range {
                        let factor = centred[line]
                        let start = (line - range.lowerBound) * dimension
                        for column in 0...line { sums[start + column] += factor * centred[column] }
                    }
                }
            }
            return sums
        }
        var covariance = bands.flatMap { $0 }
        for line in 0..<dimension {
            for column in 0...line { covariance[line * dimension + column] /= Double(rows) }
            for column in 0..<line { covariance[column * dimension + line] = covariance[line * dimension + column] }
        }
        return covariance
    }
}

extension Matrix {
    /// The numbers of the rows to train on, rising: all, or as many as are wanted at most, drawn.
    func drawnRows(most: Int, _ random: inout SplitMix64) -> [Int] {
        rows > most ? random.permutation(rows).prefix(most).sorted() : Array(0..<rows)
    }

    /// Which of some rows are not zero, and the length of the longest.
    /// - Throws: ``CodecError/row(_:_:)`` for numbers that are not finite.
    func rowsOtherThanZero(of order: [Int]) throws(CodecError) -> (rows: [Int], longest: Double) {
        var (kept, longest) = ([Int](), 0.0)
        for row in order {
            var squares = 0.0
            for column in 0..<columns {
                let number = self.row(row)[column]
                guard number.isFinite else { throw .row(row, .notFinite(index: column)) }
                squares += Double(number) * Double(number)
            }
            if squares > 0 { kept.append(row) }
            longest = max(longest, squares)
        }
        return (kept, longest.squareRoot())
    }
}

package import AnnealFormats
package import AnnealPlatform

/// Lloyd's k-means with k-means++ seeding (Arthur, Vassilvitskii 2007).
package enum KMeans {
    package static let roundsMax = 300
    /// Rounds stop when the centres move less than this, relative to the variance of the vectors.
    private static let tolerance = 1e-4

    /// The cluster of each row, of the best of several starts by the sum of squared distances.
    ///
    /// The same for the same seed, for any number of threads.
    /// - Complexity: O(restarts · rounds · rows · count · columns).
    package static func clusters(of vectors: Matrix, count: Int, seed: UInt64, restarts: Int, threads: Int) -> [Int] {
        precondition(restarts >= 1)
        guard vectors.rows > count else { return Array(0..<vectors.rows) }
        var best: (inertia: Double, clusters: [Int])?
        for restart in 0..<restarts {
            var random = SplitMix64(seed: seed &+ UInt64(restart) &* 0x1000_0001)
            let result = refine(vectors, seeds(vectors, count, &random), threads: threads)
            if best == nil || result.inertia < best!.inertia { best = result }
        }
        return best!.clusters
    }

    /// Starting centres: each further one drawn with a chance that grows with the squared distance to the nearest one.
    /// - Complexity: O(rows · count · columns).
    package static func seeds(_ vectors: Matrix, _ count: Int, _ random: inout SplitMix64) -> Matrix {
        var chosen = [Int(random.next() % UInt64(vectors.rows))]
        var nearest = [Double](repeating: .infinity, count: vectors.rows)
        while chosen.count < count {
            let last = chosen.last!
            var total = 0.0
            for row in 0..<vectors.rows {
                nearest[row] = min(nearest[row], squaredDistance(vectors, row, last))
                total += nearest[row]
            }
            var place = random.unitDouble() * total
            var next = vectors.rows - 1
            for row in 0..<vectors.rows where nearest[row] > 0 {
                place -= nearest[row]
                next = row
                if place < 0 { break }
            }
            chosen.append(next)
        }
        return vectors.selecting(chosen)
    }

    private static func squaredDistance(_ vectors: Matrix, _ a: Int, _ b: Int) -> Double {
        let (left, right) = (vectors.row(a), vectors.row(b))
        let columns = vectors.columns
        var sum = SIMD8<Float>()
        var rest: Float = 0
        var column = 0
        while column + 8 <= columns {
            // In bounds: both rows have `columns` numbers.
            let x = UnsafeRawPointer(left + column)
            let y = UnsafeRawPointer(right + column)
            let difference = x.loadUnaligned(as: SIMD8<Float>.self) - y.loadUnaligned(as: SIMD8<Float>.self)
            sum += difference * difference
            column += 8
        }
        while column < columns {
            let difference = left[column] - right[column]
            rest += difference * difference
            column += 1
        }
        return Double(sum.sum() + rest)
    }

    private struct Partial {
        var clusters: [Int]
        /// The sum of |centre|² − 2 x·centre, which is the squared distance less |x|².
        var inertia = 0.0
        var sums: [Double]
        var counts: [Int]
        /// The row of this piece that is farthest from its centre.
        var farthest: (distance: Double, row: Int)
    }

    /// The centre that is nearest to each vector; of several the first.
    /// - Complexity: O(rows · centres · columns).
    package static func nearest(_ vectors: Matrix, _ centres: Matrix, threads: Int) -> [Int] {
        assign(vectors, centres, threads).flatMap(\.clusters)
    }

    /// Lloyd's rounds: each vector to its nearest centre, each centre to the mean of its vectors, until nothing moves.
    /// - Parameters:
    ///   - centres: where they start; they are moved.
    ///   - rounds: at most.
    ///   - progress: hears of each round the sum that is returned, before the centres move.
    /// - Returns: the cluster of each vector, and the sum of squared distances less that of the vectors' own squares.
    /// - Complexity: O(rounds · rows · centres · columns).
    @discardableResult
    package static func refine(
        _ vectors: Matrix, _ centres: Matrix, rounds: Int = roundsMax, threads: Int,
        progress: (_ round: Int, _ inertia: Double) -> Void = { _, _ in }
    ) -> (inertia: Double, clusters: [Int]) {
        let columns = vectors.columns
        var clusters: [Int] = []
        var inertia = 0.0
        let limit = tolerance * meanVariance(vectors)
        for round in 0..<rounds {
            let partials = assign(vectors, centres, threads)
            let previous = clusters
            clusters = partials.flatMap(\.clusters)
            inertia = partials.reduce(0) { $0 + $1.inertia }
            progress(round, inertia)
            if clusters == previous { break }
            var sums = [Double](repeating: 0, count: centres.rows * columns)
            var counts = [Int](repeating: 0, count: centres.rows)
            for partial in partials {
                for index in sums.indices { sums[index] += partial.sums[index] }
                for index in counts.indices { counts[index] += partial.counts[index] }
            }
            var moved = 0.0
            var spare = partials.map(\.farthest).sorted { ($0.distance, $1.row) > ($1.distance, $0.row) }[...]
            for centre in 0..<centres.rows {
                let isEmpty = counts[centre] == 0
                let row = isEmpty ? (spare.popFirst()?.row ?? 0) : 0
                for column in 0..<columns {
                    let index = centre * columns + column
                    // An empty cluster begins anew at a vector that is far from its centre.
                    let value =
                        isEmpty
                        ? vectors.row(row)[column] : Float(sums[index] / Double(counts[centre]))
                    let step = Double(value - centres.storage[index])
                    moved += step * step
                    centres.storage[index] = value
                }
            }
            if moved <= limit { break }
        }
        return (inertia, clusters)
    }

    private static func meanVariance(_ vectors: Matrix) -> Double {
        var total = 0.0
        for column in 0..<vectors.columns {
            var sum = 0.0
            var squares = 0.0
            for row in 0..<vectors.rows {
                let value = Double(vectors.row(row)[column])
                sum += value
                squares += value * value
            }
            let mean = sum / Double(vectors.rows)
            total += squares / Double(vectors.rows) - mean * mean
        }
        return total / Double(vectors.columns)
    }

    private static func assign(_ vectors: Matrix, _ centres: Matrix, _ threads: Int) -> [Partial] {
        let columns = vectors.columns
        let (right, stride) = centres.transposed()
        let halves = (0..<centres.rows).map { centre in
            Float(centres.dot(centre, centres, centre) / 2)
        }
        // Pieces depend on the rows alone, and are few enough for their sums to fit in memory.
        let size = max(1024, (vectors.rows / 64 + 1023) & ~1023)
        return Parallel.mapChunks(of: vectors.rows, size: size, threads: threads) { range in
            var products = [Float](repeating: 0, count: range.count * stride)
            var partial = Partial(
                clusters: [], sums: [Double](repeating: 0, count: centres.rows * columns),
                counts: [Int](repeating: 0, count: centres.rows), farthest: (-.infinity, range.lowerBound))
            partial.clusters.reserveCapacity(range.count)
            right.withUnsafeBufferPointer { right in
                DenseProduct.multiply(
                    vectors.row(range.lowerBound), rows: range.count, inner: columns, right.baseAddress!,
                    stride: stride, into: &products)
            }
            for row in range {
                var best = 0
                var bestValue = Float.infinity
                for centre in 0..<centres.rows {
                    let value = halves[centre] - products[(row - range.lowerBound) * stride + centre]
                    if value < bestValue {
                        bestValue = value
                        best = centre
                    }
                }
                partial.clusters.append(best)
                partial.inertia += 2 * Double(bestValue)
                partial.counts[best] += 1
                if Double(bestValue) > partial.farthest.distance { partial.farthest = (Double(bestValue), row) }
                partial.sums.withUnsafeMutableBufferPointer { sums in
                    let values = vectors.row(row)
                    for column in 0..<columns { sums[best * columns + column] += Double(values[column]) }
                }
            }
            return partial
        }
    }
}

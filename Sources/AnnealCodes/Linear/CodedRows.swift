import AnnealPlatform

/// The coordinates of the vectors of training. Of those, each layer of a trellis takes away what it says.
///
/// `@unchecked Sendable`: threads write to rows of their own only.
final class CodedRows: @unchecked Sendable {
    let rows: Int
    let components: Int
    let coordinates: UnsafeMutablePointer<Int16>
    static let chunk = 512

    deinit { coordinates.deallocate() }

    init(_ training: TrainingVectors, _ basis: FixedPointBasis, threads: Int) {
        rows = training.rows
        components = basis.components
        coordinates = .allocate(capacity: max(1, rows * components))
        coordinates.initialize(repeating: 0, count: rows * components)
        Parallel.forEachChunk(of: rows, size: Self.chunk, threads: threads) { [self] _, range in
            withUnsafeTemporaryAllocation(of: Int16.self, capacity: basis.dimension) { centred in
                for row in range {
                    basis.coordinates(
                        of: training.row(row), centred: centred.baseAddress!,
                        into: coordinates + row * components)
                }
            }
        }
    }

    /// The mean square of each coordinate.
    func variances(threads: Int) -> [Double] {
        let parts = Parallel.mapChunks(of: rows, size: Self.chunk, threads: threads) { [self] range in
            var sums = [Int64](repeating: 0, count: components)
            for row in range {
                for component in 0..<components {
                    let number = Int64(coordinates[row * components + component])
                    sums[component] += number * number
                }
            }
            return sums
        }
        return (0..<components).map { component in
            Double(parts.reduce(0) { $0 + $1[component] }) / Double(rows)
        }
    }
}

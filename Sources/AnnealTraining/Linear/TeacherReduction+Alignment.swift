import AnnealCodes
import AnnealFormats
import AnnealPlatform

extension TeacherReduction {
    /// Learns the turn that brings a teacher's vectors as near as can be to those that a model gives the same texts.
    ///
    /// A model that was fitted to vectors reduced by PCA gives them back with other lengths by direction, and with noise. The
    /// basis is the orthogonal factor of `Σ m tᵀ`, on which neither has a say: with `m = D B t` it is B for every diagonal
    /// D > 0, as the rows of B are eigenvectors of `Σ t tᵀ`.
    /// - Parameters:
    ///   - model: a row a text, of any length.
    ///   - count: texts to learn from.
    ///   - vector: writes the vector of a text, `width` numbers. Called from several threads.
    /// - Complexity: O(count · width · dimension).
    /// - Precondition: `model` has at least `count` rows and at most `width` columns.
    /// - SeeAlso: Schönemann, "A generalized solution of the orthogonal Procrustes problem", Psychometrika 31 (1966).
    init(
        towards model: Matrix, count: Int, width: Int, threads: Int,
        vector: @escaping @Sendable (Int, UnsafeMutablePointer<Float>) -> Void
    ) {
        let dimension = model.columns
        precondition(dimension <= width && count <= model.rows)
        let moment = Self.moment(rows: dimension, width: width, count: count, threads: threads) { text, row, given in
            vector(text, row)
            Self.normalize(row, width)
            given.update(from: model.row(text), count: dimension)
            Self.normalize(given, dimension)
        }
        var factor = Self.orthogonalFactor(moment, rows: dimension, columns: width)
        if !factor.missing.isEmpty {
            let energy = Self.secondMoment(width: width, count: count, threads: threads, vector: vector)
            factor.complete(energy)
        }
        basis = Matrix(rows: dimension, columns: TrainingKernel.padded(width))
        for (row, line) in factor.rows.enumerated() {
            for column in 0..<width { basis.row(row)[column] = Float(line[column]) }
        }
        // Of each text the share of its squared length that the rows of the basis keep.
        let (basis, columns) = (basis, basis.columns)
        let shares = Matrix(rows: count, columns: 1)
        Parallel.forEachChunk(of: count, size: 256, threads: threads) { _, range in
            let row = Matrix(rows: 1, columns: columns)
            for text in range {
                vector(text, row.storage)
                Self.normalize(row.storage, width)
                var sum: Float = 0
                for line in 0..<dimension {
                    let along = dot(basis.row(line), row.storage, columns, .fastest)
                    sum += along * along
                }
                shares.storage[text] = sum
            }
        }
        kept = (0..<count).reduce(0.0) { $0 + Double(shares.storage[$1]) } / Double(max(1, count))
    }

    /// `U Vᵀ` of `M = U S Vᵀ`.
    private static func orthogonalFactor(_ m: [Double], rows: Int, columns: Int) -> OrthogonalFactor {
        let lines = (0..<rows).map { Array(m[$0 * columns..<($0 + 1) * columns]) }
        // U and S² are those of M Mᵀ, and a row of V is uᵀ M / s.
        var square: [Double] = []
        square.reserveCapacity(rows * rows)
        for one in lines {
            for other in lines { square.append(zip(one, other).reduce(0) { $0 + $1.0 * $1.1 }) }
        }
        let (values, vectors) = SymmetricEigen.decompose(square, size: rows)
        var factor = OrthogonalFactor(
            rows: [[Double]](repeating: [Double](repeating: 0, count: columns), count: rows))
        for number in 0..<rows {
            let left = Array(vectors[number * rows..<(number + 1) * rows])
            guard values[number] > values[0] * 1e-13 else {
                factor.missing.append(left)
                continue
            }
            var right = [Double](repeating: 0, count: columns)
            for (share, line) in zip(left, lines) {
                for column in 0..<columns { right[column] += share * line[column] }
            }
            let length = values[number].squareRoot()
            factor.add(left, right.map { $0 / length })
        }
        return factor
    }
}

/// A matrix with orthogonal rows of unit length as it is put together of pairs of directions.
private struct OrthogonalFactor {
    var rows: [[Double]]
    /// Directions of a column that have no partner among those of a row.
    var missing: [[Double]] = []
    private var right: [[Double]] = []

    init(rows: [[Double]]) { self.rows = rows }

    /// Adds `left rightᵀ`.
    mutating func add(_ left: [Double], _ right: [Double]) {
        self.right.append(right)
        for (row, share) in left.enumerated() {
            for (column, value) in right.enumerated() { rows[row][column] += share * value }
        }
    }

    /// Gives the missing directions the partners that hold most of what those that are there leave: texts that a model does
    /// not know, or fewer than it has dimensions, say nothing of where they are.
    /// - Parameter energy: the second moment of the teacher's vectors.
    mutating func complete(_ energy: [Double]) {
        let size = rows.first?.count ?? 0
        var rest = energy
        for direction in right {
            // E ← (1 − v vᵀ) E (1 − v vᵀ).
            var along = [Double](repeating: 0, count: size)
            for row in 0..<size {
                for column in 0..<size { along[row] += rest[row * size + column] * direction[column] }
            }
            let twice = zip(along, direction).reduce(0) { $0 + $1.0 * $1.1 }
            for row in 0..<size {
                for column in 0..<size {
                    rest[row * size + column] +=
                        twice * direction[row] * direction[column] - along[row] * direction[column]
                        - direction[row] * along[column]
                }
            }
        }
        let (values, vectors) = SymmetricEigen.decompose(rest, size: size)
        let least = 1e-9 * (0..<size).reduce(0) { $0 + energy[$1 * size + $1] }
        for (number, left) in missing.enumerated() where number < size && values[number] > least {
            add(left, Array(vectors[number * size..<(number + 1) * size]))
        }
    }
}

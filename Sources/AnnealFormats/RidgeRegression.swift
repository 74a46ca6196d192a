import AnnealPlatform

/// Least squares with a pull to zero, for several targets at once.
package struct RidgeRegression {
    /// A row of weights a target.
    package let weights: [[Double]]
    package let biases: [Double]

    /// Fits targets by the rows of a matrix.
    /// - Parameters:
    ///   - rows: those to fit on.
    ///   - targets: for each target a number for each of `rows`.
    ///   - pull: λ as a part of the mean diagonal of the centred products.
    /// - Complexity: O(rows · columns² + columns³).
    /// - Precondition: there are rows, and they differ.
    package init(
        _ vectors: Matrix, rows: [Int], targets: [[Double]], pull: Double = 3e-3, threads: Int
    ) {
        let columns = vectors.columns
        let outputs = targets.count
        let count = Double(rows.count)
        var means = [Double](repeating: 0, count: columns)
        for row in rows { for column in 0..<columns { means[column] += Double(vectors.row(row)[column]) } }
        for column in 0..<columns { means[column] /= count }
        let centres = means
        let targetMeans = targets.map { $0.reduce(0, +) / count }
        // Pieces do not depend on the number of threads, and their sums are added in order.
        let parts = Parallel.mapChunks(of: rows.count, size: max(512, rows.count / 16 + 1), threads: threads) { range in
            var products = [Double](repeating: 0, count: columns * columns)
            var right = [Double](repeating: 0, count: outputs * columns)
            var centred = [Double](repeating: 0, count: columns)
            for index in range {
                let row = vectors.row(rows[index])
                for column in 0..<columns { centred[column] = Double(row[column]) - centres[column] }
                products.withUnsafeMutableBufferPointer { products in
                    for line in 0..<columns {
                        let (factor, start) = (centred[line], line * columns)
                        for column in 0...line { products[start + column] += factor * centred[column] }
                    }
                }
                for output in 0..<outputs {
                    let factor = targets[output][index] - targetMeans[output]
                    for column in 0..<columns { right[output * columns + column] += factor * centred[column] }
                }
            }
            return (products: products, right: right)
        }
        var products = [Double](repeating: 0, count: columns * columns)
        var right = [Double](repeating: 0, count: outputs * columns)
        for part in parts {
            for index in products.indices { products[index] += part.products[index] }
            for index in right.indices { right[index] += part.right[index] }
        }
        let trace = (0..<columns).reduce(0.0) { $0 + products[$1 * columns + $1] }
        for column in 0..<columns { products[column * columns + column] += max(1e-12, pull * trace / Double(columns)) }
        Self.factor(&products, columns)
        weights = (0..<outputs).map {
            Self.solve(products, columns, Array(right[$0 * columns..<($0 + 1) * columns]))
        }
        biases = zip(targetMeans, weights).map { mean, weights in
            mean - zip(weights, centres).reduce(0) { $0 + $1.0 * $1.1 }
        }
    }

    /// Cholesky's factor in the place of what is below the diagonal.
    private static func factor(_ matrix: inout [Double], _ size: Int) {
        for line in 0..<size {
            for column in 0...line {
                var sum = matrix[line * size + column]
                for index in 0..<column { sum -= matrix[line * size + index] * matrix[column * size + index] }
                matrix[line * size + column] = line == column ? sum.squareRoot() : sum / matrix[column * size + column]
            }
        }
    }

    private static func solve(_ factor: [Double], _ size: Int, _ right: [Double]) -> [Double] {
        var found = right
        for line in 0..<size {
            for index in 0..<line { found[line] -= factor[line * size + index] * found[index] }
            found[line] /= factor[line * size + line]
        }
        for line in (0..<size).reversed() {
            for index in line + 1..<size { found[line] -= factor[index * size + line] * found[index] }
            found[line] /= factor[line * size + line]
        }
        return found
    }
}

/// The eigenvectors of a symmetric matrix: reduction to three diagonals by Householder reflections, then implicit QL.
/// - SeeAlso: Golub and Van Loan, "Matrix Computations", 4th edition, sections 8.3.1 and 8.3.3.
package enum SymmetricEigen {
    /// - Parameter matrix: `size` rows of `size` numbers; what is below the diagonal is read.
    /// - Returns: eigenvalues, falling, and for each a row of `size` numbers: its unit eigenvector, whose entry of the
    ///   greatest magnitude is positive, so that signs do not depend on the way.
    /// - Complexity: O(size³): about a second for 384 in a release build.
    package static func decompose(_ matrix: [Double], size: Int) -> (values: [Double], vectors: [Double]) {
        precondition(matrix.count == size * size)
        // Rows of `q` become the eigenvectors: reflections and rotations act on whole rows, which lie together.
        var (diagonal, beside, q) = tridiagonal(matrix, size)
        rotate(&diagonal, &beside, &q, size)
        let order = (0..<size).sorted { (diagonal[$0], $1) > (diagonal[$1], $0) }
        var vectors: [Double] = []
        vectors.reserveCapacity(size * size)
        for index in order {
            let row = q[index * size..<(index + 1) * size]
            let top = row.max { abs($0) < abs($1) } ?? 0
            vectors += top < 0 ? row.map { -$0 } : Array(row)
        }
        return (order.map { diagonal[$0] }, vectors)
    }

    /// The diagonal, the numbers beside it, and Q with Q A Qᵀ = T.
    private static func tridiagonal(_ matrix: [Double], _ size: Int) -> ([Double], [Double], [Double]) {
        var a = matrix
        for row in 0..<size {
            for column in 0..<row { a[column * size + row] = a[row * size + column] }
        }
        var q = [Double](repeating: 0, count: size * size)
        for index in 0..<size { q[index * size + index] = 1 }
        var v = [Double](repeating: 0, count: size)
        var product = v
        for step in 0..<max(0, size - 2) {
            // A reflection that clears column `step` below the number beside the diagonal.
            var norm = 0.0
            for row in step + 1..<size {
                v[row] = a[row * size + step]
                norm += v[row] * v[row]
            }
            let rest = norm - v[step + 1] * v[step + 1]
            guard rest > 0 else { continue }
            let alpha = v[step + 1] > 0 ? -norm.squareRoot() : norm.squareRoot()
            v[step + 1] -= alpha
            let scale = 2 / (rest + v[step + 1] * v[step + 1])
            // A ← H A H by the rank two update A − v wᵀ − w vᵀ.
            var agreement = 0.0
            for row in step + 1..<size {
                var sum = 0.0
                for column in step + 1..<size { sum += a[row * size + column] * v[column] }
                product[row] = scale * sum
                agreement += product[row] * v[row]
            }
            for row in step + 1..<size { product[row] -= scale / 2 * agreement * v[row] }
            for row in step + 1..<size {
                for column in step + 1..<size {
                    a[row * size + column] -= v[row] * product[column] + product[row] * v[column]
                }
            }
            a[(step + 1) * size + step] = alpha
            a[step * size + step + 1] = alpha
            for row in step + 2..<size {
                a[row * size + step] = 0
                a[step * size + row] = 0
            }
            // Q ← H Q, on the rows from step + 1 on.
            for column in 0..<size { product[column] = 0 }
            for row in step + 1..<size {
                for column in 0..<size { product[column] += v[row] * q[row * size + column] }
            }
            for row in step + 1..<size {
                let factor = scale * v[row]
                for column in 0..<size { q[row * size + column] -= factor * product[column] }
            }
        }
        return (
            (0..<size).map { a[$0 * size + $0] }, (0..<size).map { $0 + 1 < size ? a[($0 + 1) * size + $0] : 0 }, q
        )
    }

    /// Turns the numbers beside the diagonal to zero by rotations, chased from the bottom up.
    private static func rotate(_ d: inout [Double], _ e: inout [Double], _ q: inout [Double], _ size: Int) {
        for low in 0..<size {
            // 60 rounds an eigenvalue are many times what the shift needs (Parlett 1980); reaching them means NaN.
            for round in 0... {
                var high = low
                while high + 1 < size, abs(e[high]) > 0x1p-53 * (abs(d[high]) + abs(d[high + 1])) { high += 1 }
                if high == low { break }
                precondition(round < 60, "eigenvalues of a matrix with numbers that are not finite")
                let slope = (d[low + 1] - d[low]) / (2 * e[low])
                let radius = (slope * slope + 1).squareRoot()
                var g = d[high] - d[low] + e[low] / (slope + (slope < 0 ? -radius : radius))
                var sine = 1.0
                var cosine = 1.0
                var shift = 0.0
                var finished = true
                for index in stride(from: high - 1, through: low, by: -1) {
                    let f = sine * e[index]
                    let b = cosine * e[index]
                    let length = (f * f + g * g).squareRoot()
                    e[index + 1] = length
                    if length == 0 {
                        d[index + 1] -= shift
                        e[high] = 0
                        finished = false
                        break
                    }
                    sine = f / length
                    cosine = g / length
                    g = d[index + 1] - shift
                    let turned = (d[index] - g) * sine + 2 * cosine * b
                    shift = sine * turned
                    d[index + 1] = g + shift
                    g = cosine * turned - b
                    q.withUnsafeMutableBufferPointer { rows in
                        for column in 0..<size {
                            let upper = rows[(index + 1) * size + column]
                            let lower = rows[index * size + column]
                            rows[(index + 1) * size + column] = sine * lower + cosine * upper
                            rows[index * size + column] = cosine * lower - sine * upper
                        }
                    }
                }
                if finished {
                    d[low] -= shift
                    e[low] = g
                    e[high] = 0
                }
            }
        }
    }
}

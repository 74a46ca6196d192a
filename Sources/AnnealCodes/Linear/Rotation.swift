import AnnealPlatform

/// Square matrices whose rows are at right angles and of length one, row by row.
enum Rotation {
    /// One drawn at random: rows of normal numbers, made orthogonal one after the other.
    /// - Complexity: O(size³).
    static func random(_ size: Int, _ random: inout SplitMix64) -> [Double] {
        var rows = [Double](repeating: 0, count: size * size)
        for row in 0..<size {
            for column in 0..<size { rows[row * size + column] = Double(random.normal()) }
            // Twice, so that what rounding left of the rows before goes as well.
            for other in Array(0..<row) + Array(0..<row) {
                var product = 0.0
                for column in 0..<size { product += rows[row * size + column] * rows[other * size + column] }
                for column in 0..<size { rows[row * size + column] -= product * rows[other * size + column] }
            }
            var squares = 0.0
            for column in 0..<size { squares += rows[row * size + column] * rows[row * size + column] }
            for column in 0..<size { rows[row * size + column] /= squares.squareRoot() }
        }
        return rows
    }

    /// The rotation R with the greatest trace of `R · matrixᵀ`: what turns one set of points nearest to another whose products
    /// with it are the matrix. It is the orthogonal factor, `(M Mᵀ)^-½ M`.
    /// - Complexity: O(size³).
    /// - SeeAlso: Schönemann, "A generalized solution of the orthogonal Procrustes problem", Psychometrika 31(1), 1966.
    static func nearest(to matrix: [Double], size: Int) -> [Double] {
        var square = [Double](repeating: 0, count: size * size)
        for row in 0..<size {
            for other in 0...row {
                var sum = 0.0
                for column in 0..<size { sum += matrix[row * size + column] * matrix[other * size + column] }
                square[row * size + other] = sum
            }
        }
        let (values, vectors) = SymmetricEigen.decompose(square, size: size)
        // Directions that the matrix says nothing of are turned any way; their values are kept from zero.
        let least = max(values[0], 1e-300) * 1e-12
        let turned = product(vectors, matrix, size: size)
        var scaled = turned
        for row in 0..<size {
            let factor = 1 / max(values[row], least).squareRoot()
            for column in 0..<size { scaled[row * size + column] *= factor }
        }
        return product(transposed(vectors, size: size), scaled, size: size)
    }

    /// Row by row, the product of two.
    static func product(_ left: [Double], _ right: [Double], size: Int) -> [Double] {
        var result = [Double](repeating: 0, count: left.count / size * (right.count / size))
        let columns = right.count / size
        left.withUnsafeBufferPointer { left in
            right.withUnsafeBufferPointer { right in
                result.withUnsafeMutableBufferPointer { result in
                    for row in 0..<left.count / size {
                        for index in 0..<size {
                            let factor = left[row * size + index]
                            for column in 0..<columns {
                                result[row * columns + column] += factor * right[index * columns + column]
                            }
                        }
                    }
                }
            }
        }
        return result
    }

    static func transposed(_ matrix: [Double], size: Int) -> [Double] {
        var result = matrix
        for row in 0..<size {
            for column in 0..<size { result[column * size + row] = matrix[row * size + column] }
        }
        return result
    }
}

import AnnealPlatform
import Testing

@testable import AnnealCodes

@Suite struct SymmetricEigenTests {
    /// Jacobi's method: rotations that clear one number at a time until all are small. Slow and obvious.
    private func jacobi(_ matrix: [Double], _ size: Int) -> [Double] {
        var a = matrix
        for _ in 0..<60 {
            for p in 0..<size {
                for q in p + 1..<size where abs(a[p * size + q]) > 1e-300 {
                    let theta = (a[q * size + q] - a[p * size + p]) / (2 * a[p * size + q])
                    let t = (theta < 0 ? -1.0 : 1.0) / (abs(theta) + (theta * theta + 1).squareRoot())
                    let c = 1 / (t * t + 1).squareRoot()
                    let s = t * c
                    for k in 0..<size {
                        let (x, y) = (a[k * size + p], a[k * size + q])
                        a[k * size + p] = c * x - s * y
                        a[k * size + q] = s * x + c * y
                    }
                    for k in 0..<size {
                        let (x, y) = (a[p * size + k], a[q * size + k])
                        a[p * size + k] = c * x - s * y
                        a[q * size + k] = s * x + c * y
                    }
                }
            }
        }
        return (0..<size).map { a[$0 * size + $0] }.sorted(by: >)
    }

    @Test func agreesWithJacobiAndReconstructs() {
        var random = SplitMix64(seed: 4)
        for size in [1, 2, 3, 8, 33] {
            var matrix = [Double](repeating: 0, count: size * size)
            for i in 0..<size {
                for j in 0...i {
                    matrix[i * size + j] = Double.random(in: -1...1, using: &random)
                    matrix[j * size + i] = matrix[i * size + j]
                }
            }
            check(matrix, size)
        }
    }

    /// Equal eigenvalues, zero rows and diagonal matrices are where shifts divide by zero.
    @Test func degenerateMatrices() {
        let size = 6
        check([Double](repeating: 0, count: 36), size)
        check((0..<36).map { $0 % 7 == 0 ? 2 : 0 }, size)
        check((0..<36).map { $0 % 7 == 0 ? Double($0) : 0 }, size)
        check([Double](repeating: 1, count: 36), size)
    }

    private func check(_ matrix: [Double], _ size: Int) {
        let (values, vectors) = SymmetricEigen.decompose(matrix, size: size)
        for (found, expected) in zip(values, jacobi(matrix, size)) { #expect(abs(found - expected) < 1e-9) }
        for i in 0..<size {
            for j in 0..<size {
                var product = 0.0
                var rebuilt = 0.0
                for k in 0..<size {
                    product += vectors[i * size + k] * vectors[j * size + k]
                    rebuilt += values[k] * vectors[k * size + i] * vectors[k * size + j]
                }
                #expect(abs(product - (i == j ? 1 : 0)) < 1e-9)
                #expect(abs(rebuilt - matrix[i * size + j]) < 1e-9)
            }
        }
    }
}

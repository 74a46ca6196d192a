import AnnealPlatform
import AnnealTraining
import CAnnealTraining
import TestSupport
import Testing

@Suite struct KernelTests {
    @Test(arguments: TrainingKernel.available)
    func loopsAgreeWithObviousOnes(_ kernel: TrainingKernel) {
        var random = SplitMix64(seed: 1)
        let table = kernel.table.pointee
        for width in [32, 64, 96, 256] {
            let x = random.floats(width)
            let y = random.floats(width)
            var sum = y
            table.add_scaled(&sum, x, 0.7, width)
            for index in 0..<width { #expect(abs(sum[index] - (y[index] + 0.7 * x[index])) < 1e-5) }
            var expected = 0.0
            for index in 0..<width { expected += Double(x[index]) * Double(y[index]) }
            #expect(abs(Double(table.dot(x, y, width)) - expected) < 1e-4)
        }
    }

    /// Odd numbers of rows reach every remainder of the blocked loops.
    @Test(arguments: TrainingKernel.available)
    func similarityDifference(_ kernel: TrainingKernel) {
        var random = SplitMix64(seed: 2)
        for (count, first, rows) in [(1, 0, 1), (5, 0, 5), (18, 3, 7), (33, 16, 17), (40, 1, 39)] {
            let width = 64
            let a = random.floats(count * width)
            let b = random.floats(count * width)
            var out = [Float](repeating: .nan, count: rows * count)
            kernel.table.pointee.similarity_difference(a, b, width, first, rows, count, &out)
            for i in 0..<rows {
                for j in 0..<count {
                    var expected = 0.0
                    for k in 0..<width {
                        expected += Double(a[(first + i) * width + k]) * Double(a[j * width + k])
                        expected -= Double(b[(first + i) * width + k]) * Double(b[j * width + k])
                    }
                    #expect(abs(Double(out[i * count + j]) - expected) < 1e-4)
                }
            }
        }
    }

    @Test(arguments: TrainingKernel.available)
    func multiplyAdd(_ kernel: TrainingKernel) {
        var random = SplitMix64(seed: 3)
        for (rows, inner) in [(1, 1), (4, 130), (7, 129), (9, 256)] {
            let width = 32
            let left = random.floats(rows * inner)
            let right = random.floats(inner * width)
            let before = random.floats(rows * width)
            var out = before
            kernel.table.pointee.multiply_add(left, rows, inner, right, width, 0.5, &out)
            for i in 0..<rows {
                for j in 0..<width {
                    var expected = 0.0
                    for k in 0..<inner { expected += Double(left[i * inner + k]) * Double(right[k * width + j]) }
                    #expect(abs(Double(out[i * width + j]) - Double(before[i * width + j]) - expected / 2) < 2e-4)
                }
            }
        }
    }
}

import AnnealFormats
import AnnealPlatform

/// Mean log loss plus ½|w|² / n, and its gradient.
///
/// Parameters lie as `inner` rows of `stride` numbers, one column an output, and a last row of intercepts; columns
/// beyond the outputs are padding and stay zero.
struct LogisticObjective: Sendable {
    private let vectors: Matrix
    private let labels: [Int]
    private let outputs: Int
    private let stride: Int
    private let threads: Int

    private struct Partial: Sendable {
        var loss = 0.0
        var gradient: [Float]
    }

    init(vectors: Matrix, labels: [Int], classCount: Int, threads: Int) {
        self.vectors = vectors
        self.labels = labels
        outputs = classCount == 2 ? 1 : classCount
        stride = (outputs + 7) & ~7
        self.threads = threads
    }

    var parameterCount: Int { (vectors.columns + 1) * stride }

    /// The value and the gradient at a point.
    func value(at point: [Double]) -> (value: Double, gradient: [Double]) {
        let weights = point.map { Float($0) }
        let partials = Parallel.mapChunks(of: vectors.rows, size: 512, threads: threads) { partial($0, weights) }
        var loss = 0.0
        var gradient = [Double](repeating: 0, count: parameterCount)
        for partial in partials {
            loss += partial.loss
            for index in gradient.indices { gradient[index] += Double(partial.gradient[index]) }
        }
        let scale = 1 / Double(vectors.rows)
        loss *= scale
        var penalty = 0.0
        let intercepts = vectors.columns * stride
        for index in gradient.indices {
            gradient[index] *= scale
            if index < intercepts {
                gradient[index] += point[index] * scale
                penalty += point[index] * point[index]
            }
        }
        return (loss + penalty * scale / 2, gradient)
    }

    private func logits(_ vectors: Matrix, _ range: Range<Int>, _ weights: [Float]) -> [Float] {
        var logits = [Float](repeating: 0, count: range.count * stride)
        weights.withUnsafeBufferPointer { right in
            DenseProduct.multiply(
                vectors.storage + range.lowerBound * vectors.columns, rows: range.count, inner: vectors.columns,
                right.baseAddress!, stride: stride, into: &logits)
        }
        let intercepts = vectors.columns * stride
        for row in 0..<range.count {
            for output in 0..<outputs { logits[row * stride + output] += weights[intercepts + output] }
        }
        return logits
    }

    private func partial(_ range: Range<Int>, _ weights: [Float]) -> Partial {
        var errors = logits(vectors, range, weights)
        var partial = Partial(gradient: [Float](repeating: 0, count: parameterCount))
        for row in 0..<range.count {
            let label = labels[range.lowerBound + row]
            let start = row * stride
            if outputs == 1 {
                // log(1 + e^-m) without overflow, m the margin on the side of the label.
                let logit = Double(errors[start])
                let margin = label == 1 ? logit : -logit
                partial.loss += margin > 0 ? CMath.log1p(CMath.exp(-margin)) : CMath.log1p(CMath.exp(margin)) - margin
                errors[start] = Float(1 / (1 + CMath.exp(-logit)) - (label == 1 ? 1 : 0))
                continue
            }
            var largest = -Float.infinity
            for output in 0..<outputs { largest = max(largest, errors[start + output]) }
            var sum = 0.0
            let chosen = Double(errors[start + label] - largest)
            for output in 0..<outputs {
                let power = CMath.exp(errors[start + output] - largest)
                errors[start + output] = power
                sum += Double(power)
            }
            partial.loss += CMath.log(sum) - chosen
            let scale = Float(1 / sum)
            for output in 0..<outputs { errors[start + output] *= scale }
            errors[start + label] -= 1
        }
        addGradient(range, errors, &partial.gradient)
        return partial
    }

    /// gradient += vectorsᵀ · errors, eight outputs and four columns at a time in registers.
    private func addGradient(_ range: Range<Int>, _ errors: [Float], _ gradient: inout [Float]) {
        let columns = vectors.columns
        errors.withUnsafeBufferPointer { errors in
            gradient.withUnsafeMutableBufferPointer { gradient in
                let base = vectors.storage + range.lowerBound * columns
                for output in Swift.stride(from: 0, to: stride, by: 8) {
                    var intercept = SIMD8<Float>()
                    for row in 0..<range.count {
                        intercept += load(errors.baseAddress! + row * stride + output)
                    }
                    store(intercept, gradient.baseAddress! + columns * stride + output)
                    var column = 0
                    while column < columns {
                        let width = min(4, columns - column)
                        var sums = (SIMD8<Float>(), SIMD8<Float>(), SIMD8<Float>(), SIMD8<Float>())
                        for row in 0..<range.count {
                            let error = load(errors.baseAddress! + row * stride + output)
                            let x = base + row * columns + column
                            sums.0 += error * x[0]
                            if width > 1 { sums.1 += error * x[1] }
                            if width > 2 { sums.2 += error * x[2] }
                            if width > 3 { sums.3 += error * x[3] }
                        }
                        let place = gradient.baseAddress! + column * stride + output
                        store(sums.0, place)
                        if width > 1 { store(sums.1, place + stride) }
                        if width > 2 { store(sums.2, place + 2 * stride) }
                        if width > 3 { store(sums.3, place + 3 * stride) }
                        column += width
                    }
                }
            }
        }
    }

    // In bounds: callers stay eight below the stride of the row.
    private func load(_ place: UnsafePointer<Float>) -> SIMD8<Float> {
        UnsafeRawPointer(place).loadUnaligned(as: SIMD8<Float>.self)
    }

    private func store(_ value: SIMD8<Float>, _ place: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(place).storeBytes(of: value, as: SIMD8<Float>.self)
    }

    /// The class with the highest output for each row.
    func classes(of vectors: Matrix, weights: [Double]) -> [Int] {
        guard vectors.rows > 0 else { return [] }
        let logits = logits(vectors, 0..<vectors.rows, weights.map { Float($0) })
        return (0..<vectors.rows).map { row in
            if outputs == 1 { return logits[row * stride] > 0 ? 1 : 0 }
            var best = 0
            for output in 1..<outputs where logits[row * stride + output] > logits[row * stride + best] {
                best = output
            }
            return best
        }
    }
}

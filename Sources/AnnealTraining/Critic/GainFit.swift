import AnnealFormats
import AnnealMachine
import AnnealPlatform
import AnnealProgram

/// Learns to set the gains of a program that is rewritten, by what each token is to the whole.
///
/// A token's gain is multiplied by `exp(w · f)`, where f is the ``PartFeatures`` of its contribution and a constant 1. The
/// four weights are those of the greatest mean cosine with the teacher over every second text, by Newton's method from zero;
/// the other texts must gain ``leastGain`` by them, or gains are left alone.
///
/// Gains were fitted to the training texts with everything else, where little is left to win; what the weights correct is
/// where the constants are trusted too much on other texts. So these should be texts that nothing was trained on.
struct GainFit {
    /// Of the agreement, the length, the share, and 1, to the logarithm of the gain.
    let weights: [Double]
    /// What the weights add to the mean cosine over the texts that they were not fitted to.
    let gain: Double

    static let leastGain = 1e-4
    private static let stepLimit = 12
    private static let halvings = 8

    /// - Parameters:
    ///   - corpus: the texts as the rules have rewritten them.
    ///   - targets: the teacher's unit vectors.
    /// - Returns: nil where gains do not depend on the context, or the weights win nothing.
    /// - Complexity: O(steps · items · dimension).
    init?(_ constants: TrainedConstants, _ corpus: RewrittenCorpus, targets: Matrix, threads: Int) {
        guard constants.hasGains, corpus.count >= 2 else { return nil }
        let texts = Texts(
            forward: ForwardPass(constants: constants, kernel: .fastest), corpus: corpus, targets: targets,
            threads: threads)
        let none = [Double](repeating: 0, count: Texts.width)
        var weights = none
        var here = texts.measure(weights, from: 0)
        for _ in 0..<Self.stepLimit {
            guard let step = texts.newtonStep(weights, here.gradient) else { break }
            var factor = 1.0
            var next: (weights: [Double], cosine: Double, gradient: [Double])?
            for _ in 0..<Self.halvings {
                let moved = zip(weights, step).map { $0 + factor * $1 }
                let found = texts.measure(moved, from: 0)
                if found.cosine > here.cosine {
                    next = (moved, found.cosine, found.gradient)
                    break
                }
                factor /= 2
            }
            guard let next else { break }
            let won = next.cosine - here.cosine
            weights = next.weights
            here = (next.cosine, next.gradient)
            if won < 1e-8 { break }
        }
        self.weights = weights
        gain = texts.measure(weights, from: 1).cosine - texts.measure(none, from: 1).cosine
        guard gain >= Self.leastGain else { return nil }
    }
}

/// The texts that weights are fitted to.
private struct Texts: Sendable {
    /// The features and a constant.
    static let width = 4
    /// How far the gradient's differences reach.
    private static let reach = 1e-3

    let forward: ForwardPass
    let corpus: RewrittenCorpus
    let targets: Matrix
    let threads: Int

    /// The mean cosine of every second text with the teacher under some weights, and its gradient.
    /// - Parameter first: 0 or 1, the first of the texts.
    func measure(_ weights: [Double], from first: Int) -> (cosine: Double, gradient: [Double]) {
        let parts = Parallel.mapChunks(of: corpus.count, size: 256, threads: threads) { range in
            let memory = TextMemory(dimension: targets.columns)
            var sums = [Double](repeating: 0, count: Self.width + 2)
            for text in range where text % 2 == first { add(text, weights, to: &sums, memory) }
            return sums
        }
        var sums = [Double](repeating: 0, count: Self.width + 2)
        for part in parts {
            for index in sums.indices { sums[index] += part[index] }
        }
        let count = max(1, sums[Self.width + 1])
        return (sums[Self.width] / count, sums[..<Self.width].map { $0 / count })
    }

    /// Where Newton's method goes from here, with the Hessian by differences of the gradient; nil where it has no inverse.
    func newtonStep(_ weights: [Double], _ gradient: [Double]) -> [Double]? {
        var rows = gradient.map { [Double](repeating: 0, count: Self.width) + [-$0] }
        for column in 0..<Self.width {
            var moved = weights
            moved[column] += Self.reach
            let found = measure(moved, from: 0).gradient
            for row in 0..<Self.width { rows[row][column] = (found[row] - gradient[row]) / Self.reach }
        }
        return LinearSystem.solve(rows)
    }

    /// Adds a text's gradient, cosine and 1.
    private func add(_ text: Int, _ weights: [Double], to sums: inout [Double], _ memory: TextMemory) {
        let (start, end) = (corpus.offsets[text], corpus.offsets[text + 1])
        let constants = forward.constants
        let dimension = constants.dimension
        let sum = memory.sum.storage
        let moved = memory.moved.storage
        let target = targets.row(text)
        var features: [(token: Int, values: [Double], gain: Double)] = []
        corpus.withItems { items in
            let items = items.advanced(by: start)
            forward.run(
                items, count: end - start, keySum: memory.keySum.storage, gain: memory.gain.storage,
                squashed: memory.squashed.storage, place: memory.place, sum: sum)
            moved.update(from: sum, count: dimension)
            let whole = Double(dot(sum, sum, dimension, forward.kernel))
            // The gain of a shifted token is its sense's as well.
            for item in 0..<end - start
            where memory.gain.storage[item] > 0 && !items.effect(of: item).constant.isGain {
                let token = Int(items.tokens[item])
                let row = constants.tokens.row(token)
                let gain = Double(memory.gain.storage[item])
                let found = PartFeatures(
                    part: gain * gain * Double(dot(row, row, dimension, forward.kernel)),
                    along: gain * Double(dot(row, sum, dimension, forward.kernel)), whole: whole)
                guard let found else { continue }
                let values = [found.agreement, found.length, found.share, 1]
                let factor = CMath.exp(zip(weights, values).reduce(0.0) { $0 + $1.0 * $1.1 })
                addScaled(moved, row, Float(gain * (factor - 1)), dimension, forward.kernel)
                features.append((token, values, gain * factor))
            }
        }
        let squares = Double(dot(moved, moved, dimension, forward.kernel))
        guard squares > 0 else { return }
        let norm = squares.squareRoot()
        let cosine = Double(dot(moved, target, dimension, forward.kernel)) / norm
        for part in features {
            let row = constants.tokens.row(part.token)
            let towards = Double(dot(row, target, dimension, forward.kernel)) / norm
            let along = Double(dot(row, moved, dimension, forward.kernel)) / squares
            let slope = part.gain * (towards - cosine * along)
            for index in 0..<Self.width { sums[index] += slope * part.values[index] }
        }
        sums[Self.width] += cosine
        sums[Self.width + 1] += 1
    }
}

/// Room for one text.
private final class TextMemory {
    let keySum = Matrix(rows: 1, columns: TrainedConstants.codeWidth)
    let gain = Matrix(rows: 1, columns: RewrittenCorpus.itemLimit)
    let squashed = Matrix(rows: 1, columns: RewrittenCorpus.itemLimit)
    let place = UnsafeMutablePointer<UInt32>.allocate(capacity: RewrittenCorpus.itemLimit)
    let sum: Matrix
    let moved: Matrix

    init(dimension: Int) {
        sum = Matrix(rows: 1, columns: dimension)
        moved = Matrix(rows: 1, columns: dimension)
    }

    deinit { place.deallocate() }
}

public import AnnealFormats
import AnnealManifold
import AnnealPlatform

/// How a ``ResidualQuantizer`` is trained.
public struct ResidualSettings: Sendable {
    /// Words of each stage.
    public var sizes: [Int]
    public var learner: CodebookLearner
    /// Vectors to train on, at most, drawn by the seed.
    public var rowsMost = 50_000
    /// Lloyd's rounds of each stage, at most.
    public var rounds = 24
    /// Steps of moving all stages together, where the learner does that.
    public var steps = 600
    /// Times that at last all vectors are coded by beam search, and the words of all stages set to what is best for that.
    public var refits = 0
    public var seed: UInt64 = 0
    /// The greatest exponent, where vectors are longer than those of training.
    package var exponentMost = 60

    public init(sizes: [Int], learner: CodebookLearner = .annealed) {
        self.sizes = sizes
        self.learner = learner
    }
}

extension ResidualQuantizer {
    /// Trains a quantiser, each stage on what the ones before have left.
    /// - Complexity: O(rows · dimension · words · (rounds + refits)).
    /// - Throws: ``CodecError``: a row with numbers that are not finite, too few vectors, or too few that differ.
    public static func train(
        on vectors: Matrix, _ settings: ResidualSettings, threads: Int, progress: (CodecProgress) -> Void = { _ in }
    ) throws(CodecError) -> ResidualQuantizer {
        try check(sizes: settings.sizes)
        guard settings.rounds > 0, settings.steps > 0, settings.refits >= 0 else {
            throw .setting(
                "rounds, steps, refits", expected: "at least 1, 1, 0",
                found: "\(settings.rounds), \(settings.steps), \(settings.refits)")
        }
        var random = SplitMix64(seed: settings.seed)
        let drawn = vectors.drawnRows(most: settings.rowsMost, &random)
        let (kept, longest) = try vectors.rowsOtherThanZero(of: drawn)
        let points = vectors.selecting(kept)
        let most = settings.sizes.max() ?? 0
        guard points.rows >= most else { throw .tooFewVectors(expected: most, found: points.rows) }
        let rest = points.copy()
        var stages: [Matrix] = []
        for (stage, size) in settings.sizes.enumerated() {
            // A word of one row leaves nothing of it: of few vectors the later stages have fewer rests that differ.
            let learned = stage == 0 ? size : rest.differentRows(most: size)
            let found = try settings.learner.learn(
                rest, size: learned, rounds: settings.rounds, seed: random.next(), threads: threads
            ) { round, error in
                progress(
                    CodecProgress(
                        layer: stage, layers: settings.sizes.count, round: round, rounds: settings.rounds, error: error)
                )
            }
            let words = found.filled(to: size)
            rest.subtract(words, KMeans.nearest(rest, words, threads: threads))
            stages.append(words)
        }
        func tell(_ round: Int, of rounds: Int, _ error: Double) {
            progress(
                CodecProgress(
                    layer: settings.sizes.count - 1, layers: settings.sizes.count, round: round, rounds: rounds,
                    error: error))
        }
        if settings.learner == .straightThrough {
            for step in 0..<settings.steps {
                let error = Self.move(stages, points, step: step, of: settings.steps, &random, threads: threads)
                tell(step, of: settings.steps, error)
            }
        }
        func quantizer() -> ResidualQuantizer {
            ResidualQuantizer(stages, longest: longest, exponentMost: settings.exponentMost)
        }
        for round in 0..<settings.refits {
            let digits = try quantizer().digits(of: points, threads: threads)
            tell(round, of: settings.refits, Self.refit(stages, points, digits, threads: threads))
        }
        return quantizer()
    }

    /// - Parameter longest: the length of the longest vector.
    private init(_ stages: [Matrix], longest: Double, exponentMost: Int) {
        // The greatest exponent for which the longest vector and word stay below the limit.
        var longest = longest
        for words in stages {
            for word in 0..<words.rows { longest = max(longest, words.dot(word, words, word).squareRoot()) }
        }
        let exponent = max(-60, min(exponentMost, Int((FixedPointBasis.trainedLimit / longest).exponent)))
        let unit = Double(sign: .plus, exponent: exponent, significand: 1)
        self.init(
            sizes: stages.map(\.rows), dimension: stages[0].columns, exponent: exponent,
            words: stages.flatMap { words in
                (0..<words.rows * words.columns).map {
                    Int16((Double(words.storage[$0]) * unit).rounded(.toNearestOrEven))
                }
            })
    }

    /// The digits of all points, a row each; of one that rounds to zero all are 0.
    private func digits(of points: Matrix, threads: Int) throws(CodecError) -> [UInt16] {
        let stages = sizes.count
        let parts = try Parallel.mapChunks(of: points.rows, size: 512, threads: threads) { (range) throws(CodecError) in
            let coder = makeCoder()
            var digits = [UInt16](repeating: 0, count: range.count * stages)
            for row in range {
                try digits.withUnsafeMutableBufferPointer { (digits) throws(CodecError) in
                    let place = (row - range.lowerBound) * stages
                    _ = try coder.encode(
                        UnsafeBufferPointer(start: points.row(row), count: points.columns),
                        into: .init(rebasing: digits[place..<place + stages]))
                }
            }
            return digits
        }
        return parts.flatMap { $0 }
    }

    /// Sets the words of all stages to what leaves the least squared error where digits are as they are: stage after stage
    /// to the mean of what the others leave, a few times over. Columns do not depend on each other.
    /// - Returns: the mean squared error before that.
    private static func refit(_ stages: [Matrix], _ points: Matrix, _ digits: [UInt16], threads: Int) -> Double {
        let (sweeps, band, count) = (4, 32, stages.count)
        let errors = Parallel.mapChunks(of: points.columns, size: band, threads: threads) { columns in
            let width = columns.count
            var rest = [Float](repeating: 0, count: points.rows * width)
            var error = 0.0
            for row in 0..<points.rows {
                for column in 0..<width {
                    var number = points.row(row)[columns.lowerBound + column]
                    for stage in 0..<count {
                        number -= stages[stage].row(Int(digits[row * count + stage]))[columns.lowerBound + column]
                    }
                    rest[row * width + column] = number
                    error += Double(number) * Double(number)
                }
            }
            for stage in (0..<sweeps).flatMap({ _ in stages.indices }) {
                let words = stages[stage]
                var sums = [Float](repeating: 0, count: words.rows * width)
                var counts = [Float](repeating: 0, count: words.rows)
                for row in 0..<points.rows {
                    let word = Int(digits[row * count + stage])
                    counts[word] += 1
                    for column in 0..<width { sums[word * width + column] += rest[row * width + column] }
                }
                for word in 0..<words.rows where counts[word] > 0 {
                    for column in 0..<width {
                        sums[word * width + column] /= counts[word]
                        words.row(word)[columns.lowerBound + column] += sums[word * width + column]
                    }
                }
                for row in 0..<points.rows {
                    let word = Int(digits[row * count + stage])
                    for column in 0..<width { rest[row * width + column] -= sums[word * width + column] }
                }
            }
            return error
        }
        return errors.reduce(0, +) / Double(points.rows)
    }

    /// One step of all stages together: the words that were chosen for a draw of points go by a part of the error that
    /// all of them leave.
    /// - Returns: the mean squared error of the draw.
    private static func move(
        _ stages: [Matrix], _ points: Matrix, step: Int, of steps: Int, _ random: inout SplitMix64, threads: Int
    ) -> Double {
        let count = min(points.rows, 4096)
        let rest = points.selecting((0..<count).map { _ in random.below(points.rows) })
        var chosen: [[Int]] = []
        for words in stages {
            let nearest = KMeans.nearest(rest, words, threads: threads)
            rest.subtract(words, nearest)
            chosen.append(nearest)
        }
        // Stages share the error, and later steps are smaller.
        let rate = 0.5 * (1 - Double(step) / Double(steps))
        for (words, nearest) in zip(stages, chosen) {
            let sums = Matrix(rows: words.rows, columns: words.columns)
            var counts = [Int](repeating: 0, count: words.rows)
            for row in 0..<count {
                let (point, sum) = (rest.row(row), sums.row(nearest[row]))
                counts[nearest[row]] += 1
                for column in 0..<words.columns { sum[column] += point[column] }
            }
            for word in 0..<words.rows where counts[word] > 0 {
                // A word that few points have chosen moves less far: their mean says less.
                let factor = Float(rate / Double(counts[word] + 4))
                for column in 0..<words.columns { words.row(word)[column] += factor * sums.row(word)[column] }
            }
        }
        var error = 0.0
        for index in 0..<count * rest.columns { error += Double(rest.storage[index]) * Double(rest.storage[index]) }
        return error / Double(count)
    }
}

extension Matrix {
    /// Takes from each row the word that was chosen for it.
    fileprivate func subtract(_ words: Matrix, _ chosen: [Int]) {
        for row in 0..<rows {
            let (point, word) = (self.row(row), words.row(chosen[row]))
            for column in 0..<columns { point[column] -= word[column] }
        }
    }
}

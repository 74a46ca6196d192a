public import AnnealFormats
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
    /// - Complexity: O(rows · dimension · words · rounds).
    /// - Throws: ``CodecError``: a row with numbers that are not finite, too few vectors, or too few that differ.
    public static func train(
        on vectors: Matrix, _ settings: ResidualSettings, threads: Int, progress: (CodecProgress) -> Void = { _ in }
    ) throws(CodecError) -> ResidualQuantizer {
        try check(sizes: settings.sizes)
        guard settings.rounds > 0, settings.steps > 0 else {
            throw .setting("rounds, steps", expected: "at least 1, 1", found: "\(settings.rounds), \(settings.steps)")
        }
        var random = SplitMix64(seed: settings.seed)
        let drawn = vectors.drawnRows(most: settings.rowsMost, &random)
        let (kept, length) = try vectors.rowsOtherThanZero(of: drawn)
        let points = vectors.selecting(kept)
        var longest = length
        let most = settings.sizes.max() ?? 0
        guard points.rows >= most else { throw .tooFewVectors(expected: most, found: points.rows) }
        let rest = points.copy()
        var stages: [Matrix] = []
        for (stage, size) in settings.sizes.enumerated() {
            let words = try settings.learner.learn(
                rest, size: size, rounds: settings.rounds, seed: random.next(), threads: threads
            ) { round, error in
                progress(
                    CodecProgress(
                        layer: stage, layers: settings.sizes.count, round: round, rounds: settings.rounds, error: error)
                )
            }
            Self.subtract(words, from: rest, threads: threads)
            stages.append(words)
        }
        if settings.learner == .straightThrough {
            for step in 0..<settings.steps {
                let error = Self.move(
                    stages, points, step: step, of: settings.steps, &random, threads: threads)
                progress(
                    CodecProgress(
                        layer: settings.sizes.count - 1, layers: settings.sizes.count, round: step,
                        rounds: settings.steps, error: error))
            }
        }
        // The greatest exponent for which the longest vector and word stay below the limit.
        for words in stages {
            for word in 0..<words.rows { longest = max(longest, words.dot(word, words, word).squareRoot()) }
        }
        let exponent = max(-60, min(settings.exponentMost, Int((FixedPointBasis.trainedLimit / longest).exponent)))
        let unit = Double(sign: .plus, exponent: exponent, significand: 1)
        return ResidualQuantizer(
            sizes: settings.sizes, dimension: vectors.columns, exponent: exponent,
            words: stages.flatMap { words in
                (0..<words.rows * words.columns).map {
                    Int16((Double(words.storage[$0]) * unit).rounded(.toNearestOrEven))
                }
            })
    }

    /// Takes from each point the word nearest to it.
    private static func subtract(_ words: Matrix, from points: Matrix, threads: Int) {
        let nearest = WordSums(points, words, threads: threads).nearest
        for row in 0..<points.rows {
            let (point, word) = (points.row(row), words.row(Int(nearest[row])))
            for column in 0..<points.columns { point[column] -= word[column] }
        }
    }

    /// One step of all stages together: the words that were chosen for a draw of points go by a part of the error that
    /// all of them leave.
    /// - Returns: the mean squared error of the draw.
    private static func move(
        _ stages: [Matrix], _ points: Matrix, step: Int, of steps: Int, _ random: inout SplitMix64, threads: Int
    ) -> Double {
        let count = min(points.rows, 4096)
        let rest = points.selecting((0..<count).map { _ in random.below(points.rows) })
        var chosen: [[Int32]] = []
        for words in stages {
            let nearest = WordSums(rest, words, threads: threads).nearest
            for row in 0..<count {
                let (point, word) = (rest.row(row), words.row(Int(nearest[row])))
                for column in 0..<rest.columns { point[column] -= word[column] }
            }
            chosen.append(nearest)
        }
        // Stages share the error, and later steps are smaller.
        let rate = 0.5 * (1 - Double(step) / Double(steps))
        for (words, nearest) in zip(stages, chosen) {
            let sums = Matrix(rows: words.rows, columns: words.columns)
            var counts = [Int](repeating: 0, count: words.rows)
            for row in 0..<count {
                let (point, sum) = (rest.row(row), sums.row(Int(nearest[row])))
                counts[Int(nearest[row])] += 1
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

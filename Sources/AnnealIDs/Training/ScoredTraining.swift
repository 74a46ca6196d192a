import AnnealCodes
import AnnealEval
import AnnealFormats
import AnnealPlatform

/// The digits that are predicted attributes: what each is trained on, and how its held-out score comes about.
struct ScoredTraining {
    private let vectors: Matrix
    private let texts: [String]
    private let sourceOf: [Int]
    private let sources: [TextSource]
    private let levels: Int
    private let threads: Int
    /// Rows that predictions are trained on, and those that they are scored on: each fifth.
    private let fitted: [Int]
    private let heldOut: [Int]

    /// - Parameter vectors: a row a text, none of them zero.
    init(
        _ vectors: Matrix, texts: [String], sourceOf: [Int], sources: [TextSource], levels: Int, threads: Int
    ) {
        self.vectors = vectors
        self.texts = texts
        self.sourceOf = sourceOf
        self.sources = sources
        self.levels = levels
        self.threads = threads
        heldOut = (0..<vectors.rows).filter { $0 % 5 == 4 }
        fitted = (0..<vectors.rows).filter { $0 % 5 != 4 }
    }

    /// A label a text, as numbers: one target a class, or one for levels.
    private struct Labelled {
        let name: String
        let label: String
        let classes: [String]
        let measure: String
        /// For each row its number: of a class its place, of levels what is predicted; nil where nothing is said.
        let numbers: [Double?]
    }

    /// Trains all attributes that there are labels for, and the variation.
    /// - Throws: ``IDError/oneLabel(attribute:label:)``; ``IDError/codec(_:)`` of the variation's words.
    func train(exponent: Int, variation size: Int, seed: UInt64, progress: (String) -> Void) throws(IDError)
        -> ScoredModel
    {
        var (attributes, parts) = ([ScoredAttribute](), [AttributePredictor.Part]())
        var (weights, biases, directions) = ([Int16](), [Int64](), [[Double]]())
        for labelled in try labels() {
            progress("\(labelled.name): ridge regression")
            let rows = fitted.filter { labelled.numbers[$0] != nil }
            let targets: [[Double]] =
                labelled.classes.isEmpty
                ? [rows.map { labelled.numbers[$0] ?? 0 }]
                : labelled.classes.indices.map { place in
                    rows.map { labelled.numbers[$0] == Double(place) ? 1 : 0 }
                }
            let ridge = RidgeRegression(vectors, rows: rows, targets: targets, threads: threads)
            directions += ridge.weights
            let whole = Self.whole(ridge, exponent: exponent)
            var predictor = AttributePredictor(
                dimension: vectors.columns, parts: [.init(rows: targets.count, thresholds: [])],
                weights: whole.weights, biases: whole.biases)
            if labelled.classes.isEmpty {
                let sums = sums(predictor, rows: rows, exponent: exponent).map { $0[0] }.sorted()
                // Levels that are equally frequent among the texts of training.
                let thresholds = (1..<levels).map { sums[$0 * sums.count / levels] }
                predictor = AttributePredictor(
                    dimension: vectors.columns, parts: [.init(rows: 1, thresholds: thresholds)],
                    weights: whole.weights, biases: whole.biases)
            }
            attributes.append(score(labelled, predictor, exponent: exponent))
            parts += predictor.parts
            weights += predictor.weights
            biases += predictor.biases
        }
        progress("variation")
        return ScoredModel(
            attributes: attributes,
            predictor: AttributePredictor(
                dimension: vectors.columns, parts: parts, weights: weights, biases: biases),
            variation: try variation(size, without: directions, exponent: exponent, seed: seed))
    }

    private func labels() throws(IDError) -> [Labelled] {
        var found: [Labelled] = []
        let styles = Array(Set(sources.map(\.style))).sorted()
        if styles.count > 1 {
            let places = sources.map { source in Double(styles.firstIndex(of: source.style) ?? 0) }
            found.append(
                Labelled(
                    name: "style", label: "the kind of the text's source", classes: styles, measure: "accuracy",
                    numbers: sourceOf.map { places[$0] }))
        }
        // Grades beyond these are of lists and of texts without sentences.
        let grades = texts.map { ReadingGrade.of($0).map { max(0, min(20, $0)) } }
        found.append(
            Labelled(
                name: "complexity", label: "the text's Flesch-Kincaid grade", classes: [], measure: "Spearman",
                numbers: grades))
        let ages = sourceOf.map { sources[$0].isOld.map { $0 ? 1.0 : 0 } }
        if ages.contains(where: { $0 != nil }) {
            found.append(
                Labelled(
                    name: "era", label: "whether the text's source is an old one (not a date)", classes: [],
                    measure: "AUC", numbers: ages))
        }
        for labelled in found {
            let known = fitted.compactMap { labelled.numbers[$0] }
            guard let first = known.first, known.contains(where: { $0 != first }) else {
                let label = known.first.map { number in
                    labelled.classes.isEmpty ? "\(number)" : labelled.classes[Int(number)]
                }
                throw .oneLabel(attribute: labelled.name, label: label ?? "none")
            }
        }
        return found
    }

    /// Weights and biases in whole numbers, all rows by the same factor, so that sums of classes can be compared.
    private static func whole(_ ridge: RidgeRegression, exponent: Int) -> (weights: [Int16], biases: [Int64]) {
        let longest = ridge.weights.map { row in row.reduce(0) { $0 + $1 * $1 }.squareRoot() }.max() ?? 0
        // One less for what rounding adds to the length.
        let factor = (AttributePredictor.lengthLimit - 17) / max(longest, 1e-12)
        let unit = Double(sign: .plus, exponent: exponent, significand: 1)
        let limit = Double(AttributePredictor.biasLimit)
        return (
            ridge.weights.flatMap { row in row.map { Int16(($0 * factor).rounded(.toNearestOrEven)) } },
            ridge.biases.map { Int64(max(-limit, min(limit, ($0 * factor * unit).rounded(.toNearestOrEven)))) }
        )
    }

    /// The sums of rows, by the whole numbers that the model predicts with.
    private func sums(_ predictor: AttributePredictor, rows: [Int], exponent: Int) -> [[Int64]] {
        let vectors = vectors
        let unit = Double(sign: .plus, exponent: exponent, significand: 1)
        return Parallel.map(rows.count, threads: threads) { index in
            let row = vectors.row(rows[index])
            let rounded = (0..<vectors.columns).map { Int16((Double(row[$0]) * unit).rounded(.toNearestOrEven)) }
            return rounded.withUnsafeBufferPointer { predictor.sums(part: 0, of: $0.baseAddress!) }
        }
    }

    /// Scores a prediction on the texts that it was not trained on.
    private func score(_ labelled: Labelled, _ predictor: AttributePredictor, exponent: Int) -> ScoredAttribute {
        let rows = heldOut.filter { labelled.numbers[$0] != nil }
        let truth = rows.map { labelled.numbers[$0] ?? 0 }
        let sums = sums(predictor, rows: rows, exponent: exponent)
        let (score, baseline): (Double, Double)
        switch labelled.measure {
        case "accuracy":
            let right = zip(sums, truth).count { sums, truth in
                sums.indices.reduce(0) { sums[$1] > sums[$0] ? $1 : $0 } == Int(truth)
            }
            var counts: [Double: Int] = [:]
            for number in truth { counts[number, default: 0] += 1 }
            score = Double(right) / Double(max(1, rows.count))
            baseline = Double(counts.values.max() ?? 0) / Double(max(1, rows.count))
        case "AUC":
            score = AreaUnderCurve.area(sums.map { Double($0[0]) }, truth.map { $0 == 1 })
            baseline = 0.5
        default:
            score = Spearman.correlation(sums.map { Double($0[0]) }, truth)
            baseline = 0
        }
        return ScoredAttribute(
            name: labelled.name, label: labelled.label, classes: labelled.classes,
            size: labelled.classes.isEmpty ? levels : labelled.classes.count, measure: labelled.measure, score: score,
            baseline: baseline, heldOut: rows.count)
    }

    /// Words for what is left of vectors once the directions that predict attributes are taken away. A word's product with
    /// a vector is that with what is left of it, so that whole vectors can be asked for.
    private func variation(
        _ size: Int, without directions: [[Double]], exponent: Int, seed: UInt64
    ) throws(IDError) -> ResidualQuantizer {
        var axes: [[Double]] = []
        for direction in directions {
            var rest = direction
            let length = rest.reduce(0) { $0 + $1 * $1 }
            for _ in 0..<2 {
                for axis in axes {
                    let product = zip(rest, axis).reduce(0) { $0 + $1.0 * $1.1 }
                    for index in rest.indices { rest[index] -= product * axis[index] }
                }
            }
            let squares = rest.reduce(0) { $0 + $1 * $1 }
            // Directions of classes add up to nothing: the last is one of those before.
            if squares > 1e-9 * length, length > 0 { axes.append(rest.map { $0 / squares.squareRoot() }) }
        }
        let rest = vectors.copy()
        let fixed = axes
        Parallel.forEachChunk(of: rest.rows, size: 512, threads: threads) { _, range in
            for index in range {
                let row = rest.row(index)
                for axis in fixed {
                    let product = axis.indices.reduce(0) { $0 + axis[$1] * Double(row[$1]) }
                    for column in axis.indices { row[column] -= Float(product * axis[column]) }
                }
            }
        }
        var settings = ResidualSettings(sizes: [size])
        settings.seed = seed
        settings.exponentMost = exponent
        do throws(CodecError) { return try ResidualQuantizer.train(on: rest, settings, threads: threads) } catch {
            throw .codec(error)
        }
    }
}

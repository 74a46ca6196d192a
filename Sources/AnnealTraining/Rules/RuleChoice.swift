import AnnealFormats
import AnnealPlatform
import AnnealRewrite

/// Chooses among rules whose constants were fitted together.
///
/// Mined in one pass, overlapping pairs are each paid for the same residual; fitted together, each keeps what the others
/// do not explain. But its length is fitted to noise as well, in rare rules above all. So what a rule is worth is measured
/// across firings: with `d = r + a·c`, what a text's unit vector lacks without the constant c, and `a` one over the length of
/// the text's sum, `‖Σ a d‖² − Σ a² ‖d‖²` takes each firing with all others and none with itself. Noise, which is another
/// in each text, adds nothing to that on the mean.
enum RuleChoice {
    /// The best rules with their fitted constants, best first; a rule's rank is its id.
    /// - Parameters:
    ///   - set: the texts as the rules have rewritten them, with their targets.
    ///   - ridge: how many texts' worth the constants were drawn to zero.
    ///   - before: what each rule was worth on other texts, which is added; empty for nothing.
    /// - Precondition: each rule has a constant of its own, that of its id.
    /// - Complexity: O(items · dimension).
    static func best(
        _ limit: Int, of rules: RuleSet, _ constants: TrainedConstants, _ set: TrainingSet, ridge: Double,
        before: [Float] = [], threads: Int
    ) -> RuleSet {
        let corpus = set.corpus
        let forward = ForwardPass(constants: constants, kernel: .fastest, context: .fitting)
        let residuals = Residuals(
            student: forward.vectors(of: corpus, threads: threads), targets: set.targets, threads: threads)
        let curvature = residuals.weights.reduce(0.0) { $0 + Double($1 * $1) } / Double(max(1, corpus.count))
        let firings = Firings(corpus, residuals, ruleCount: rules.rules.count)
        let values = Parallel.mapChunks(of: rules.rules.count, size: 256, threads: threads) { range in
            let sum = Matrix(rows: 1, columns: constants.dimension)
            return range.map { rule in
                worth(
                    constants.phrases.row(rule), firings.texts[firings.starts[rule]..<firings.starts[rule + 1]],
                    residuals, lambda: Float(ridge * curvature), sum: sum.storage)
            }
        }
        let all = values.flatMap { $0 }
        return choose(limit, of: rules, constants, before.isEmpty ? all : zip(all, before).map { $0 + $1 })
    }

    /// What a constant takes off the squared residuals of texts that it was not fitted to.
    /// - Parameters:
    ///   - texts: those that it stands in, each as often as it does.
    ///   - sum: room for a row.
    private static func worth(
        _ row: UnsafePointer<Float>, _ texts: ArraySlice<UInt32>, _ residuals: Residuals, lambda: Float,
        sum: UnsafeMutablePointer<Float>
    ) -> Float {
        guard !texts.isEmpty else { return 0 }
        let dimension = residuals.rows.columns
        sum.update(repeating: 0, count: dimension)
        let power = dot(row, row, dimension, .fastest)
        var squares: Float = 0
        var noise: Float = 0
        for text in texts {
            let weight = residuals.weights[Int(text)]
            let residual = residuals.rows.row(Int(text))
            let along = dot(row, residual, dimension, .fastest)
            addScaled(sum, residual, weight, dimension, .fastest)
            squares += weight * weight
            noise += weight * weight * (residuals.energies[Int(text)] + weight * (2 * along + weight * power))
        }
        addScaled(sum, row, squares, dimension, .fastest)
        let across = dot(sum, sum, dimension, .fastest) - noise
        // A constant that is drawn to zero keeps this share.
        let share = squares / (squares + lambda)
        return (share * (2 - share) * across - share * share * noise) / squares
    }

    private static func choose(
        _ limit: Int, of rules: RuleSet, _ constants: TrainedConstants, _ values: [Float]
    ) -> RuleSet {
        let kept = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }.prefix(limit)
        let rows = Matrix(rows: kept.count, columns: constants.dimension)
        var chosen: [Rule] = []
        for (rank, rule) in kept.enumerated() {
            rows.row(rank).update(from: constants.phrases.row(rule), count: rows.columns)
            var moved = rules.rules[rule]
            for place in moved.updates.indices where moved.updates[place].operand2 != nil {
                moved.updates[place].operand2 = UInt32(rank)
            }
            moved.confidence = Int32(max(1, min(1_000_000, (values[rule] * 1000).rounded())))
            chosen.append(moved)
        }
        return RuleSet(rules: chosen, constants: rows)
    }
}

/// For each rule the texts in which its constant stands, in their order.
private struct Firings {
    /// Those of rule `i` are `starts[i]..<starts[i + 1]` of ``texts``.
    private(set) var starts: [Int]
    private(set) var texts: [UInt32]

    /// Texts whose sum has no length are left out.
    init(_ corpus: RewrittenCorpus, _ residuals: Residuals, ruleCount: Int) {
        starts = [Int](repeating: 0, count: ruleCount + 1)
        for text in 0..<corpus.count where residuals.weights[text] > 0 {
            for row in corpus.rows[corpus.offsets[text]..<corpus.offsets[text + 1]] where row != RewrittenCorpus.none {
                starts[Int(row) + 1] += 1
            }
        }
        for rule in 0..<ruleCount { starts[rule + 1] += starts[rule] }
        texts = [UInt32](repeating: 0, count: starts[ruleCount])
        var next = starts
        for text in 0..<corpus.count where residuals.weights[text] > 0 {
            for row in corpus.rows[corpus.offsets[text]..<corpus.offsets[text + 1]] where row != RewrittenCorpus.none {
                texts[next[Int(row)]] = UInt32(text)
                next[Int(row)] += 1
            }
        }
    }
}

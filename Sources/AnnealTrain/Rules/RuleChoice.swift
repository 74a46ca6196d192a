import AnnealRewrite

/// Chooses among rules whose constants were fitted together.
///
/// Mined in one pass, overlapping pairs are each paid for the same residual; fitted together, each keeps what the others
/// do not explain. So what a constant c then adds to the texts' unit vectors, `Σ a² ‖c‖²` over its firings with a one over
/// the length of the text's sum, ranks rules better than their gain when they were mined.
enum RuleChoice {
    /// The best rules with their fitted constants, best first; a rule's rank is its id.
    /// - Parameter corpus: as the rules have rewritten it.
    /// - Precondition: each rule has a constant of its own, that of its id.
    /// - Complexity: O(items · dimension).
    static func best(
        _ limit: Int, of rules: RuleSet, _ constants: TrainedConstants, _ corpus: RewrittenCorpus, threads: Int
    ) -> RuleSet {
        let forward = ForwardPass(constants: constants, kernel: .fastest, context: .fitting)
        let vectors = forward.vectors(of: corpus, threads: threads)
        var uses = [Float](repeating: 0, count: rules.rules.count)
        for text in 0..<corpus.count {
            let power = dot(vectors.row(text), vectors.row(text), vectors.columns, .fastest)
            guard power > 1e-12 else { continue }
            for item in corpus.offsets[text]..<corpus.offsets[text + 1] where corpus.rows[item] != RewrittenCorpus.none
            {
                uses[Int(corpus.rows[item])] += 1 / power
            }
        }
        let values = uses.indices.map { rule in
            let row = constants.phrases.row(rule)
            return uses[rule] * dot(row, row, constants.dimension, .fastest)
        }
        let kept = uses.indices.sorted { (values[$1], $0) < (values[$0], $1) }.prefix(limit)
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

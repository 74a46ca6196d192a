import AnnealFormats
import AnnealManifold
import AnnealPlatform

/// From the vectors of a task's texts to its score.
struct TaskScorer {
    let source: any VectorSource
    /// Of the scoring; it changes no score.
    let threads: Int
    /// Clustering's score is the mean of those of these.
    private static let clusteringSeeds: [UInt64] = [1, 2, 3]

    /// The score of a task, 0...1 or -1...1.
    func score(_ task: EvalTask) throws -> Double {
        switch task.kind {
        case .sts: try likeness(task, "sentence1", "sentence2")
        case .words: try likeness(task, "word1", "word2")
        case .pairs: try pairs(task)
        case .classification: try classification(task)
        case .clustering: try clustering(task)
        case .retrieval: try retrieval(task)
        }
    }

    func embed(_ texts: [String]) throws -> Matrix {
        Matrix(rows: texts.count, columns: source.dimension, values: try source.vectors(of: texts))
    }

    /// The cosine of each text with its partner. A zero vector has cosine 0 with everything.
    private func cosines(_ left: [String], _ right: [String]) throws -> [Double] {
        let a = try embed(left)
        let b = try embed(right)
        return left.indices.map { a.dot($0, b, $0) }
    }

    private func likeness(_ task: EvalTask, _ left: String, _ right: String) throws -> Double {
        let file = try TSVFile(path: task.path)
        try file.requireRows()
        return Spearman.correlation(
            try cosines(try file.column(left), try file.column(right)), try file.numbers("score"))
    }

    private func pairs(_ task: EvalTask) throws -> Double {
        let file = try TSVFile(path: task.path)
        let split = try file.column("split")
        let test = split.indices.filter { split[$0] == "test" }
        guard !test.isEmpty else {
            throw EvalError(place: "\(task.path)", expected: "rows of the split \"test\"", found: "none")
        }
        let labels = try file.numbers("label")
        let left = try file.column("sentence1")
        let right = try file.column("sentence2")
        return AveragePrecision.score(
            try cosines(test.map { left[$0] }, test.map { right[$0] }), test.map { labels[$0] > 0.5 })
    }

    private func classification(_ task: EvalTask) throws -> Double {
        let file = try TSVFile(path: task.path)
        try file.requireRows()
        let split = try file.column("split")
        let (labels, classCount) = Labels.numbered(try file.column("label"))
        var train = split.indices.filter { split[$0] == "train" }
        var test = split.indices.filter { split[$0] == "test" }
        if train.isEmpty || test.isEmpty {
            // One split: 70 of a hundred rows train, in an order that is random and always the same.
            var random = SplitMix64(seed: 70)
            let order = random.permutation(split.count)
            train = Array(order.prefix(split.count * 7 / 10))
            test = Array(order.dropFirst(split.count * 7 / 10))
        }
        let vectors = try embed(try file.column("text"))
        let model = LogisticRegression.fit(
            vectors.selecting(train), labels: train.map { labels[$0] }, classCount: classCount, threads: threads)
        let predicted = model.predict(vectors.selecting(test))
        let right = zip(predicted, test).count { $0 == labels[$1] }
        return Double(right) / Double(max(test.count, 1))
    }

    private func clustering(_ task: EvalTask) throws -> Double {
        let file = try TSVFile(path: task.path)
        try file.requireRows()
        let (labels, count) = Labels.numbered(try file.column("label"))
        let vectors = try embed(try file.column("text"))
        // The best of four starts hangs on chance: vectors that differ by rounding alone can be two points apart.
        let scores = TaskScorer.clusteringSeeds.map { seed in
            let clusters = KMeans.clusters(of: vectors, count: count, seed: seed, restarts: 4, threads: threads)
            return VMeasure.score(labels: labels, clusters: clusters)
        }
        return scores.reduce(0, +) / Double(scores.count)
    }

    private func retrieval(_ task: EvalTask) throws -> Double {
        let set = try RetrievalSet(directory: task.path)
        let ranking = Ranking.top(
            10, of: try embed(set.texts), for: try embed(set.queries.map(\.text)), threads: threads)
        var sum = 0.0
        for (place, query) in set.queries.enumerated() {
            sum += DiscountedGain.normalized(ranking[place], relevance: query.relevance, cutoff: 10)
        }
        return sum / Double(set.queries.count)
    }
}

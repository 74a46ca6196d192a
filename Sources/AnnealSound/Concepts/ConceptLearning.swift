public import AnnealContainer
public import AnnealFormats
public import AnnealManifold
import AnnealPlatform

/// Words that concepts may be called by, with their vectors.
public struct ConceptWords: Sendable {
    public let words: [String]
    public let vectors: Matrix

    /// - Precondition: a row a word.
    public init(_ words: [String], vectors: Matrix) {
        precondition(words.count == vectors.rows)
        self.words = words
        self.vectors = vectors
    }
}

extension ConceptSet {
    /// Learns concepts from the vectors of texts: groups them by annealing, and calls each group by the word nearest to it.
    ///
    /// Zero vectors are left out. The same vectors and seed give the same set for any number of threads.
    /// - Parameters:
    ///   - vectors: a row a text.
    ///   - words: at least as many as concepts; no word twice.
    /// - Complexity: that of ``Clustering/clusters(of:count:progress:)``, and O(words · concepts · dimension).
    /// - Throws: ``ConceptError``.
    public static func learn(
        from vectors: Matrix, count: Int = 256, calledBy words: ConceptWords, engine: ContentHash, seed: UInt64 = 0,
        threads: Int = 1, progress: ((ClusteringProgress) -> Void)? = nil
    ) throws(ConceptError) -> ConceptSet {
        precondition(words.vectors.columns == vectors.columns || words.words.isEmpty)
        guard counts.contains(count) else { throw .count(expected: counts, found: count) }
        guard words.words.count >= count else { throw .tooFewWords(expected: count, found: words.words.count) }
        let columns = vectors.columns
        let texts = vectors.selecting(
            (0..<vectors.rows).filter { row in (0..<columns).contains { vectors.row(row)[$0] != 0 } })
        guard texts.rows >= count else { throw .tooFewTexts(expected: count, found: texts.rows) }
        var clustering = Clustering(seed: seed, threads: threads)
        // Many concepts take long, and need not be the best: larger steps, and no moves of single centres.
        clustering.growth = 1.3
        clustering.rounds = 2
        clustering.moves = 0
        let clusters: Clusters
        do throws(ManifoldError) {
            clusters = try clustering.clusters(of: texts, count: count, progress: progress)
        } catch {
            throw .vectors(error)
        }
        var mean = [Float](repeating: 0, count: columns)
        for column in 0..<columns {
            mean[column] = Float(
                (0..<texts.rows).reduce(0.0) { $0 + Double(texts.row($1)[column]) } / Double(texts.rows))
        }
        let directions = Matrix(rows: count, columns: columns)
        for concept in 0..<count {
            _ = direct(clusters.centres.row(concept), from: mean, into: directions.row(concept))
        }
        let names = names(of: directions, mean, words, threads: threads)
        return ConceptSet(
            names: names, frequencies: Pitch.frequencies(of: directions), textCounts: clusters.sizes, mean: mean,
            directions: directions, engine: engine)
    }

    /// The nearest word of each concept, the nearest pair first, and no word twice.
    private static func names(
        of directions: Matrix, _ mean: [Float], _ words: ConceptWords, threads: Int
    ) -> [String] {
        let count = directions.rows
        // Nearest first. More than one is needed only where another concept takes the first.
        let nearest: [[(cosine: Double, word: Int)]] = {
            let points = Matrix(rows: words.words.count, columns: mean.count)
            for word in words.words.indices { _ = direct(words.vectors.row(word), from: mean, into: points.row(word)) }
            return Parallel.map(count, threads: threads) { concept in
                words.words.indices.map { (directions.dot(concept, points, $0), $0) }
                    .sorted { ($0.0, $1.1) > ($1.0, $0.1) }
            }
        }()
        var names = [String?](repeating: nil, count: count)
        var taken = Set<Int>()
        var next = [Int](repeating: 0, count: count)
        for _ in 0..<count {
            var best: (cosine: Double, word: Int, concept: Int)?
            for concept in 0..<count where names[concept] == nil {
                while taken.contains(nearest[concept][next[concept]].word) { next[concept] += 1 }
                let (cosine, word) = nearest[concept][next[concept]]
                if best == nil || cosine > best!.cosine { best = (cosine, word, concept) }
            }
            guard let best else { break }
            names[best.concept] = words.words[best.word]
            taken.insert(best.word)
        }
        return names.compactMap(\.self)
    }
}

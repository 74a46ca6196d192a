package import AnnealFormats
import AnnealManifold
import AnnealPlatform

/// How the words of a codebook are learned. All are called the same way, and the same points, settings and seed give the
/// same words, whatever the number of threads.
public enum CodebookLearner: String, CaseIterable, Sendable {
    /// Lloyd's rounds from a k-means++ start.
    case kMeans = "k-means"
    /// K-means, then all stages of a residual quantiser moved together by the error that they leave: what chooses a word
    /// is passed over as if it were not there.
    case straightThrough = "straight-through"
    /// Points belong to all words at first and to one at last, while sharpness grows; then Lloyd's rounds.
    case annealed

    /// Points that words are sought among, at the least, and for each word; Lloyd's rounds see all.
    private static let seedingRows = (least: 20_000, each: 64)
    private static let annealingRows = (least: 8192, each: 40)

    /// Learns the words of one codebook. None is unused: each is the nearest of at least one point.
    /// - Parameters:
    ///   - points: a row a point, of finite numbers.
    ///   - size: how many words.
    ///   - rounds: Lloyd's rounds at most.
    ///   - progress: hears the round and the mean squared error before it.
    /// - Returns: a row a word.
    /// - Complexity: O(rounds · points · size · columns).
    /// - Throws: ``CodecError/tooFewDifferent(expected:found:)`` where fewer points differ than words are wanted.
    package func learn(
        _ points: Matrix, size: Int, rounds: Int = 24, seed: UInt64, threads: Int,
        progress: (_ round: Int, _ error: Double) -> Void = { _, _ in }
    ) throws(CodecError) -> Matrix {
        precondition(size > 0 && rounds > 0)
        guard points.rows >= size else { throw .tooFewVectors(expected: size, found: points.rows) }
        let different = points.differentRows(most: size)
        guard different == size else { throw .tooFewDifferent(expected: size, found: different) }
        var random = SplitMix64(seed: seed)
        let words: Matrix
        switch self {
        case .kMeans, .straightThrough:
            words = KMeans.seeds(points.drawn(Self.seedingRows, size, &random), size, &random)
        case .annealed:
            words = Self.anneal(
                points.drawn(Self.annealingRows, size, &random), size, seed: random.next(), threads, progress)
        }
        let squares = (0..<points.rows).reduce(0.0) { $0 + points.dot($1, points, $1) }
        // Each time a word more finds a point that none has come near to; where rounding hides that, there is an end too.
        for _ in 0...size {
            KMeans.refine(points, words, rounds: rounds, threads: threads) { round, inertia in
                progress(round, max(0, inertia + squares) / Double(points.rows))
            }
            if Self.placeUnused(words, among: points, threads: threads) { return words }
        }
        throw .tooFewDifferent(expected: size, found: Set(KMeans.nearest(points, words, threads: threads)).count)
    }

    /// Words by an assignment that is soft at first, of the project's one engine for that.
    private static func anneal(
        _ points: Matrix, _ size: Int, seed: UInt64, _ threads: Int, _ progress: (Int, Double) -> Void
    ) -> Matrix {
        var clustering = Clustering(seed: seed, threads: threads)
        clustering.refines = false
        return withoutActuallyEscaping(progress) { progress in
            do throws(ManifoldError) {
                return try clustering.clusters(of: points, count: size) { progress(0, $0.cost) }.centres
            } catch {
                preconditionFailure("finite points, no fewer than words: \(error)")
            }
        }
    }

    /// Moves words that are nearest to no point to the points that are farthest from theirs.
    /// - Returns: whether there were none.
    private static func placeUnused(_ words: Matrix, among points: Matrix, threads: Int) -> Bool {
        let nearest = KMeans.nearest(points, words, threads: threads)
        var counts = [Int](repeating: 0, count: words.rows)
        for word in nearest { counts[word] += 1 }
        let unused = counts.indices.filter { counts[$0] == 0 }
        guard !unused.isEmpty else { return true }
        let distances = (0..<points.rows).map { row in
            points.squaredDistance(row, words, nearest[row])
        }
        let farthest = distances.indices.sorted { (distances[$0], $1) > (distances[$1], $0) }
        for (word, row) in zip(unused, farthest) { words.row(word).update(from: points.row(row), count: words.columns) }
        return false
    }
}

extension Matrix {
    /// As many rows as are enough for so many words, drawn where there are more.
    fileprivate func drawn(_ enough: (least: Int, each: Int), _ size: Int, _ random: inout SplitMix64) -> Matrix {
        let most = max(enough.least, enough.each * size)
        return rows > most ? selecting(drawnRows(most: most, &random)) : self
    }

    /// How many rows differ, counted no further than wanted.
    func differentRows(most: Int) -> Int {
        var seen = Set<[Float]>()
        for row in 0..<rows where seen.count < most {
            seen.insert([Float](UnsafeBufferPointer(start: self.row(row), count: columns)))
        }
        return seen.count
    }

    /// The rows, and the first one again until there are so many: what is never nearest stands for what is missing.
    func filled(to count: Int) -> Matrix {
        guard rows < count else { return self }
        let filled = Matrix(rows: count, columns: columns)
        for row in 0..<count { filled.row(row).update(from: self.row(row < rows ? row : 0), count: columns) }
        return filled
    }

    func squaredDistance(_ row: Int, _ other: Matrix, _ otherRow: Int) -> Double {
        let (one, two) = (self.row(row), other.row(otherRow))
        var sum = 0.0
        for column in 0..<columns {
            let rest = Double(one[column]) - Double(two[column])
            sum += rest * rest
        }
        return sum
    }
}

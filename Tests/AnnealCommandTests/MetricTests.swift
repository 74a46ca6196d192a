import AnnealFormats
import AnnealManifold
import AnnealPlatform
import Testing

@testable import AnnealEval

/// The expected numbers are those of SciPy 1.x and scikit-learn 1.x on the same seeded data.
@Suite struct MetricTests {
    @Test("Spearman with ties is SciPy's")
    func spearman() {
        var random = SplitMix64(seed: 1)
        let a = (0..<200).map { _ in random.below(50) }
        let b = a.map { $0 + random.below(40) }
        #expect(abs(Spearman.correlation(a.map { Double($0) }, b.map { Double($0) }) - 0.7735695351811853) < 1e-12)
        #expect(Spearman.ranks([3, 1, 3, 2]) == [3.5, 1, 3.5, 2])
        #expect(Spearman.correlation([1, 2, 3], [5, 5, 5]) == 0)
        #expect(Spearman.correlation([1, 2, 3], [-1, -2, -9]) == -1)
    }

    @Test("average precision with ties is scikit-learn's")
    func averagePrecision() {
        var random = SplitMix64(seed: 2)
        let scores = (0..<300).map { _ in random.below(30) }
        let isPositive = scores.map { random.below(30) < $0 }
        #expect(abs(AveragePrecision.score(scores.map { Double($0) }, isPositive) - 0.7985158951714865) < 1e-12)
        let expected: Double = (1 + 2.0 / 3) / 2
        #expect(AveragePrecision.score([3, 2, 1], [true, false, true]) == expected)
        #expect(AveragePrecision.score([1, 2], [false, false]) == 0)
    }

    @Test("V-measure is scikit-learn's")
    func vMeasure() {
        var random = SplitMix64(seed: 3)
        let labels = (0..<400).map { _ in random.below(5) }
        let clusters = labels.map { label in
            // Drawn in the order in which the expected number was made.
            random.below(3) > 0 ? (label + (random.below(7) == 0 ? 1 : 0)) % 6 : random.below(6)
        }
        #expect(abs(VMeasure.score(labels: labels, clusters: clusters) - 0.32674002104998584) < 1e-12)
        #expect(VMeasure.score(labels: [0, 0, 1], clusters: [2, 2, 0]) == 1)
        #expect(VMeasure.score(labels: [0, 1], clusters: [0, 0]) == 0)
    }

    @Test("nDCG is scikit-learn's")
    func discountedGain() {
        let gains = [3.0, 2, 3, 0, 1, 2]
        let relevance = Dictionary(uniqueKeysWithValues: gains.enumerated().filter { $1 > 0 }.map { ($0, $1) })
        let score = DiscountedGain.normalized([0, 1, 2, 3, 4], relevance: relevance, cutoff: 5)
        #expect(abs(score - 0.8610441760375026) < 1e-12)
        #expect(DiscountedGain.normalized([7], relevance: [7: 1], cutoff: 10) == 1)
        #expect(DiscountedGain.normalized([], relevance: [7: 1], cutoff: 10) == 0)
    }

    /// Unit vectors with a lean towards one coordinate in `classes` for each class.
    private func data(_ seed: UInt64, _ rows: Int, _ columns: Int, _ classes: Int) -> (Matrix, [Int]) {
        var random = SplitMix64(seed: seed)
        let matrix = Matrix(rows: rows, columns: columns)
        var labels: [Int] = []
        for row in 0..<rows {
            let label = random.below(classes)
            labels.append(label)
            let values = (0..<columns).map { random.unitDouble() - 0.5 + ($0 % classes == label ? 0.25 : 0) }
            let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
            for column in 0..<columns { matrix.storage[row * columns + column] = Float(values[column] / norm) }
        }
        return (matrix, labels)
    }

    @Test(
        "logistic regression predicts what scikit-learn's does, on any number of threads",
        arguments: [(2, 13_494_215_578_260_216_855), (3, 275_982_208_704_660_578), (7, 421_687_395_931_136_782)]
            as [(Int, UInt64)])
    func logisticRegression(classes: Int, expected: UInt64) {
        let (vectors, labels) = data(10 + UInt64(classes), 600, 12, classes)
        for threads in [1, 3] {
            let model = LogisticRegression.fit(
                vectors.selecting(Array(0..<400)), labels: Array(labels[..<400]), classCount: classes, threads: threads)
            let predicted = model.predict(vectors.selecting(Array(400..<600)))
            #expect(predicted.reduce(0 as UInt64) { $0 &* 31 &+ UInt64($1) } == expected)
        }
    }

    @Test("k-means finds what scikit-learn's best of twenty does, on any number of threads")
    func kMeans() {
        let (vectors, _) = data(30, 500, 12, 6)
        let clusters = KMeans.clusters(of: vectors, count: 6, seed: 1, restarts: 20, threads: 1)
        #expect(clusters == KMeans.clusters(of: vectors, count: 6, seed: 1, restarts: 20, threads: 4))
        let centres = Matrix(rows: 6, columns: 12)
        var counts = [Float](repeating: 0, count: 6)
        for (row, cluster) in clusters.enumerated() {
            counts[cluster] += 1
            for column in 0..<12 { centres.storage[cluster * 12 + column] += vectors.storage[row * 12 + column] }
        }
        var inertia: Float = 0
        for (row, cluster) in clusters.enumerated() {
            for column in 0..<12 {
                let centre = centres.storage[cluster * 12 + column] / counts[cluster]
                let difference = vectors.storage[row * 12 + column] - centre
                inertia += difference * difference
            }
        }
        // scikit-learn: 377.35 to 377.69.
        #expect(inertia < 377.7 * 1.003)
    }

    @Test("k-means of fewer vectors than clusters, and of equal vectors")
    func degenerateKMeans() {
        #expect(KMeans.clusters(of: Matrix(rows: 2, columns: 4), count: 5, seed: 1, restarts: 1, threads: 1) == [0, 1])
        let same = KMeans.clusters(of: Matrix(rows: 9, columns: 4), count: 3, seed: 1, restarts: 2, threads: 2)
        #expect(same.count == 9)
    }

    @Test("the block product is the plain one")
    func denseProduct() {
        var random = SplitMix64(seed: 8)
        for (rows, inner, width) in [(1, 1, 8), (3, 5, 16), (4, 7, 8), (9, 33, 24)] {
            let left = (0..<rows * inner).map { _ in Float(random.unitDouble() - 0.5) }
            let right = (0..<inner * width).map { _ in Float(random.unitDouble() - 0.5) }
            var out = [Float](repeating: .nan, count: rows * width)
            DenseProduct.multiply(left, rows: rows, inner: inner, right, stride: width, into: &out)
            for row in 0..<rows {
                for column in 0..<width {
                    var sum: Float = 0
                    for index in 0..<inner { sum += right[index * width + column] * left[row * inner + index] }
                    #expect(out[row * width + column] == sum)
                }
            }
        }
    }

    @Test("ranking: best first, equal scores in the order of the documents")
    func ranking() {
        let documents = Matrix(rows: 5, columns: 2, values: [1, 0, 0, 1, 1, 0, 0.5, 0, 2, 0])
        let queries = Matrix(rows: 2, columns: 2, values: [1, 0, 0, 1])
        let top = Ranking.top(3, of: documents, for: queries, threads: 2)
        #expect(top == [[4, 0, 2], [1, 0, 2]])
    }
}

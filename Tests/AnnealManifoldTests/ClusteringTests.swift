import AnnealFormats
import AnnealPlatform
import Testing

@testable import AnnealManifold

@Suite struct ClusteringTests {
    /// Groups around points far apart, their sizes as given; and the group of each row.
    private func groups(_ sizes: [Int], columns: Int = 12, spread: Float = 0.15, seed: UInt64 = 1) -> (Matrix, [Int]) {
        var random = SplitMix64(seed: seed)
        let centres = ManifoldTests.cloud(sizes.count, columns, seed: seed + 50)
        var truth = sizes.enumerated().flatMap { [Int](repeating: $0.offset, count: $0.element) }
        random.shuffle(&truth)
        let points = Matrix(rows: truth.count, columns: columns)
        for (row, group) in truth.enumerated() {
            for column in 0..<columns {
                points.row(row)[column] = centres.row(group)[column] + spread * random.normal()
            }
        }
        return (points, truth)
    }

    /// Whether two ways to group are the same but for names.
    private func agree(_ labels: [Int32], _ truth: [Int]) -> Bool {
        Set(zip(labels, truth).map { "\($0) \($1)" }).count == Set(labels).count
            && Set(labels).count == Set(truth).count
    }

    @Test("groups that are apart are found, whatever their sizes, with any seed")
    func apart() throws {
        let (points, truth) = groups([200, 120, 60, 40, 10])
        for seed in 0..<4 as Range<UInt64> {
            let clusters = try Clustering(seed: seed).clusters(of: points, count: 5)
            #expect(agree(clusters.labels, truth), "seed \(seed)")
            #expect(clusters.sizes == [200, 120, 60, 40, 10])
        }
    }

    @Test("centres are means, sizes are counts, the error is the sum of squares, and the largest is first")
    func consistent() throws {
        let points = ManifoldTests.cloud(700, 9, seed: 3)
        for masses in [Masses.free, .learned, .equal(strength: 0.3), .equal(strength: 1)] {
            let clusters = try Clustering(masses: masses, seed: 2).clusters(of: points, count: 12)
            #expect(clusters.sizes == clusters.sizes.sorted(by: >) && clusters.sizes.reduce(0, +) == 700)
            #expect(clusters.sizes == Assignment.counts(clusters.labels, of: 12))
            var error = 0.0
            var sums = [[Double]](repeating: [Double](repeating: 0, count: 9), count: 12)
            for (row, label) in clusters.labels.enumerated() {
                for column in 0..<9 {
                    let difference = Double(points.row(row)[column]) - Double(clusters.centres.row(Int(label))[column])
                    error += difference * difference
                    sums[Int(label)][column] += Double(points.row(row)[column]) / Double(clusters.sizes[Int(label)])
                }
            }
            #expect(abs(error - clusters.inertia) < 1e-6 * error)
            for (cluster, mean) in sums.enumerated() {
                for column in 0..<9 {
                    #expect(abs(mean[column] - Double(clusters.centres.row(cluster)[column])) < 1e-5)
                }
            }
        }
    }

    @Test("equal masses: sizes differ by at most one")
    func equal() throws {
        let (points, _) = groups([200, 120, 60, 41, 10])
        let clusters = try Clustering(masses: .equal(strength: 1), seed: 1).clusters(of: points, count: 6)
        #expect(clusters.sizes == [72, 72, 72, 72, 72, 71])
        let some = try Clustering(masses: .equal(strength: 0.3), seed: 1).clusters(of: points, count: 6)
        let free = try Clustering(seed: 1).clusters(of: points, count: 6)
        #expect(some.sizes[0] <= free.sizes[0])
    }

    @Test("free masses are no worse than the best of twenty k-means")
    func inertia() throws {
        let points = ManifoldTests.cloud(500, 6, seed: 9)
        let centres = KMeans.clusters(of: points, count: 8, seed: 1, restarts: 20, threads: 1)
        let best = Clusters(points, centres.map { Int32($0) }, places: Matrix(rows: 8, columns: 6))
        for seed in 0..<3 as Range<UInt64> {
            #expect(try Clustering(seed: seed).clusters(of: points, count: 8).inertia < best.inertia * 1.03)
        }
    }

    @Test("any number of threads gives the same bits")
    func threads() throws {
        let points = ManifoldTests.cloud(600, 9, seed: 5)
        for masses in [Masses.free, .learned, .equal(strength: 1)] {
            let one = try Clustering(masses: masses, seed: 1, threads: 1).clusters(of: points, count: 4)
            let three = try Clustering(masses: masses, seed: 1, threads: 3).clusters(of: points, count: 4)
            #expect(one.labels == three.labels && one.inertia == three.inertia)
            for index in 0..<4 * 9 { #expect(one.centres.storage[index] == three.centres.storage[index]) }
        }
    }

    @Test("the number of clusters is found where groups are apart")
    func count() throws {
        for count in [3, 8] {
            let (points, _) = groups([Int](repeating: 50, count: count), seed: UInt64(count))
            let choice = try CountChoice(points, Clustering(seed: 1))
            #expect(choice.count == count)
            #expect(choice.tried.map(\.count).prefix(6) == [2, 3, 4, 6, 8, 11])
            #expect(choice.tried.last?.count == 64)
        }
        #expect(try CountChoice(ManifoldTests.cloud(3, 2, seed: 1), Clustering()).count == 1)
    }

    @Test("too many clusters, identical points and numbers that are none")
    func malformed() throws {
        let points = ManifoldTests.cloud(5, 3, seed: 1)
        for count in [0, 6] {
            #expect(throws: ManifoldError.count(expected: 1...5, found: count)) {
                try Clustering().clusters(of: points, count: count)
            }
        }
        #expect(throws: ManifoldError.empty(what: "point")) {
            try Clustering().clusters(of: Matrix(rows: 0, columns: 3), count: 1)
        }
        let broken = points.copy()
        broken.row(3)[2] = .infinity
        #expect(throws: ManifoldError.notFinite(what: "point", row: 3, column: 2)) {
            try Clustering().clusters(of: broken, count: 2)
        }
        let same = try Clustering().clusters(of: Matrix(rows: 9, columns: 3), count: 4)
        #expect(same.sizes == [9, 0, 0, 0] && same.inertia == 0)
        let all = try Clustering().clusters(of: points, count: 5)
        #expect(all.sizes == [1, 1, 1, 1, 1] && all.inertia < 1e-9)
        #expect(try Clustering().clusters(of: points, count: 1).sizes == [5])
    }
}

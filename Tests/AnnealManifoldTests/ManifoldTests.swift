import AnnealFormats
import AnnealPlatform
import Testing

@testable import AnnealManifold

@Suite struct ManifoldTests {
    static func frequencies(_ count: Int, seed: UInt64, from: Double = 20, to: Double = 2000) -> [Float] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in Float(from + (to - from) * random.unitDouble()) }
    }

    static func cloud(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
        var random = SplitMix64(seed: seed)
        return Matrix(rows: rows, columns: columns, values: (0..<rows * columns).map { _ in random.normal() })
    }

    @Test("a step of the source's law is the law written out")
    func sourceStep() throws {
        for (columns, count) in [(1, 3), (2, 5), (3, 9), (12, 7)] {
            let points = Self.cloud(150, columns, seed: 1)
            let carriers = Self.cloud(count, columns, seed: 2)
            var manifold = try Manifold(points: points, carriers: carriers)
            let (dt, strength, sharpness) = (0.05, 3.0, 1.7)
            manifold.diffuseStep(dt: dt, strength: strength, noiseScale: 0, sharpness: sharpness)
            for row in 0..<points.rows {
                var weights = [Double](repeating: 0, count: count)
                for carrier in 0..<count {
                    var square = 0.0
                    for column in 0..<columns {
                        let difference = Double(points.row(row)[column]) - Double(carriers.row(carrier)[column])
                        square += difference * difference
                    }
                    weights[carrier] = CMath.exp(-sharpness * square.squareRoot())
                }
                let sum = weights.reduce(0, +)
                for column in 0..<columns {
                    var target = 0.0
                    for carrier in 0..<count {
                        target += weights[carrier] / sum * Double(carriers.row(carrier)[column])
                    }
                    let before = Double(points.row(row)[column])
                    let after = before + dt * strength * (target - before)
                    #expect(abs(Double(manifold.positions.row(row)[column]) - after) < 2e-5)
                }
            }
        }
    }

    @Test("noise is of the stated size, another at each step, and moves nothing else")
    func noise() throws {
        var manifold = try Manifold(frequencies: [Float](repeating: 100, count: 20_000), carriers: [100], seed: 4)
        manifold.diffuseStep(dt: 0.05, strength: 0, noiseScale: 40, sharpness: 1)
        let first = (0..<20_000).map { manifold.positions.storage[$0] - 100 }
        let variance = first.reduce(0) { $0 + Double($1) * Double($1) } / 20_000
        // 0.05 · 40 = 2.
        #expect(abs(variance - 4) < 0.15)
        manifold.diffuseStep(dt: 0.05, strength: 0, noiseScale: 40, sharpness: 1)
        let second = (0..<20_000).map { manifold.positions.storage[$0] - 100 - first[$0] }
        #expect(abs(zip(first, second).reduce(0) { $0 + Double($1.0) * Double($1.1) } / 20_000) < 0.1)
    }

    @Test("balanced: every carrier has its share in every run, and all lock", arguments: [50, 51, 7])
    func balanced(count: Int) throws {
        for seed in 0..<12 as Range<UInt64> {
            var manifold = try Manifold(
                frequencies: Self.frequencies(count, seed: seed), carriers: [235, 300, 365], seed: seed)
            let assignment = try manifold.anneal()
            #expect(assignment.spread <= 1)
            #expect(assignment.meanDistance < 0.001 && assignment.greatestDistance < 0.03)
        }
        var manifold = try Manifold(
            frequencies: Self.frequencies(50, seed: 9), carriers: [200, 236, 358], shares: [0.6, 0.3, 0.1])
        #expect(try manifold.anneal().counts == [30, 15, 5])
    }

    @Test("the source's schedule locks and does not balance")
    func source() throws {
        var imbalances: [Double] = []
        for seed in 0..<8 as Range<UInt64> {
            var manifold = try Manifold(
                frequencies: Self.frequencies(50, seed: seed), carriers: [235, 300, 365], seed: seed)
            let assignment = try manifold.anneal(.source)
            imbalances.append(assignment.imbalance)
            #expect(assignment.meanDistance < 0.06)
        }
        #expect(imbalances.sorted()[4] > 5)
    }

    @Test("any number of threads gives the same bits, and so does a second run")
    func threads() throws {
        // Three pieces of work, so that three threads have one each.
        for columns in [1, 3, 9] {
            let points = Self.cloud(600, columns, seed: 7)
            let carriers = Self.cloud(5, columns, seed: 8)
            var schedule = Schedule.balanced
            schedule.steps = 10
            schedule.priceRounds = 2
            schedule.noise = Ramp(0.5, 0)
            var results: [[UInt32]] = []
            for threads in [1, 3, 3] {
                var manifold = try Manifold(points: points, carriers: carriers, seed: 3, threads: threads)
                let assignment = try manifold.anneal(schedule)
                results.append(
                    (0..<points.rows * columns).map { manifold.positions.storage[$0].bitPattern }
                        + assignment.labels.map { UInt32($0) })
            }
            #expect(results[0] == results[1] && results[1] == results[2])
        }
    }

    @Test("what an observer keeps stays as it was, and the homes too")
    func snapshots() throws {
        let homes = Self.frequencies(10, seed: 1)
        var manifold = try Manifold(frequencies: homes, carriers: [100, 200])
        var kept: [Snapshot] = []
        try manifold.anneal { kept.append($0) }
        #expect(kept.count == 48 && kept.map(\.step) == Array(0..<48))
        #expect(Set(kept.map { $0.positions.storage[0] }).count > 30)
        #expect((0..<10).map { manifold.homes.storage[$0] } == homes)
        #expect(kept.count { $0.isCommitted } == 24 && kept.last!.loads == [0.5, 0.5])
        #expect(zip(kept, kept.dropFirst()).allSatisfy { $0.sharpness <= $1.sharpness })
    }

    @Test("the other ways to sharpen end with the shares, too")
    func sharpening() throws {
        for sharpening in Schedule.Sharpening.allCases {
            var schedule = Schedule.balanced
            schedule.sharpening = sharpening
            schedule.noise = Ramp(1, 0.1)
            var manifold = try Manifold(frequencies: Self.frequencies(60, seed: 3), carriers: [235, 300, 365])
            let assignment = try manifold.anneal(schedule)
            #expect(assignment.counts == [20, 20, 20] && assignment.meanDistance < 0.01)
        }
    }

    @Test("what cannot be annealed is said")
    func errors() {
        func error(_ make: () throws -> Void) -> ManifoldError? {
            do { try make() } catch { return error as? ManifoldError }
            return nil
        }
        #expect(error { _ = try Manifold(frequencies: [], carriers: [1]) } == .empty(what: "point"))
        #expect(error { _ = try Manifold(frequencies: [1], carriers: []) } == .empty(what: "carrier"))
        for wrong in [Float.nan, .infinity] {
            #expect(
                error { _ = try Manifold(frequencies: [1, wrong], carriers: [1]) }
                    == .notFinite(what: "point", row: 1, column: 0))
            #expect(
                error { _ = try Manifold(frequencies: [1], carriers: [1, 2, wrong]) }
                    == .notFinite(what: "carrier", row: 2, column: 0))
        }
        #expect(
            error { _ = try Manifold(points: Matrix(rows: 2, columns: 2), carriers: Matrix(rows: 2, columns: 3)) }
                == .dimension(points: 2, carriers: 3))
        #expect(
            error { _ = try Manifold(frequencies: [1], carriers: [1, 2], shares: [1]) }
                == .shareCount(expected: 2, found: 1))
        for shares in [[0.5, 0.4], [1.5, -0.5], [0.0, 1.0], [.nan, 0.5]] {
            guard case .shares = error({ _ = try Manifold(frequencies: [1], carriers: [1, 2], shares: shares) }) else {
                Issue.record("no error for \(shares)")
                continue
            }
        }
        var changes: [(inout Schedule) -> Void] = [{ $0.steps = 0 }, { $0.dt = 0 }, { $0.priceRounds = 0 }]
        changes += [
            { $0.commitsAt = 2 }, { $0.sharpness.from = -1 }, { $0.strength.to = .nan }, { $0.noise.from = -1 },
        ]
        changes += [{ $0.sharpening = .byTemperature }]
        for change in changes {
            var schedule = Schedule.balanced
            change(&schedule)
            guard
                case .schedule = error({
                    var manifold = try Manifold(frequencies: [1], carriers: [1])
                    try manifold.anneal(schedule)
                })
            else {
                Issue.record("no error for \(schedule)")
                continue
            }
        }
    }

    @Test("equal carriers, one carrier, one point, and points that are all one have a result")
    func degenerate() throws {
        var equal = try Manifold(frequencies: Self.frequencies(30, seed: 1), carriers: [300, 300, 300])
        #expect(try equal.anneal().counts == [10, 10, 10])
        var one = try Manifold(frequencies: [5, 900], carriers: [440])
        #expect(try one.anneal().counts == [2])
        var single = try Manifold(frequencies: [100], carriers: [90, 200])
        #expect(try single.anneal().counts == [1, 0])
        var same = try Manifold(points: Matrix(rows: 12, columns: 3), carriers: Matrix(rows: 4, columns: 3))
        #expect(try same.anneal().counts == [3, 3, 3, 3])
    }
}

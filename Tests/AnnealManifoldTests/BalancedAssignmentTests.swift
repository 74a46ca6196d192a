import AnnealFormats
import AnnealPlatform
import Testing

@testable import AnnealManifold

@Suite struct BalancedAssignmentTests {
    /// The least cost of all assignments with these counts, by trying them all.
    private func leastCost(_ costs: Matrix, _ capacities: [Int]) -> Double {
        var (left, best) = (capacities, Double.infinity)
        func place(_ row: Int, _ sum: Double) {
            if row == costs.rows {
                best = min(best, sum)
                return
            }
            for carrier in left.indices where left[carrier] > 0 {
                left[carrier] -= 1
                place(row + 1, sum + Double(costs.row(row)[carrier]))
                left[carrier] += 1
            }
        }
        place(0, 0)
        return best
    }

    @Test("transport is the best of all assignments, whatever the prices")
    func transport() {
        for seed in 0..<60 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let (rows, count) = (4 + random.below(5), 1 + random.below(4))
            let costs = Matrix(
                rows: rows, columns: count, values: (0..<rows * count).map { _ in Float(random.below(20)) })
            var capacities = [Int](repeating: 0, count: count)
            for _ in 0..<rows { capacities[random.below(count)] += 1 }
            let prices = (0..<count).map { _ in Double(random.below(10)) }
            let labels = Transport(costs: costs, prices: prices, capacities: capacities).labels
            #expect(Assignment.counts(labels, of: count) == capacities)
            let cost = labels.enumerated().reduce(0) { $0 + Double(costs.row($1.offset)[Int($1.element)]) }
            #expect(abs(cost - leastCost(costs, capacities)) < 1e-9, "seed \(seed)")
        }
    }

    @Test("one dimension: sorting and cutting costs what transport costs")
    func sorted() throws {
        for seed in 0..<10 as Range<UInt64> {
            let points = ManifoldTests.frequencies(40, seed: seed)
            let carriers = ManifoldTests.frequencies(5, seed: seed + 100)
            let manifold = try Manifold(frequencies: points, carriers: carriers, shares: [0.1, 0.3, 0.25, 0.2, 0.15])
            let costs = Matrix(
                rows: 40, columns: 5, values: points.flatMap { point in carriers.map { abs(point - $0) } })
            let transport = Transport(costs: costs, prices: [0, 0, 0, 0, 0], capacities: [4, 12, 10, 8, 6]).labels
            func cost(_ labels: [Int32]) -> Double {
                labels.enumerated().reduce(0) { $0 + Double(costs.row($1.offset)[Int($1.element)]) }
            }
            let cut = manifold.balancedAssignment()
            #expect(Assignment.counts(cut, of: 5) == [4, 12, 10, 8, 6])
            #expect(abs(cost(cut) - cost(transport)) < 0.01)
        }
    }

    @Test("shares in whole numbers sum to the points, each to within one")
    func wholeShares() {
        #expect(capacities([0.6, 0.3, 0.1], of: 50) == [30, 15, 5])
        #expect(capacities([1 / 3, 1 / 3, 1 / 3], of: 50) == [17, 17, 16])
        var random = SplitMix64(seed: 3)
        for _ in 0..<200 {
            let raw = (0..<1 + random.below(9)).map { _ in 0.01 + random.unitDouble() }
            let shares = raw.map { $0 / raw.reduce(0, +) }
            let count = random.below(1000)
            let whole = capacities(shares, of: count)
            #expect(whole.reduce(0, +) == count)
            #expect(zip(whole, shares).allSatisfy { abs(Double($0) - $1 * Double(count)) < 1 })
        }
    }
}

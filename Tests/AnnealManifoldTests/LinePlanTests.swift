import AnnealFormats
import AnnealPlatform
import Testing

@testable import AnnealManifold

@Suite struct LinePlanTests {
    @Test(
        "without going through the carriers: targets and loads are those of all weights written out",
        arguments: [0.002, 0.03, 0.5, 4, 25])
    func dense(sharpness: Double) {
        for (seed, count) in [(1, 1), (2, 2), (3, 16), (4, 256)] as [(UInt64, Int)] {
            var random = SplitMix64(seed: seed)
            var values = (0..<count).map { _ in Float(100 + 1900 * random.unitDouble()) }
            // Equal carriers, and points on carriers and beyond all of them.
            if count > 8 { values[5] = values[2] }
            let carriers = Matrix(rows: count, columns: 1, values: values)
            let offsets = (0..<count).map { _ in 10 * random.unitDouble() - 5 }
            let points = (0..<1003).map { _ in Float(20 + 2200 * random.unitDouble()) } + values.prefix(20)
            let matrix = Matrix(rows: points.count, columns: 1, values: points)
            let line = LineCells(carriers, points: points.count)
            let cells = line.find(matrix, threads: 3)
            #expect(cells == points.map { point in Int32(values.count { $0 <= point }) })
            let plan = LinePlan(line, sharpness: sharpness, offsets: offsets)
            var targets = [Float](repeating: .nan, count: points.count)
            plan.targets(of: matrix.storage, in: cells, 0..<points.count, into: &targets)
            let loads = plan.loads(of: matrix, in: cells, threads: 2)
            var expected = [Double](repeating: 0, count: count)
            for (index, point) in points.enumerated() {
                let logs = (0..<count).map { -sharpness * (abs(Double(point) - Double(values[$0])) + offsets[$0]) }
                let most = logs.max()!
                let weights = logs.map { CMath.exp($0 - most) }
                let sum = weights.reduce(0, +)
                let target = zip(weights, values).reduce(0) { $0 + $1.0 * Double($1.1) } / sum
                #expect(abs(Double(targets[index]) - target) < 0.01, "\(point)")
                for carrier in 0..<count { expected[carrier] += weights[carrier] / sum / Double(points.count) }
            }
            for carrier in 0..<count { #expect(abs(loads[carrier] - expected[carrier]) < 1e-6) }
            // And those of the block of all weights.
            let block = SoftPlan(carriers, sharpness: sharpness, offsets: offsets).loads(of: matrix, threads: 1)
            #expect(zip(block, loads).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }
}

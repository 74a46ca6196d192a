import AnnealFormats
import AnnealPlatform
import Testing

@testable import AnnealTraining

@Suite struct ConstantTrainerTests {
    /// Dense Adam in double precision, on the gradients that ``GradientTests`` has checked.
    private func denseAdam(_ small: SmallCase, _ settings: StageSettings) -> [[[Double]]] {
        let oracle = SmallCase(seed: 7)
        let trainer = ConstantTrainer(oracle.constants, oracle.set, settings: settings, threads: 1)
        let usable = Array(0..<oracle.set.corpus.count)
        let stepsPerEpoch = (usable.count + settings.batch - 1) / settings.batch
        let cycle = OneCycle(rate: settings.rate, steps: settings.epochs * stepsPerEpoch, rise: settings.rise)
        let matrices = [oracle.constants.tokens, oracle.constants.phrases, oracle.constants.places]
        var tables = matrices.map { ReferenceLoss.rows($0) }
        var first = tables.map { $0.map { $0.map { _ in 0.0 } } }
        var second = first
        var number = 0
        for epoch in 0..<settings.epochs {
            var order = usable
            var random = SplitMix64(seed: settings.seed &+ UInt64(epoch) &* 0x9E37_79B9_7F4A_7C15)
            random.shuffle(&order)
            for start in stride(from: 0, to: order.count, by: settings.batch) {
                let (rate, beta1) = cycle.values(at: number)
                number += 1
                let batch = Array(order[start..<min(order.count, start + settings.batch)])
                let found = trainer.lossAndGradients(of: batch)
                for (table, gradients) in [found.tokens, found.phrases, found.places].enumerated() {
                    for row in tables[table].indices {
                        for column in tables[table][row].indices {
                            let g = Double(gradients.row(row)[column])
                            first[table][row][column] = beta1 * first[table][row][column] + (1 - beta1) * g
                            second[table][row][column] = 0.999 * second[table][row][column] + 0.001 * g * g
                            let m = first[table][row][column] / (1 - power(beta1, number))
                            let v = second[table][row][column] / (1 - power(0.999, number))
                            tables[table][row][column] -= rate * m / (v.squareRoot() + 1e-8)
                        }
                    }
                }
                for (rows, matrix) in zip(tables, matrices) { write(rows, to: matrix) }
            }
        }
        return tables
    }

    private func power(_ base: Double, _ exponent: Int) -> Double {
        (0..<exponent).reduce(1) { product, _ in product * base }
    }

    private func write(_ rows: [[Double]], to matrix: Matrix) {
        for (row, values) in rows.enumerated() {
            for (column, value) in values.enumerated() { matrix.row(row)[column] = Float(value) }
        }
    }

    private func greatestDifference(_ matrix: Matrix, _ rows: [[Double]]) -> Double {
        var greatest = 0.0
        for (row, values) in rows.enumerated() {
            for (column, value) in values.enumerated() {
                greatest = max(greatest, abs(Double(matrix.row(row)[column]) - value))
            }
        }
        return greatest
    }

    /// With all texts in every batch nothing coasts, and the sparse method is the dense one.
    @Test func equalsDenseAdamWhenEveryRowIsUsed() {
        let small = SmallCase(seed: 7)
        let start = small.constants.places.copy()
        let settings = StageSettings(epochs: 12, rate: 0.01, batch: 16, structure: 2, part: 8)
        let trainer = ConstantTrainer(small.constants, small.set, settings: settings, threads: 2)
        for epoch in 0..<settings.epochs { _ = trainer.runEpoch(epoch) }
        let tables = denseAdam(small, settings)
        #expect(greatestDifference(small.constants.tokens, tables[0]) < 2e-4)
        #expect(greatestDifference(small.constants.phrases, tables[1]) < 2e-4)
        // Rows of short texts get next to no gradient where a text has no constants: Adam makes steps of its rounding.
        var moved = 0
        for row in PlaceRows.row(of: 17)..<PlaceRows.count {
            for (place, value) in tables[2][row].enumerated() {
                moved += value != Double(start.row(row)[place]) ? 1 : 0
                #expect(abs(Double(small.constants.places.row(row)[place]) - value) < 2e-4)
            }
        }
        #expect(moved > 20)
    }

    /// In small batches rows miss steps. Coasting makes up for that all but for the change of the rate meanwhile.
    @Test func staysNearDenseAdamWhenRowsMissSteps() {
        let small = SmallCase(seed: 7)
        let start = ReferenceLoss.rows(small.constants.tokens)
        let settings = StageSettings(epochs: 6, rate: 0.002, batch: 3, structure: 2, part: 8)
        let trainer = ConstantTrainer(small.constants, small.set, settings: settings, threads: 2)
        for epoch in 0..<settings.epochs { _ = trainer.runEpoch(epoch) }
        let tables = denseAdam(small, settings)
        let moved = greatestDifference(small.constants.tokens, start)
        #expect(moved > 0.01)
        #expect(greatestDifference(small.constants.tokens, tables[0]) < moved / 5)
        #expect(greatestDifference(small.constants.phrases, tables[1]) < moved / 5)
    }

    @Test func threadsChangeNoBit() {
        let results = [1, 2, 5].map { threads in
            let small = SmallCase(seed: 8, texts: 300, tokens: 40, phrases: 20)
            let settings = StageSettings(epochs: 2, rate: 0.01, batch: 128, structure: 2, part: 70)
            let trainer = ConstantTrainer(small.constants, small.set, settings: settings, threads: threads)
            let figures = (0..<settings.epochs).map { trainer.runEpoch($0) }
            return (ReferenceLoss.rows(small.constants.tokens), ReferenceLoss.rows(small.constants.phrases), figures)
        }
        for result in results.dropFirst() {
            #expect(result.0 == results[0].0)
            #expect(result.1 == results[0].1)
            #expect(result.2 == results[0].2)
        }
    }

    @Test func lossFalls() {
        let small = SmallCase(seed: 9, texts: 60, tokens: 30, phrases: 10)
        let settings = StageSettings(epochs: 30, rate: 0.02, batch: 32, structure: 1, part: 32)
        let trainer = ConstantTrainer(small.constants, small.set, settings: settings, threads: 2)
        let first = trainer.runEpoch(0)
        var last = first
        for epoch in 1..<settings.epochs { last = trainer.runEpoch(epoch) }
        #expect(last.cosine > first.cosine + 0.2)
        #expect(last.structure < first.structure)
    }
}

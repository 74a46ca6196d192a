import Testing

@testable import AnnealTrain

@Suite struct NeighbourOrderTests {
    @Test func keepsEveryTextAndBringsNeighboursTogether() {
        var random = SeededGenerator(seed: 14)
        // Twenty directions with ten texts each, and thirty equal texts that no plane divides.
        let targets = Matrix(rows: 230, columns: 32)
        let centres = (0..<20).map { _ in random.floats(32) }
        for text in 0..<200 {
            for (index, noise) in random.floats(32).enumerated() {
                targets.row(text)[index] = centres[text % 20][index] + 0.05 * noise
            }
        }
        for text in 200..<230 { targets.row(text)[0] = 1 }
        let texts = Array(0..<230)
        let order = NeighbourOrder.order(texts, targets: targets, group: 12, seed: 1, threads: 1, kernel: .fastest)
        #expect(order.sorted() == texts)
        let other = NeighbourOrder.order(texts, targets: targets, group: 12, seed: 1, threads: 3, kernel: .fastest)
        #expect(order == other)
        let together = zip(order, order.dropFirst()).count { one, other in
            one < 200 && other < 200 && one % 20 == other % 20
        }
        #expect(together > 120)
        #expect(NeighbourOrder.order(texts, targets: targets, group: 1, seed: 1, threads: 1, kernel: .fastest) == texts)
    }
}

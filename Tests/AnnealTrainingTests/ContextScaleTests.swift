import Testing

@testable import AnnealTraining

/// The tables that ship in models are made of these numbers, so they stand here once more.
@Suite struct ContextScaleTests {
    @Test(
        "less for few items, the square root at 32, less again for passages",
        arguments: [(1, 0.8), (4, 0.4), (16, 0.2), (24, 0.183711730708738), (32, 0.176776695296637), (128, 0.0625)])
    func embedding(count: Int, expected: Double) {
        #expect(abs(ContextScale.embedding.factor(of: count) - expected) < 1e-12)
    }

    @Test(
        "the plain square root while constants are fitted", arguments: [(1, 1), (4, 0.5), (64, 0.125), (256, 0.0625)])
    func fitting(count: Int, expected: Double) {
        #expect(ContextScale.fitting.factor(of: count) == expected)
    }

    @Test("a text of no items has no context")
    func empty() {
        #expect(ContextScale.embedding.factor(of: 0) == 0 && ContextScale.fitting.factor(of: 0) == 0)
    }
}

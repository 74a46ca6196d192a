import AnnealRewrite
import Testing

@testable import AnnealTrain

@Suite struct GenomeTests {
    @Test func encodes() {
        let genome = Genome.pair(3, 4, distance: 2)
        #expect(Genome(encoded: genome.encoded) == genome)
    }
}

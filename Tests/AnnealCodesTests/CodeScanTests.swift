import AnnealFormats
import AnnealPlatform
import Testing

@testable import AnnealCodes

@Suite struct CodeScanTests {
    /// Cosines by decoding each code, in 64 bits.
    private func cosines(_ vectors: Matrix, with query: [Float]) -> [Double] {
        let length = query.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        return (0..<vectors.rows).map { row in
            var (product, squares) = (0.0, 0.0)
            for column in 0..<vectors.columns {
                product += Double(vectors.row(row)[column]) * Double(query[column])
                squares += Double(vectors.row(row)[column]) * Double(vectors.row(row)[column])
            }
            return squares > 0 ? product / (squares.squareRoot() * length) : 0
        }
    }

    @Test(arguments: [TrellisCodec.Profile.search, .pair])
    func findsWhatDecodingEachCodeFinds(_ profile: TrellisCodec.Profile) throws {
        let codec = try SampleVectors.codec(profile)
        let vectors = SampleVectors.make(rows: 1_300, seed: 12)
        for column in 0..<16 { vectors.row(70)[column] = 0 }
        for length in codec.lengths {
            let codes = try codec.encode(vectors, length: length, threads: 2)
            let scan = try CodeScan(codec, codes: codes, length: length, threads: 2)
            #expect(scan.count == 1_300)
            let decoded = try codes.withUnsafeBytes { try codec.decode($0, length: length, threads: 1) }
            for row in 0..<5 {
                let query = (0..<16).map { 3 * SampleVectors.make(rows: 5, seed: 13).row(row)[$0] }
                let expected = cosines(decoded, with: query)
                let hits = try scan.nearest(to: query, count: 20, threads: 1)
                #expect(try scan.nearest(to: query, count: 20, threads: 3) == hits)
                #expect(hits.count == 20 && Set(hits.map(\.index)).count == 20)
                // What decoding rounds may change the order of nearly equal ones.
                for (hit, best) in zip(hits, expected.sorted(by: >)) {
                    #expect(abs(Double(hit.cosine) - expected[hit.index]) < 0.002)
                    #expect(abs(Double(hit.cosine) - best) < 0.002)
                }
                #expect(zip(hits, hits.dropFirst()).allSatisfy { $0.cosine >= $1.cosine })
                let all = try scan.nearest(to: query, count: 2_000, threads: 1)
                #expect(all.count == 1_300 && Array(all.prefix(20)) == hits)
                #expect(all.first { $0.index == 70 }?.cosine == 0)
            }
        }
    }

    /// Equal codes come in the order of their places.
    @Test func equalCodesAndBadQueries() throws {
        let codec = try SampleVectors.codec()
        let one = try codec.encode(SampleVectors.make(rows: 1, seed: 3), length: 2, threads: 1)
        let scan = try CodeScan(
            codec, codes: Array([[UInt8]](repeating: one, count: 9).joined()), length: 2, threads: 1)
        let query = [Float](repeating: 1, count: 16)
        #expect(try scan.nearest(to: query, count: 3, threads: 2).map(\.index) == [0, 1, 2])
        #expect(try scan.nearest(to: [Float](repeating: 0, count: 16), count: 3, threads: 1) == [])
        #expect(throws: CodecError.dimension(expected: 16, found: 3)) {
            try scan.nearest(to: [1, 2, 3], count: 1, threads: 1)
        }
        #expect(throws: CodecError.notFinite(index: 15)) {
            try scan.nearest(to: [Float](repeating: 1, count: 15) + [.infinity], count: 1, threads: 1)
        }
        #expect(throws: CodecError.codeLength(expected: [2, 5], found: 3)) {
            try CodeScan(codec, codes: [], length: 3, threads: 1)
        }
    }
}

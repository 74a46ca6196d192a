import AnnealFormats
import AnnealPlatform
import Testing

@testable import AnnealCodes

@Suite struct CodeScanTests {
    private func scan(_ codec: TrellisCodec, _ codes: [UInt8], _ length: Int, threads: Int = 2) throws -> CodeScan {
        try codes.withUnsafeBytes { try CodeScan(codec, codes: $0, length: length, threads: threads) }
    }

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
            let scan = try scan(codec, codes, length)
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
                    #expect(abs(Double(hit.cosine) - expected[hit.index]) < 0.001)
                    #expect(abs(Double(hit.cosine) - best) < 0.001)
                }
                #expect(zip(hits, hits.dropFirst()).allSatisfy { $0.cosine >= $1.cosine })
                for kernel in CodeKernel.available {
                    let same = try scan.nearest(to: query, count: 20, threads: 2, kernel: kernel)
                    #expect(same == hits, "\(kernel.name)")
                }
                let all = try scan.nearest(to: query, count: 2_000, threads: 1)
                #expect(all.count == 1_299 && Array(all.prefix(20)) == hits)
                #expect(!all.contains { $0.index == 70 })
            }
        }
    }

    /// A shortlist may lose some of the nearest, and all that it finds are where they belong.
    @Test func shortlistsArePartsOfTheWhole() throws {
        let codec = try SampleVectors.codec()
        let codes = try codec.encode(SampleVectors.make(rows: 2_500, seed: 4), length: 5, threads: 2)
        let scan = try scan(codec, codes, 5)
        let query = (0..<16).map { SampleVectors.make(rows: 1, seed: 5).row(0)[$0] }
        let whole = try scan.nearest(
            to: query, count: 10, threads: 2, kernel: CodeKernel.available[0], shortlistShare: 1)
        let short = try scan.nearest(
            to: query, count: 10, threads: 2, kernel: CodeKernel.available[0], piece: CodeKernel.block)
        let cosines = Dictionary(uniqueKeysWithValues: whole.map { ($0.index, $0.cosine) })
        #expect(short.count == 10 && short.filter { cosines[$0.index] == $0.cosine }.count >= 9)
        #expect(try scan.nearest(to: query, count: 10, threads: 1) == whole)
    }

    /// Each table against steps that are looked up one by one, where steps have one to four bits and begin anywhere.
    @Test func tablesSayWhatStepsSay() throws {
        var random = SplitMix64(seed: 8)
        for byteCount in [1, 2, 3, 7, 10] {
            var (steps, end) = ([CodeStep](), 0)
            while end < 8 * byteCount {
                end = min(8 * byteCount, end + 1 + random.below(4))
                steps.append(CodeStep(end: end, values: (0..<256).map { _ in random.normal() }))
            }
            let tables = ScanTables(steps, byteCount: byteCount, start: 0.5)
            let block = CodeKernel.block
            let codes = (0..<block * byteCount).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            for kernel in CodeKernel.available {
                for count in [0, 1, 37, block] {
                    var sums = [UInt16](repeating: 0, count: block)
                    codes.withUnsafeBufferPointer { codes in
                        sums.withUnsafeMutableBufferPointer { sums in
                            kernel.sums(codes.baseAddress!, count: count, tables, into: sums.baseAddress!)
                        }
                    }
                    for code in 0..<count {
                        var expected = 0.5
                        for step in steps {
                            var state = 0
                            for bit in max(0, step.end - 8)..<step.end {
                                state = state << 1 | Int(codes[bit / 8 * block + code] >> UInt8(7 - bit % 8) & 1)
                            }
                            expected += Double(step.values[state])
                        }
                        let found = Double(tables.start + tables.unit * Float(sums[code]))
                        #expect(
                            abs(found - expected) < Double(tables.unit) * (Double(steps.count) / 2 + 1),
                            "\(kernel.name)")
                    }
                }
            }
        }
    }

    /// Against sorting all, with many equal scores, rising and falling, in any order of rows.
    @Test func bestRowsAreTheFirstOfAllSorted() {
        var random = SplitMix64(seed: 21)
        for (count, capacity) in [(0, 3), (1, 1), (5, 9), (40, 1), (400, 7), (3_000, 100), (513, 256), (900, 899)] {
            for way in 0..<4 {
                var rows = Array(0..<count)
                if way == 3 { rows = random.permutation(count) }
                let entries = rows.map { row in
                    let score = way == 0 ? row : way == 1 ? -row : random.below(max(1, count / 3))
                    return BestRows.Entry(row: row, score: Double(score))
                }
                var best = BestRows(capacity: capacity)
                for entry in entries {
                    // What is not above the threshold may be left out where rows rise.
                    if way == 3 || entry.score > best.threshold { best.insert(entry) }
                }
                let expected = entries.sorted { ($0.score, $1.row) > ($1.score, $0.row) }.prefix(capacity)
                #expect(best.sorted == Array(expected), "\(count), \(capacity), \(way)")
                #expect(best.inOrder == entries.filter { expected.contains($0) })
            }
        }
    }

    /// Equal codes come in the order of their places.
    @Test func equalCodesAndBadQueries() throws {
        let codec = try SampleVectors.codec()
        let one = try codec.encode(SampleVectors.make(rows: 1, seed: 3), length: 2, threads: 1)
        let scan = try scan(codec, Array([[UInt8]](repeating: one, count: 9).joined()), 2)
        let query = [Float](repeating: 1, count: 16)
        #expect(try scan.nearest(to: query, count: 3, threads: 2).map(\.index) == [0, 1, 2])
        #expect(try scan.nearest(to: [Float](repeating: 0, count: 16), count: 3, threads: 1) == [])
        #expect(try self.scan(codec, [], 2).nearest(to: query, count: 3, threads: 1) == [])
        #expect(throws: CodecError.dimension(expected: 16, found: 3)) {
            try scan.nearest(to: [1, 2, 3], count: 1, threads: 1)
        }
        #expect(throws: CodecError.notFinite(index: 15)) {
            try scan.nearest(to: [Float](repeating: 1, count: 15) + [.infinity], count: 1, threads: 1)
        }
        #expect(throws: CodecError.codeLength(expected: [2, 5], found: 3)) { try self.scan(codec, [], 3) }
    }
}

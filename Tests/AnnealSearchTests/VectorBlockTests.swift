import AnnealCodes
import AnnealPlatform
import Testing

@testable import AnnealSearch

/// The scan and its parts against slow, obvious references.
@Suite struct VectorBlockTests {
    private func vectors(_ count: Int, _ dimension: Int, seed: UInt64) -> [QuantizedVector] {
        var random = SplitMix64(seed: seed)
        // Few distinct values, so that scores are often equal.
        return (0..<count).map { _ in
            QuantizedVector((0..<dimension).map { _ in Float(random.below(5)) - 2 })
        }
    }

    /// Sorts everything.
    private func reference(
        _ vectors: [QuantizedVector], _ query: QuantizedVector, _ limit: Int
    ) -> [(passage: Int64, score: Double)] {
        let scored = vectors.enumerated().filter { $0.element.scale > 0 }.map { row, vector in
            let dot = zip(vector.values, query.values).reduce(0) { $0 + Int($1.0) * Int($1.1) }
            return (passage: Int64(row), score: Double(dot) * vector.scale * query.scale)
        }
        return Array(
            scored.sorted { $0.score != $1.score ? $0.score > $1.score : $0.passage < $1.passage }.prefix(limit))
    }

    @Test("every kernel and number of threads finds what sorting everything finds")
    func nearest() {
        for (count, dimension) in [(0, 16), (1, 256), (700, 7), (5000, 32), (2500, 100)] {
            let all = vectors(count, dimension, seed: UInt64(count))
            let block = VectorBlock(vectors: all, dimension: dimension)
            for query in vectors(3, dimension, seed: 99) {
                for limit in [1, 10, 3000] {
                    let expected = reference(all, query, limit)
                    for kernel in ScanKernel.available {
                        for threads in [1, 2, 5] {
                            let found = block.nearest(query, limit: limit, threads: threads, kernel: kernel)
                            #expect(found.map(\.passage) == expected.map(\.passage), "\(kernel.name)")
                            #expect(found.map(\.score) == expected.map(\.score), "\(kernel.name)")
                        }
                    }
                }
            }
        }
    }

    @Test("a passage without a known word is near to nothing")
    func zeros() {
        let block = VectorBlock(
            vectors: [[0, 0], [1, 0], [-1, 0]].map { QuantizedVector($0 as [Float]) }, dimension: 2)
        #expect(block.nearest(QuantizedVector([1, 0]), limit: 5, threads: 1).map(\.passage) == [1, 2])
    }

    @Test("kernels give the same integers, extremes included")
    func kernels() {
        var random = SplitMix64(seed: 4)
        for dimension in [1, 15, 16, 31, 32, 33, 64, 255, 256, 1000, 4096] {
            let extreme = random.below(2) == 0
            func numbers(_ count: Int) -> [Int8] {
                (0..<count).map { _ in extreme ? -128 : Int8(truncatingIfNeeded: random.below(256)) }
            }
            let rows = numbers(3 * dimension)
            let query = numbers(dimension)
            var expected: [Int32] = [0, 0, 0]
            for row in 0..<3 {
                for column in 0..<dimension {
                    expected[row] += Int32(rows[row * dimension + column]) * Int32(query[column])
                }
            }
            for kernel in ScanKernel.available {
                var found = [Int32](repeating: 0, count: 3)
                found.withUnsafeMutableBufferPointer { found in
                    query.withUnsafeBufferPointer { kernel.dots(rows, query: $0, into: found) }
                }
                #expect(found == expected, "\(kernel.name), \(dimension)")
            }
        }
    }

    @Test("bytes hold a vector to a 254th of its largest number")
    func quantized() {
        var random = SplitMix64(seed: 8)
        for _ in 0..<200 {
            let vector = (0..<64).map { _ in Float(random.below(2001) - 1000) / 1000 }
            let quantized = QuantizedVector(vector)
            let largest = Double(vector.map(abs).max()!)
            for (value, byte) in zip(vector, quantized.values) {
                #expect(abs(Double(value) - Double(byte) * quantized.scale) <= largest / 254 * 1.0001)
                #expect(byte != -128)
            }
        }
        #expect(QuantizedVector([0, 0]).values == [0, 0] && QuantizedVector([0, 0]).scale == 0)
    }

    @Test("cosines of named passages are those of the scan, bit for bit; those that are gone have none")
    func named() {
        for (count, dimension) in [(0, 16), (1, 256), (700, 7), (2500, 100)] {
            let all =
                vectors(count, dimension, seed: UInt64(count)) + [
                    QuantizedVector([Float](repeating: 0, count: dimension))
                ]
            let block = VectorBlock(vectors: all, dimension: dimension)
            let query = vectors(1, dimension, seed: 99)[0]
            let expected = Dictionary(
                uniqueKeysWithValues: reference(all, query, count + 1).map { ($0.passage, $0.score) })
            let wanted = (-2..<Int64(count) + 3).reversed()
            for kernel in ScanKernel.available {
                #expect(block.cosines(of: Array(wanted), with: query, kernel: kernel) == expected, "\(kernel.name)")
            }
            // One of 700 in seven dimensions is zero by chance.
            #expect(expected.count >= count - 1)
        }
    }

    @Test("scores add up, what is missing counts nothing")
    func sum() {
        let fused = ScoreSum.fuse(words: [7: 1, 3: 0.25, 4: 0.5], cosines: [3: 0.75, 4: -0.25, 5: 0.5, 9: -0.25])
        #expect(fused.map(\.passage) == [3, 5, 7, 4, 9] && fused.map(\.score) == [0.875, 0.5, 0.5, 0, -0.25])
        #expect(ScoreSum.shares([(2, 4), (1, 1)]) == [2: 1, 1: 0.25])
        #expect(ScoreSum.shares([(2, 0), (1, -1)]) == [2: 0, 1: 0] && ScoreSum.shares([]).isEmpty)
        #expect(ScoreSum.fuse(words: [:], cosines: [:]).isEmpty)
    }

    @Test("words are quoted, common ones left out unless there are no others")
    func words() {
        #expect(WordQuery.matching("How do I turn the LIGHT off? light") == "\"turn\" OR \"light\" OR \"off\"")
        #expect(WordQuery.matching("to be or not to be") == "\"to\" OR \"be\" OR \"or\" OR \"not\"")
        #expect(WordQuery.matching("a\"b* NEAR(c) x-y") == "\"b\" OR \"near\" OR \"c\" OR \"x\" OR \"y\"")
        #expect(WordQuery.matching(" ?! ") == nil)
        let long = (0..<500).map { "w\($0)" }.joined(separator: " ")
        #expect(WordQuery.matching(long)!.split(separator: "\"").count < 140)
    }
}

import AnnealFormats
import AnnealPlatform
import Testing

@testable import AnnealCodes

/// Slow and obvious twins.
private enum Reference {
    static func row(_ quantizer: ResidualQuantizer, _ stage: Int, _ digit: Int) -> [Int] {
        let word = quantizer.sizes[..<stage].reduce(0, +) + digit
        return quantizer.words[word * quantizer.dimension..<(word + 1) * quantizer.dimension].map(Int.init)
    }

    static func rounded(_ quantizer: ResidualQuantizer, _ vector: [Float]) -> [Int] {
        vector.map { Int((Double($0) * Double(1 << quantizer.exponent)).rounded(.toNearestOrEven)) }
    }

    static func squares(_ numbers: [Int]) -> Int { numbers.reduce(0) { $0 + $1 * $1 } }

    /// The nearest sum of all there are, the lowest digits first.
    static func nearest(_ quantizer: ResidualQuantizer, _ vector: [Float]) -> [Int] {
        var best: (distance: Int, digits: [Int]) = (.max, [])
        func visit(_ digits: [Int], _ rest: [Int]) {
            guard digits.count < quantizer.sizes.count else {
                if squares(rest) < best.distance { best = (squares(rest), digits) }
                return
            }
            for digit in 0..<quantizer.sizes[digits.count] {
                visit(digits + [digit], zip(rest, row(quantizer, digits.count, digit)).map { $0 - $1 })
            }
        }
        visit([], rounded(quantizer, vector))
        return best.digits
    }

    /// The nearest word at each stage, by what is left.
    static func greedy(_ quantizer: ResidualQuantizer, _ vector: [Float]) -> [Int] {
        var rest = rounded(quantizer, vector)
        return quantizer.sizes.indices.map { stage in
            let left = rest
            let digit = (0..<quantizer.sizes[stage]).min { one, other in
                squares(zip(left, row(quantizer, stage, one)).map { $0 - $1 })
                    < squares(zip(left, row(quantizer, stage, other)).map { $0 - $1 })
            }!
            rest = zip(rest, row(quantizer, stage, digit)).map { $0 - $1 }
            return digit
        }
    }
}

extension Matrix {
    fileprivate func numbers(_ row: Int) -> [Float] { Array(UnsafeBufferPointer(start: self.row(row), count: columns)) }
}

extension ResidualCoder {
    fileprivate func digits(_ vector: [Float], _ stages: Int) throws(CodecError) -> [Int]? {
        var found = [UInt16](repeating: 9, count: stages)
        let isCoded = try vector.withUnsafeBufferPointer { (row) throws(CodecError) in
            try found.withUnsafeMutableBufferPointer { (found) throws(CodecError) in try encode(row, into: found) }
        }
        return isCoded ? found.map(Int.init) : nil
    }
}

@Suite struct CodebookTests {
    /// Points around the eight corners of a cube.
    private static func corners(each: Int) -> Matrix {
        var random = SplitMix64(seed: 11)
        let points = Matrix(rows: 8 * each, columns: 5)
        for row in 0..<points.rows {
            for column in 0..<5 {
                points.row(row)[column] = 0.1 * random.normal() + (row >> column & 1 == 1 && column < 3 ? 8 : 0)
            }
        }
        return points
    }

    /// How many points each word is nearest to, by trying all, and the mean squared error.
    private static func usage(_ points: Matrix, _ words: Matrix) -> (counts: [Int], error: Double) {
        var (counts, error) = ([Int](repeating: 0, count: words.rows), 0.0)
        for row in 0..<points.rows {
            let distances = (0..<words.rows).map { word in
                zip(points.numbers(row), words.numbers(word)).reduce(0.0) { sum, pair in
                    let rest = Double(pair.0 - pair.1)
                    return sum + rest * rest
                }
            }
            let best = distances.indices.min { distances[$0] < distances[$1] }!
            counts[best] += 1
            error += distances[best]
        }
        return (counts, error / Double(points.rows))
    }

    @Test(arguments: CodebookLearner.allCases)
    func learnersFindWhatThereIs(_ learner: CodebookLearner) throws {
        let points = Self.corners(each: 40)
        let words = try learner.learn(points, size: 8, seed: 5, threads: 1)
        let found = Self.usage(points, words)
        #expect(found.counts == [Int](repeating: 40, count: 8))
        #expect(found.error < 5 * 0.1 * 0.1 * 1.1)
        let again = try learner.learn(points, size: 8, seed: 5, threads: 3)
        #expect(again.numbers(4) == words.numbers(4))
    }

    /// A word for each point but one: whatever the start, none is unused.
    @Test(arguments: CodebookLearner.allCases)
    func noWordIsUnused(_ learner: CodebookLearner) throws {
        let points = SampleVectors.make(rows: 60, seed: 7)
        let words = try learner.learn(points, size: 59, seed: 2, threads: 1)
        #expect(Self.usage(points, words).counts.allSatisfy { $0 > 0 })
        let twice = points.selecting(Array(0..<60) + Array(0..<60))
        #expect(throws: CodecError.tooFewDifferent(expected: 61, found: 60)) {
            try learner.learn(twice, size: 61, seed: 2, threads: 1)
        }
    }

    @Test func wideBeamFindsTheNearestOfAllSums() throws {
        let vectors = SampleVectors.make(rows: 200)
        let quantizer = try ResidualQuantizer.train(on: vectors, ResidualSettings(sizes: [5, 4, 3]), threads: 1)
        let wide = quantizer.makeCoder(beam: 60)
        let narrow = quantizer.makeCoder(beam: 1)
        let usual = quantizer.makeCoder()
        var best = 0
        for row in 0..<200 {
            let vector = vectors.numbers(row)
            #expect(try wide.digits(vector, 3) == Reference.nearest(quantizer, vector))
            #expect(try narrow.digits(vector, 3) == Reference.greedy(quantizer, vector))
            if try usual.digits(vector, 3) == Reference.nearest(quantizer, vector) { best += 1 }
        }
        #expect(best > 190)
    }

    /// Two equal words of each stage: the lower digit is taken, the first counting most.
    @Test func ofEqualSumsTheLowestDigitsAreTaken() throws {
        let words: [Int16] = [0, 100, 0, 100, 50, 0, 50, 0]
        let quantizer = ResidualQuantizer(sizes: [2, 2], dimension: 2, exponent: 6, words: words)
        for beam in [1, 2, 4] {
            #expect(try quantizer.makeCoder(beam: beam).digits([0.7, 1.5], 2) == [0, 0])
        }
    }

    @Test func decodingIsTheSumOfTheWords() throws {
        let words: [Int16] = [0, 100, 20, 60, 50, 0, -50, 8]
        let quantizer = ResidualQuantizer(sizes: [2, 2], dimension: 2, exponent: 2, words: words)
        var vector: [Float] = [9, 9]
        quantizer.decode([1, 1], into: &vector)
        #expect(vector == [-7.5, 17])
        quantizer.decode([0], into: &vector)
        #expect(vector == [0, 25])
        quantizer.decode([], into: &vector)
        #expect(vector == [0, 0])
    }

    @Test func movingAllStagesTogetherLeavesLessError() throws {
        let vectors = SampleVectors.make(rows: 900)
        func error(_ learner: CodebookLearner) throws -> Double {
            var settings = ResidualSettings(sizes: [8, 8, 8], learner: learner)
            settings.steps = 60
            let quantizer = try ResidualQuantizer.train(on: vectors, settings, threads: 2)
            let coder = quantizer.makeCoder()
            let decoded = Matrix(rows: vectors.rows, columns: 16)
            for row in 0..<vectors.rows {
                quantizer.decode(try #require(try coder.digits(vectors.numbers(row), 3)), into: decoded.row(row))
            }
            return SampleVectors.squaredError(vectors, decoded)
        }
        let (plain, together, annealed) = (try error(.kMeans), try error(.straightThrough), try error(.annealed))
        #expect(together < plain)
        #expect(annealed < plain * 1.1)
        #expect(plain < 0.4)
    }

    /// What a codec file or an ID says must never change: digits that were written down.
    @Test func digitsStayWhatTheyWere() throws {
        var random = SplitMix64(seed: 4)
        let words = (0..<(16 + 8) * 12).map { Int16(random.below(2001) - 1000) / ($0 < 16 * 12 ? 1 : 2) }
        let quantizer = ResidualQuantizer(sizes: [16, 8], dimension: 12, exponent: 9, words: words)
        let coder = quantizer.makeCoder(beam: 4)
        let found = try (0..<6).map { _ in
            try coder.digits((0..<12).map { _ in Float(random.below(4001) - 2000) / 1024 }, 2)
        }
        #expect(found == [[15, 0], [9, 4], [3, 5], [1, 6], [7, 2], [1, 6]])
    }

    @Test func badInput() throws {
        func train(_ vectors: Matrix, _ sizes: [Int]) throws(CodecError) -> ResidualQuantizer {
            try ResidualQuantizer.train(on: vectors, ResidualSettings(sizes: sizes), threads: 1)
        }
        let vectors = SampleVectors.make(rows: 20)
        #expect(throws: CodecError.tooFewVectors(expected: 21, found: 20)) { try train(vectors, [4, 21]) }
        #expect(throws: CodecError.tooFewVectors(expected: 4, found: 0)) { try train(Matrix(rows: 9, columns: 3), [4]) }
        let same = Matrix(rows: 9, columns: 3, values: [Float](repeating: 0.5, count: 27))
        #expect(throws: CodecError.tooFewDifferent(expected: 4, found: 1)) { try train(same, [4]) }
        for sizes in [[], [1], [4097], [Int](repeating: 2, count: 17), [4096, 4096, 4096]] {
            #expect(throws: CodecError.self) { try ResidualQuantizer.check(sizes: sizes) }
        }
        let quantizer = try train(vectors, [4, 4])
        vectors.row(3)[2] = .nan
        #expect(throws: CodecError.row(3, .notFinite(index: 2))) { try train(vectors, [4]) }
        let coder = quantizer.makeCoder()
        #expect(try coder.digits([Float](repeating: 0, count: 16), 2) == nil)
        #expect(throws: CodecError.notFinite(index: 2)) { try coder.digits(vectors.numbers(3), 2) }
        #expect(throws: CodecError.dimension(expected: 16, found: 3)) { try coder.digits([1, 2, 3], 2) }
        #expect(throws: CodecError.tooLong(limit: quantizer.longest)) {
            try coder.digits([Float](repeating: 1000, count: 16), 2)
        }
    }
}

import AnnealContainer
import AnnealFormats
import AnnealPlatform
import Testing

@testable import AnnealCodes

/// Small codecs whose words are learned, for vectors of 16 numbers: product, optimised and residual.
private enum SampleLearned {
    static let kinds = [CodecKind.product, .optimised, .residual]
    static let vectors = SampleVectors.make(rows: 500)

    static func train(
        _ kind: CodecKind, _ bytes: Int, on vectors: Matrix = vectors, rows: Int = 50_000, seed: UInt64 = 0,
        threads: Int = 2
    ) throws(CodecError) -> any VectorCodec {
        if kind == .residual {
            var settings = ResidualCodec.settings(bytes: bytes)
            (settings.refits, settings.rounds, settings.rowsMost, settings.seed) = (2, 4, rows, seed)
            return try ResidualCodec.train(on: vectors, settings, threads: threads)
        }
        var settings = ProductSettings(bytes: bytes, isOptimised: kind == .optimised)
        (settings.rounds, settings.rowsMost, settings.seed) = (4, rows, seed)
        return try TrellisCodec.train(on: vectors, settings, threads: threads)
    }

    private static let trained = kinds.map { kind in Result { try train(kind, 2) } }

    static func codec(_ kind: CodecKind) throws -> any VectorCodec {
        try trained[try #require(kinds.firstIndex(of: kind))].get()
    }
}

@Suite struct LearnedCodecTests {
    private func row(_ vectors: Matrix, _ row: Int) -> [Float] { (0..<vectors.columns).map { vectors.row(row)[$0] } }

    /// A byte of a product code names the nearest word of its part, by trying all.
    @Test(arguments: [CodecKind.product, .optimised]) func partsHaveTheNearestWords(_ kind: CodecKind) throws {
        let codec = try #require(try SampleLearned.codec(kind) as? TrellisCodec)
        let layer = codec.layers[0]
        #expect(layer.steps.map(\.bits) == [8, 8])
        #expect(Set(layer.steps.flatMap(\.components)).count == 16)
        let vectors = SampleVectors.make(rows: 60, seed: 9)
        let codes = try codec.encode(vectors, length: 2, threads: 1)
        let back = try codes.withUnsafeBytes { try codec.decode($0, length: 2, threads: 1) }
        let unit = Float(1 << codec.basis.exponent)
        for index in 0..<60 {
            let integers = row(vectors, index).map { Int16(($0 * unit).rounded(.toNearestOrEven)) }
            let coordinates = ReferenceTrellis.coordinates(codec.basis, integers)
            for (part, step) in layer.steps.enumerated() {
                let distances = (0..<256).map { word in
                    step.components.enumerated().reduce(0) { sum, component in
                        let rest =
                            Int(layer.words[layer.starts[part] + component.offset * 256 + word])
                            - Int(coordinates[component.element])
                        return sum + rest * rest
                    }
                }
                #expect(distances.firstIndex(of: distances.min()!)! == Int(codes[2 * index + part]), "row \(index)")
            }
        }
        #expect(SampleVectors.squaredError(vectors, back) < 0.35)
        if kind == .product { #expect(layer.steps.map(\.components) == [Array(0..<8), Array(8..<16)]) }
    }

    /// Of 320 vectors hardly more than 256 words of the first stage leave a rest: the later stages make do with those.
    @Test func aSmallCollectionHasResidualCodes() throws {
        let vectors = SampleVectors.make(rows: 320)
        let codec = try SampleLearned.train(.residual, 4, on: vectors)
        let codes = try codec.encode(vectors, length: 4, threads: 1)
        let back = try codes.withUnsafeBytes { try codec.decode($0, length: 4, threads: 1) }
        #expect(SampleVectors.squaredError(vectors, back) < 0.1)
    }

    @Test(arguments: [CodecKind.product, .optimised]) func stagesAreMovedTogetherOnlyWhereThereAreStages(
        _ kind: CodecKind
    ) {
        var settings = ProductSettings(bytes: 2, isOptimised: kind == .optimised)
        settings.learner = .straightThrough
        let error = #expect(throws: CodecError.self) {
            _ = try TrellisCodec.train(on: SampleLearned.vectors, settings, threads: 1)
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("learner"))
    }

    /// Each stage in turn against all words, beginnings kept by a plain sort.
    @Test func residualCodesAreThoseOfABeam() throws {
        let codec = try #require(try SampleLearned.codec(.residual) as? ResidualCodec)
        let vectors = SampleVectors.make(rows: 40, seed: 9)
        let codes = try codec.encode(vectors, length: 2, threads: 1)
        let back = try codes.withUnsafeBytes { try codec.decode($0, length: 2, threads: 1) }
        let quantizer = codec.quantizer
        func word(_ stage: Int, _ digit: Int) -> [Int] {
            let start = (stage * 256 + digit) * 16
            return quantizer.words[start..<start + 16].map(Int.init)
        }
        func squares(_ numbers: [Int]) -> Int { numbers.reduce(0) { $0 + $1 * $1 } }
        for index in 0..<40 {
            let whole = row(vectors, index).map {
                Int((Double($0) * Double(1 << quantizer.exponent)).rounded(.toNearestOrEven))
            }
            var kept = [(digits: [Int](), rest: whole)]
            for stage in 0..<2 {
                let all = kept.flatMap { beginning in
                    (0..<256).map { digit in
                        (beginning.digits + [digit], zip(beginning.rest, word(stage, digit)).map { $0 - $1 })
                    }
                }
                let order = all.indices.sorted { (squares(all[$0].1), $0) < (squares(all[$1].1), $1) }
                kept = order.prefix(ResidualCodec.beam).map { all[$0] }
            }
            #expect(codes[2 * index..<2 * index + 2].map(Int.init) == kept[0].digits, "row \(index)")
            for column in 0..<16 {
                let number = Float(word(0, kept[0].digits[0])[column] + word(1, kept[0].digits[1])[column])
                #expect(back.row(index)[column] == number / Float(1 << quantizer.exponent))
            }
        }
        #expect(SampleVectors.squaredError(vectors, back) < 0.3)
    }

    private func error(_ codec: any VectorCodec, _ vectors: Matrix) throws -> Double {
        let codes = try codec.encode(vectors, length: 2, threads: 2)
        return try codes.withUnsafeBytes {
            SampleVectors.squaredError(vectors, try codec.decode($0, length: 2, threads: 2))
        }
    }

    @Test func fittingAgainLeavesLess() throws {
        var plain = ResidualCodec.settings(bytes: 2)
        (plain.refits, plain.rounds) = (0, 4)
        let without = try ResidualCodec.train(on: SampleLearned.vectors, plain, threads: 2)
        #expect(
            try error(SampleLearned.codec(.residual), SampleLearned.vectors) < error(without, SampleLearned.vectors))
    }

    /// Two halves that say the same: each is coded by itself, unless the vectors are turned.
    @Test func turnedPartsSayDifferentThings() throws {
        let vectors = SampleVectors.make(rows: 500, dimension: 8, seed: 3)
        let twice = Matrix(rows: 500, columns: 16)
        for row in 0..<500 {
            for column in 0..<16 { twice.row(row)[column] = vectors.row(row)[column % 8] }
        }
        let plain = try error(SampleLearned.train(.product, 2, on: twice), twice)
        #expect(try error(SampleLearned.train(.optimised, 2, on: twice), twice) < 0.8 * plain)
    }

    /// Parts have as many components each, and about the same product of variances.
    @Test func partsShareTheVariance() {
        let parts = TrellisCodec.balanced([64, 32, 16, 8, 4, 2, 1, 0.5], parts: 2)
        #expect(parts.map(\.count) == [4, 4] && Set(parts.joined()).count == 8)
        let products = parts.map { $0.reduce(0.0) { $0 + Double(6 - $1) } }
        #expect(abs(products[0] - products[1]) <= 2)
        #expect(TrellisCodec.balanced([4, 2, 1], parts: 3).map(\.count) == [1, 1, 1])
        #expect(Set(TrellisCodec.balanced([4, 0, 0, 0, 0], parts: 4).joined()) == [0, 1, 2, 3, 4])
    }

    @Test(arguments: SampleLearned.kinds) func scansFindWhatDecodingFinds(_ kind: CodecKind) throws {
        let codec = try SampleLearned.codec(kind)
        let vectors = SampleVectors.make(rows: 700, seed: 12)
        for column in 0..<16 { vectors.row(70)[column] = 0 }
        let codes = try codec.encode(vectors, length: 2, threads: 2)
        let decoded = try codes.withUnsafeBytes { try codec.decode($0, length: 2, threads: 1) }
        let scan = try codes.withUnsafeBytes { try CodeScan(codec, codes: $0, length: 2, threads: 2) }
        let query = row(SampleVectors.make(rows: 1, seed: 13), 0).map { 3 * $0 }
        let length = query.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let cosines = (0..<700).map { index -> Float in
            let found = row(decoded, index)
            let squares = found.reduce(0) { $0 + $1 * $1 }
            return squares > 0 ? zip(found, query).reduce(0) { $0 + $1.0 * $1.1 } / (squares.squareRoot() * length) : 0
        }
        let hits = try scan.nearest(to: query, count: 700, threads: 2)
        #expect(hits.count == 699 && !hits.contains { $0.index == 70 })
        let best = cosines.indices.filter { $0 != 70 }.map { cosines[$0] }.sorted(by: >)
        for (hit, best) in zip(hits, best) {
            #expect(abs(hit.cosine - cosines[hit.index]) < 0.001 && abs(hit.cosine - best) < 0.001)
        }
    }

    @Test(arguments: SampleLearned.kinds) func zeroIsZeroAndNothingElseIs(_ kind: CodecKind) throws {
        let codec = try SampleLearned.codec(kind)
        let coder = codec.makeCoder()
        func encoded(_ vector: [Float]) throws -> [UInt8] {
            var code: [UInt8] = [7, 7]
            try vector.withUnsafeBufferPointer { vector in
                try code.withUnsafeMutableBufferPointer { try coder.encode(vector, into: $0) }
            }
            return code
        }
        func decoded(_ code: [UInt8]) -> [Float] {
            var back = [Float](repeating: 7, count: 16)
            code.withUnsafeBufferPointer { code in back.withUnsafeMutableBufferPointer { coder.decode(code, into: $0) }
            }
            return back
        }
        #expect(try encoded([Float](repeating: 0, count: 16)) == [0, 0])
        #expect(decoded([0, 0]).allSatisfy { $0 == 0 })
        // What the code of zeros would stand for: the first words.
        var first = [Float](repeating: 0, count: 16)
        if let residual = codec as? ResidualCodec {
            residual.quantizer.decode([0, 0], into: &first)
        } else if let product = codec as? TrellisCodec {
            var words = [Int32](repeating: 0, count: 16)
            product.layers[0].add([0, 0], to: &words)
            var sums = words
            product.basis.vector(of: words, sums: &sums, into: &first)
        }
        #expect(try encoded(first) == [0, 1])
    }

    @Test(arguments: SampleLearned.kinds) func filesAreReadAndEveryDamageIsFound(_ kind: CodecKind) throws {
        let codec = try SampleLearned.codec(kind)
        let bytes = CodecFile.bytes(of: codec)
        let file = try CodecFile(bytes: bytes)
        #expect(file.codec.kind == kind && CodecFile.bytes(of: file.codec) == bytes)
        for bit in stride(from: 0, to: 8 * bytes.count, by: 331) where !(40..<72).contains(bit / 8) {
            var other = bytes
            other[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: CodecError.self, "bit \(bit)") { try CodecFile(bytes: other) }
        }
        for count in stride(from: 0, to: bytes.count, by: 157) {
            #expect(throws: CodecError.self, "cut at \(count)") { try CodecFile(bytes: Array(bytes[..<count])) }
        }
    }

    @Test func sectionsSayWhatIsWrongWithThem() throws {
        func expect(_ kind: CodecKind, _ tag: SectionTag, _ what: String, _ change: (inout [UInt8]) -> Void) throws {
            let sections = try SampleLearned.codec(kind).sections.map { section in
                var section = section
                if section.tag == tag { change(&section.bytes) }
                return section
            }
            do throws(CodecError) {
                _ = try CodecFile(bytes: CodecFile.layOut(sections, as: .codec))
                Issue.record("\(what) was accepted")
            } catch {
                #expect(error.description.contains("section \(tag)"), "\(error)")
                #expect(error.description.contains(what), "\(error)")
            }
        }
        for kind in SampleLearned.kinds { try expect(kind, .head, "profile") { $0[20] = 1 } }
        try expect(.product, .steps, "bits, entry 2") { $0[8] = 4 }
        try expect(.residual, .head, "layers") { $0[16] = 2 }
        try expect(.residual, .head, "components") { $0[8] = 17 }
        try expect(.residual, .head, "exponent") { $0[12] = 61 }
        try expect(.residual, .words, "bytes") { $0.removeLast(2) }
        try expect(.residual, .words, "bytes") { $0 += [0, 0] }
        try expect(.residual, .words, "squared length of word 1") {
            $0[33] = 0x7F; $0[35] = 0x7F
        }
        try expect(.residual, .variances, "entry 0") { $0.replaceSubrange(0..<4, with: [0, 0, 0xC0, 0x7F]) }
    }

    @Test(arguments: SampleLearned.kinds) func threadsAndSeeds(_ kind: CodecKind) throws {
        func bytes(seed: UInt64 = 0, threads: Int) throws -> [UInt8] {
            CodecFile.bytes(of: try SampleLearned.train(kind, 1, rows: 300, seed: seed, threads: threads))
        }
        let one = try bytes(threads: 1)
        #expect(try bytes(threads: 3) == one)
        #expect(try bytes(seed: 1, threads: 1) != one)
    }

    @Test(arguments: SampleLearned.kinds) func badVectorsAndSettings(_ kind: CodecKind) throws {
        func failure(_ bytes: Int, _ vectors: Matrix) -> CodecError? {
            do throws(CodecError) {
                _ = try SampleLearned.train(kind, bytes, on: vectors)
                return nil
            } catch { return error }
        }
        let vectors = SampleVectors.make(rows: 300)
        for bytes in [0, 17] {
            #expect(failure(bytes, vectors)?.description.contains("1 to 16 for \(kind.name)") == true)
        }
        #expect(failure(1, SampleVectors.make(rows: 255)) == .tooFewVectors(expected: 256, found: 255))
        #expect(failure(1, Matrix(rows: 300, columns: 16)) == .tooFewVectors(expected: 256, found: 0))
        let same = Matrix(rows: 300, columns: 16, values: [Float](repeating: 0.25, count: 300 * 16))
        #expect(failure(1, same) == .noVariance)
        // Two vectors again and again: too few for 256 words that are sums, enough where parts may have fewer.
        for row in 0..<150 { same.row(row)[3] = 1 }
        #expect(failure(1, same) == (kind == .residual ? .tooFewDifferent(expected: 256, found: 2) : nil))
        vectors.row(7)[3] = .infinity
        #expect(failure(1, vectors) == .row(7, .notFinite(index: 3)))
        let codec = try SampleLearned.codec(kind)
        #expect(throws: CodecError.row(7, .notFinite(index: 3))) { try codec.encode(vectors, length: 2, threads: 1) }
        #expect(throws: CodecError.codeLength(expected: [2], found: 1)) {
            try codec.encode(SampleVectors.make(rows: 1), length: 1, threads: 1)
        }
        #expect(throws: CodecError.dimension(expected: 16, found: 8)) {
            try codec.encode(Matrix(rows: 1, columns: 8), length: 2, threads: 1)
        }
    }
}

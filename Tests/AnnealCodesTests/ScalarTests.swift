import AnnealContainer
import AnnealFormats
import AnnealPlatform
import Testing

@testable import AnnealCodes

/// Small codecs of each kind whose components are coded each by itself, for vectors of 16 numbers.
private enum SampleScalars {
    static let layers: [(kind: CodecKind, layers: [Int])] = [
        (.bytes, [2, 3]), (.fourBits, [1, 4]), (.sign, [2]), (.itq, [2]), (.scalar, [3]), (.prefix, [4, 4]),
    ]
    private static let trained = layers.map { kind, layers in
        Result {
            try ScalarCodec.train(on: SampleVectors.make(rows: 400), ScalarSettings(kind, layers: layers), threads: 1)
        }
    }

    static func codec(_ kind: CodecKind) throws -> ScalarCodec {
        let index = try #require(layers.firstIndex { $0.kind == kind })
        return try trained[index].get()
    }
}

/// Slow and obvious twins.
private enum ReferenceScalar {
    /// The number of some digits by schoolbook arithmetic: an array of decimal-like places in base 256, a digit at a time.
    static func number(_ digits: [UInt8], _ bases: [Int], bytes: Int) -> [UInt8] {
        var places = [Int](repeating: 0, count: bytes)
        for (digit, base) in zip(digits, bases) {
            for index in places.indices { places[index] *= base }
            places[bytes - 1] += Int(digit)
            for index in places.indices.reversed() {
                if index > 0 { places[index - 1] += places[index] / 256 }
                places[index] %= 256
            }
        }
        return places.map { UInt8($0) }
    }

    /// The place of the nearest level, by trying all; of two the lower.
    static func nearest(_ levels: [Int16], _ number: Int16) -> Int {
        var best = 0
        for index in levels.indices
        where abs(Int(levels[index]) - Int(number)) < abs(Int(levels[best]) - Int(number)) { best = index }
        return best
    }

    static func code(_ codec: ScalarCodec, _ vector: [Float]) throws -> [UInt8] {
        let unit = Float(1 << codec.basis.exponent)
        let integers = vector.map { Int16(($0 * unit).rounded(.toNearestOrEven)) }
        let coordinates = ReferenceTrellis.coordinates(codec.basis, integers)
        var code: [UInt8] = []
        var first = 0
        for layer in codec.layers {
            let range = first..<first + layer.bases.count
            let digits = range.map { UInt8(nearest(codec.levels[$0], coordinates[$0])) }
            var part = number(digits, layer.bases, bytes: layer.byteCount)
            if first == 0, part.allSatisfy({ $0 == 0 }) { part[part.count - 1] = 1 }
            code += part
            first = range.upperBound
        }
        return code
    }
}

@Suite struct ScalarTests {
    private func row(_ vectors: Matrix, _ row: Int) -> [Float] {
        (0..<vectors.columns).map { vectors.row(row)[$0] }
    }

    @Test func digitsBecomeTheNumberThatTheyAre() {
        var random = SplitMix64(seed: 4)
        for (bases, bytes) in [
            ([2], 1), ([256, 256, 256], 3), (Array(repeating: 2, count: 80), 10), ([8, 8, 8, 5], 2), ([1, 7, 1, 3], 1),
            ([200, 3, 255, 17, 2, 2, 9, 131], 6), (Array(repeating: 5, count: 34), 10), ([2, 256, 256], 3),
        ] {
            let radix = MixedRadix(bases: bases, byteCount: bytes)
            #expect(radix.fits)
            for trial in 0..<50 {
                let digits = bases.map { UInt8(trial == 0 ? $0 - 1 : random.below($0)) }
                var code = [UInt8](repeating: 9, count: bytes)
                #expect(radix.write(digits, to: &code))
                #expect(code == ReferenceScalar.number(digits, bases, bytes: bytes), "\(bases)")
                var (rest, back) = (code, digits.map { ~$0 })
                radix.read(code, rest: &rest, to: &back)
                #expect(back == digits, "\(bases)")
            }
        }
        #expect(!MixedRadix(bases: [2, 256], byteCount: 1).fits)
        #expect(!MixedRadix(bases: [17, 16], byteCount: 1).fits)
        #expect(MixedRadix(bases: [16, 16], byteCount: 1).fits)
    }

    /// Against all levels of all components tried one by one, and decoding as the levels' sum along the axes.
    @Test(arguments: SampleScalars.layers.map(\.kind)) func codesAreThoseOfTheDefinition(_ kind: CodecKind) throws {
        let codec = try SampleScalars.codec(kind)
        let vectors = SampleVectors.make(rows: 60, seed: 9)
        let length = try #require(codec.lengths.last)
        let codes = try codec.encode(vectors, length: length, threads: 2)
        let back = try codes.withUnsafeBytes { try codec.decode($0, length: length, threads: 1) }
        for index in 0..<vectors.rows {
            let code = Array(codes[index * length..<(index + 1) * length])
            #expect(code == (try ReferenceScalar.code(codec, row(vectors, index))), "row \(index)")
            // The first layer is the code of its own length.
            let first = codec.lengths[0]
            var short = [UInt8](repeating: 0, count: first)
            try row(vectors, index).withUnsafeBufferPointer { vector in
                try short.withUnsafeMutableBufferPointer { try codec.makeCoder().encode(vector, into: $0) }
            }
            #expect(short == Array(code[..<first]))
        }
        let error = SampleVectors.squaredError(vectors, back)
        let all = SampleVectors.squaredError(vectors, Matrix(rows: 60, columns: 16))
        let most = [CodecKind.bytes: 0.2, .fourBits: 0.1, .sign: 0.45, .itq: 0.4, .scalar: 0.15, .prefix: 0.5]
        #expect(error < (most[kind] ?? 0) * all, "\(error) of \(all)")
    }

    @Test func goldenCodes() throws {
        let vectors = SampleVectors.make(rows: 2, seed: 8)
        let found = try SampleScalars.layers.map { kind, _ in
            let codec = try SampleScalars.codec(kind)
            return try codec.encode(vectors, length: codec.lengths[codec.lengths.count - 1], threads: 1)
        }
        #expect(
            found == [
                [129, 157, 110, 121, 234, 129, 9, 56, 135, 121],
                [109, 153, 241, 225, 136, 96, 27, 90, 204, 100],
                [206, 225, 38, 23],
                [207, 100, 39, 23],
                [103, 199, 137, 96, 32, 168],
                [151, 116, 105, 117, 73, 168, 198, 220, 80, 163, 219, 238, 209, 129, 104, 154],
            ])
    }

    @Test(arguments: SampleScalars.layers.map(\.kind)) func zeroIsZeroAndNothingElseIs(_ kind: CodecKind) throws {
        let codec = try SampleScalars.codec(kind)
        let coder = codec.makeCoder()
        for length in codec.lengths {
            var code = [UInt8](repeating: 7, count: length)
            var back = [Float](repeating: 7, count: 16)
            try [Float](repeating: 0, count: 16).withUnsafeBufferPointer { zero in
                try code.withUnsafeMutableBufferPointer { try coder.encode(zero, into: $0) }
            }
            #expect(code.allSatisfy { $0 == 0 })
            code.withUnsafeBufferPointer { code in back.withUnsafeMutableBufferPointer { coder.decode(code, into: $0) }
            }
            #expect(back.allSatisfy { $0 == 0 })
        }
        // A vector that has the lowest level everywhere: what the code of zeros would stand for.
        var words = codec.levels.map { Int32($0[0]) }
        var sums = [Int32](repeating: 0, count: 16)
        var lowest = [Float](repeating: 0, count: 16)
        codec.basis.vector(of: &words, sums: &sums, into: &lowest)
        // No longer than vectors may be, in the same direction from the mean.
        let mean = codec.basis.mean.map { Float($0) / Float(1 << codec.basis.exponent) }
        let rest = zip(lowest, mean).map { $0 - $1 }
        let length = rest.reduce(0) { $0 + $1 * $1 }.squareRoot()
        lowest = zip(mean, rest).map { $0 + $1 * min(1, 0.9 / length) }
        var code = [UInt8](repeating: 0, count: codec.lengths[0])
        try lowest.withUnsafeBufferPointer { vector in
            try code.withUnsafeMutableBufferPointer { try coder.encode(vector, into: $0) }
        }
        #expect(code.contains { $0 != 0 })
        if kind == .sign || kind == .itq { #expect(code == [0, 1]) }
    }

    @Test(arguments: SampleScalars.layers.map(\.kind)) func filesAreReadAndEveryDamageIsFound(_ kind: CodecKind) throws
    {
        let codec = try SampleScalars.codec(kind)
        let bytes = CodecFile.bytes(of: codec)
        let file = try CodecFile(bytes: bytes)
        #expect(file.codec as? ScalarCodec == codec && file.codec.kind == kind)
        for bit in stride(from: 0, to: 8 * bytes.count, by: 131) where !(40..<72).contains(bit / 8) {
            var other = bytes
            other[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: CodecError.self, "bit \(bit)") { try CodecFile(bytes: other) }
        }
        for count in stride(from: 0, to: bytes.count, by: 57) {
            #expect(throws: CodecError.self, "cut at \(count)") { try CodecFile(bytes: Array(bytes[..<count])) }
        }
    }

    @Test func sectionsSayWhatIsWrongWithThem() throws {
        func expect(_ tag: SectionTag, _ what: String, _ change: (inout [UInt8]) -> Void) throws {
            let sections = try SampleScalars.codec(.bytes).sections.map { section in
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
        try expect(.head, "profile") { $0[20] = 1 }
        try expect(.head, "layers") { $0[16] = 6 }
        try expect(.steps, "bytes") { $0 += [0, 0, 0, 0] }
        try expect(.steps, "bytes, entry 0") { $0[0] = 0 }
        try expect(.steps, "components, entry 1") { $0[4] = 0 }
        try expect(.steps, "components, entry 1") { $0[4] = 5 }
        try expect(.steps, "components, entry 5") { $0[20] = 2 }
        try expect(.steps, "levels, entry 2") {
            $0[8] = 1; $0[9] = 4
        }
        // Two components of 256 levels do not fit in one byte.
        try expect(.steps, "levels of a layer") { $0[0] = 1 }
        try expect(.words, "bytes") { $0 += [0, 0] }
        try expect(.words, "bytes") { $0.removeLast(2) }
        try expect(.words, "entry 0") { $0.replaceSubrange(0..<2, with: [0, 0x40]) }
        try expect(.words, "entry 1") { $0.replaceSubrange(2..<4, with: [0x01, 0xC0]) }
        try expect(.mean, "bytes") { $0.append(0) }
    }

    @Test func threadsAndSeeds() throws {
        let vectors = SampleVectors.make(rows: 700)
        for (kind, layers) in SampleScalars.layers {
            var settings = ScalarSettings(kind, layers: layers)
            settings.rowsMost = 600
            let one = try ScalarCodec.train(on: vectors, settings, threads: 1)
            #expect(try ScalarCodec.train(on: vectors, settings, threads: 3) == one, "\(kind)")
            settings.seed = 1
            #expect(try ScalarCodec.train(on: vectors, settings, threads: 1) != one, "\(kind)")
        }
    }

    /// Learned levels leave less than even ones, and of two the best are found by hand.
    @Test func levelsAreLearned() {
        let few = ComponentLevels([-10, -10, -8, 4, 6])
        #expect(few.learned(2) == [-9, 5])
        #expect(few.even(3) == [-10, -2, 6])
        #expect(few.mirrored() == [-8, 8])
        #expect(few.learned(1) == [-4])
        var random = SplitMix64(seed: 3)
        let numbers = (0..<5000).map { _ in Int16((random.normal() * 400).rounded()) }
        let levels = ComponentLevels(numbers)
        func error(_ levels: [Int16]) -> Double {
            numbers.reduce(0.0) { sum, number in
                let rest = Double(Int(levels[ReferenceScalar.nearest(levels, number)]) - Int(number))
                return sum + rest * rest
            } / 5000 / 160_000
        }
        // Max's figures for normal numbers: 0.1175 with 4 levels, 0.0345 with 8.
        #expect(abs(error(levels.learned(4)) - 0.1175) < 0.006)
        #expect(abs(error(levels.learned(8)) - 0.0345) < 0.003)
        #expect(error(levels.learned(16)) < error(levels.even(16)))
        #expect(levels.learned(256).count == 256)
    }

    @Test func levelsGoWhereTheVarianceIs() {
        let counts = ScalarCodec.levelCounts([64, 16, 4, 1, 0.001], bits: 8)
        #expect(counts == counts.sorted(by: >) && counts.count < 5)
        #expect(counts.reduce(1, *) <= 256 && counts.reduce(1, *) > 128)
        // Alike components have nearly alike counts: a level more where it still fits.
        let alike = ScalarCodec.levelCounts([1, 1], bits: 8)
        #expect(alike.count == 2 && abs(alike[0] - alike[1]) <= 2)
        #expect((225...256).contains(alike.reduce(1, *)))
    }

    @Test func rotationsAreRotations() {
        var random = SplitMix64(seed: 2)
        let size = 12
        let rotation = Rotation.random(size, &random)
        func distance(_ matrix: [Double]) -> Double {
            let square = Rotation.product(matrix, Rotation.transposed(matrix, size: size), size: size)
            return square.indices.map { abs(square[$0] - ($0 / size == $0 % size ? 1 : 0)) }.max() ?? .infinity
        }
        #expect(distance(rotation) < 1e-12)
        // What is nearest to a rotation that was stretched along its axes is that rotation.
        var stretched = rotation
        for column in 0..<size {
            // M = S R with S symmetric and positive: here diagonal.
            for row in 0..<size { stretched[row * size + column] *= Double(row + 1) }
        }
        let found = Rotation.nearest(to: stretched, size: size)
        #expect(distance(found) < 1e-9)
        #expect(zip(found, rotation).allSatisfy { abs($0 - $1) < 1e-9 })
    }

    @Test func badVectorsAndSettings() throws {
        let vectors = SampleVectors.make(rows: 300)
        func failure(_ kind: CodecKind, _ layers: [Int], _ vectors: Matrix) -> CodecError? {
            do throws(CodecError) {
                _ = try ScalarCodec.train(on: vectors, ScalarSettings(kind, layers: layers), threads: 1)
                return nil
            } catch { return error }
        }
        for (kind, most) in [
            (CodecKind.bytes, 16), (.prefix, 16), (.fourBits, 8), (.sign, 2), (.itq, 2), (.scalar, 16),
        ] {
            let found = failure(kind, [most + 1], vectors)?.description ?? "nothing"
            #expect(found.contains("at most \(most)") && found.contains(kind.name), "\(found)")
            #expect(failure(kind, [0], vectors) != nil && failure(kind, [], vectors) != nil)
        }
        #expect(failure(.sign, [1, 1], vectors)?.description.contains("1 layer") == true)
        #expect(failure(.bytes, [2], SampleVectors.make(rows: 255)) == .tooFewVectors(expected: 256, found: 255))
        #expect(failure(.sign, [1], Matrix(rows: 300, columns: 16)) == .tooFewVectors(expected: 256, found: 0))
        let same = Matrix(rows: 300, columns: 16, values: [Float](repeating: 0.25, count: 300 * 16))
        #expect(failure(.scalar, [1], same) == .noVariance)
        vectors.row(7)[3] = .infinity
        #expect(failure(.itq, [1], vectors) == .row(7, .notFinite(index: 3)))
        let codec = try SampleScalars.codec(.sign)
        #expect(throws: CodecError.row(7, .notFinite(index: 3))) { try codec.encode(vectors, length: 2, threads: 1) }
        #expect(throws: CodecError.codeLength(expected: [2], found: 1)) {
            try codec.encode(SampleVectors.make(rows: 1), length: 1, threads: 1)
        }
        #expect(throws: CodecError.dimension(expected: 16, found: 8)) {
            try codec.encode(Matrix(rows: 1, columns: 8), length: 2, threads: 1)
        }
    }
}

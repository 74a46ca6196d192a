import AnnealFormats
import AnnealPlatform
import Testing

@testable import AnnealCodes

/// Vectors that a small codec is trained on: normal numbers with falling deviations, turned a little, of length one.
enum SampleVectors {
    static func make(rows: Int, dimension: Int = 16, seed: UInt64 = 1) -> Matrix {
        var random = SplitMix64(seed: seed)
        let vectors = Matrix(rows: rows, columns: dimension)
        for index in 0..<rows {
            let row = vectors.row(index)
            for column in 0..<dimension { row[column] = random.normal() / Float(column + 1) + 0.2 }
            for column in 1..<dimension { row[column] += 0.5 * row[column - 1] }
            var squares: Float = 0
            for column in 0..<dimension { squares += row[column] * row[column] }
            for column in 0..<dimension { row[column] /= squares.squareRoot() }
        }
        return vectors
    }

    static func settings(_ layers: [Int] = [2, 3], _ profile: TrellisCodec.Profile = .search) -> TrellisSettings {
        var settings = TrellisSettings(layers: layers, profile: profile)
        settings.rounds = 3
        return settings
    }

    private static let usual = Result { try TrellisCodec.train(on: make(rows: 300), settings(), threads: 1) }
    private static let pair = Result { try TrellisCodec.train(on: make(rows: 300), settings([2], .pair), threads: 1) }

    /// Layers of 2 and 3 bytes for search, or one of 2 for pairs.
    static func codec(_ profile: TrellisCodec.Profile = .search) throws -> TrellisCodec {
        try (profile == .pair ? pair : usual).get()
    }

    static func squaredError(_ a: Matrix, _ b: Matrix) -> Double {
        (0..<a.rows * a.columns).reduce(0) { sum, index in
            let rest = Double(a.storage[index] - b.storage[index])
            return sum + rest * rest
        } / Double(a.rows)
    }
}

@Suite struct TrellisTests {
    @Test func searchFindsTheNearestOfAllCodes() throws {
        var random = SplitMix64(seed: 3)
        for (bytes, shapes) in [
            (1, [(1, 4), (2, 4)]), (2, [(1, 1), (2, 3), (1, 2), (3, 1), (4, 4), (1, 2), (2, 1), (1, 1), (1, 1)]),
            (2, Array(repeating: (1, 1), count: 16)),
        ] {
            var component = 0
            let steps = shapes.map { count, bits -> TrellisStep in
                defer { component += count }
                return TrellisStep(components: Array(component..<component + count), bits: bits)
            }
            let words = (0..<component * 256).map { _ in Int16(random.below(4001) - 2000) }
            let layer = TrellisLayer(byteCount: bytes, steps: steps, words: words)
            let search = TrellisSearch(stepsMost: steps.count)
            for _ in 0..<(bytes == 1 ? 20 : 1) {
                let wanted = (0..<component).map { _ in Int16(random.below(4001) - 2000) }
                var path = [UInt8](repeating: 0, count: steps.count)
                search.search(layer, wanted, states: &path)
                var code = [UInt8](repeating: 0, count: bytes)
                TrellisCoder.write(layer, path, to: &code)
                #expect(path.indices.allSatisfy { Int(path[$0]) == layer.state(code, step: $0) })
                #expect(ReferenceTrellis.distance(layer, code, wanted) == ReferenceTrellis.nearest(layer, wanted))
                var found = [Int32](repeating: 0, count: component)
                layer.add(code, to: &found)
                #expect(found.map(Int.init) == ReferenceTrellis.coordinates(layer, code, components: component))
            }
        }
    }

    @Test func coordinatesAreThoseOfTheDefinition() throws {
        for profile in [TrellisCodec.Profile.search, .pair] {
            let basis = try SampleVectors.codec(profile).basis
            let vectors = SampleVectors.make(rows: 50, seed: 9)
            for row in 0..<vectors.rows {
                var integers = [Int16](repeating: 0, count: 16)
                let vector = UnsafeBufferPointer(start: vectors.row(row), count: 16)
                #expect(try FixedPointBasis.round(vector, exponent: basis.exponent, into: &integers))
                #expect(integers == vector.map { Int16((Double($0) * 8192).rounded(.toNearestOrEven)) })
                var centred = integers
                var found = integers
                basis.coordinates(of: integers, centred: &centred, into: &found)
                #expect(found == ReferenceTrellis.coordinates(basis, integers))
                // And back: what was not rounded away is there again.
                var words = found.map { Int32($0) }
                var sums = [Int32](repeating: 0, count: 16)
                var back = [Float](repeating: 0, count: 16)
                basis.vector(of: &words, sums: &sums, into: &back)
                for (one, other) in zip(vector, back) { #expect(abs(one - other) < 0.003) }
            }
        }
    }

    @Test func longerCodesErrLessAndNearTheBound() throws {
        let codec = try TrellisCodec.train(on: SampleVectors.make(rows: 1500), SampleVectors.settings(), threads: 2)
        let vectors = SampleVectors.make(rows: 300, seed: 5)
        var before = Double.infinity
        for length in codec.lengths {
            let codes = try codec.encode(vectors, length: length, threads: 1)
            let back = try codes.withUnsafeBytes { try codec.decode($0, length: length, threads: 2) }
            let error = SampleVectors.squaredError(vectors, back)
            #expect(error < before)
            // Of five bytes for 16 numbers the last bits are of four a step, which the trellis helps little.
            #expect(error < (length == 2 ? 1.5 : 2.5) * codec.bound(length: length), "\(length) bytes: \(error)")
            before = error
        }
    }

    /// A shorter code is the beginning of a longer one, and threads, blocks and rows change no bit.
    @Test func prefixesThreadsAndSeeds() throws {
        let vectors = SampleVectors.make(rows: 530, seed: 2)
        let codec = try SampleVectors.codec()
        let whole = try codec.encode(vectors, length: 5, threads: 1)
        #expect(try codec.encode(vectors, length: 5, threads: 3) == whole)
        let first = try codec.encode(vectors, length: 2, threads: 2)
        for row in 0..<vectors.rows { #expect(whole[row * 5..<row * 5 + 2] == first[row * 2..<row * 2 + 2]) }
        let training = SampleVectors.make(rows: 300)
        let bytes = CodecFile.bytes(of: codec)
        #expect(
            CodecFile.bytes(of: try TrellisCodec.train(on: training, SampleVectors.settings(), threads: 3)) == bytes)
        var other = SampleVectors.settings()
        other.seed = 1
        #expect(CodecFile.bytes(of: try TrellisCodec.train(on: training, other, threads: 1)) != bytes)
    }

    /// The codec of these vectors and these codes are the same on every machine: whole numbers, IEEE's four operations and
    /// the square root. The powers and logarithms of the C library are only compared with numbers they are far from.
    @Test func goldenCodes() throws {
        let codec = try SampleVectors.codec()
        let codes = try codec.encode(SampleVectors.make(rows: 4, seed: 8), length: 5, threads: 1)
        #expect(
            codes == [
                153, 62, 189, 144, 167, 171, 121, 134, 227, 195, 41, 80, 96, 106, 96, 155, 33, 22, 243, 175,
            ])
    }

    @Test func zeroIsZeroAndNothingElseIs() throws {
        let codec = try SampleVectors.codec()
        let coder = codec.makeCoder()
        let zero = [Float](repeating: 0, count: 16)
        var code = [UInt8](repeating: 7, count: 5)
        var back = [Float](repeating: 7, count: 16)
        try zero.withUnsafeBufferPointer { zero in
            try code.withUnsafeMutableBufferPointer { try coder.encode(zero, into: $0) }
        }
        #expect(code == [0, 0, 0, 0, 0])
        code.withUnsafeBufferPointer { code in back.withUnsafeMutableBufferPointer { coder.decode(code, into: $0) } }
        #expect(back == zero)
        // The vector whose best code would be all zeros is what that code stands for.
        let bare = TrellisCodec(
            basis: codec.basis,
            layers: [TrellisLayer(byteCount: 2, steps: codec.layers[0].steps, words: codec.layers[0].words)],
            profile: .search, variances: codec.variances, trainedOn: 300)
        var words = [Int32](repeating: 0, count: 16)
        bare.layers[0].add([0, 0], to: &words)
        var sums = [Int32](repeating: 0, count: 16)
        var vector = zero
        bare.basis.vector(of: &words, sums: &sums, into: &vector)
        var short: [UInt8] = [9, 9]
        try vector.withUnsafeBufferPointer { vector in
            try short.withUnsafeMutableBufferPointer { try bare.makeCoder().encode(vector, into: $0) }
        }
        #expect(short == [0, 1])
    }

    @Test func badVectorsAndSettings() throws {
        let codec = try SampleVectors.codec()
        let vectors = SampleVectors.make(rows: 300)
        vectors.row(7)[3] = .nan
        #expect(throws: CodecError.row(7, .notFinite(index: 3))) {
            try codec.encode(vectors, length: 5, threads: 2)
        }
        #expect(throws: CodecError.row(7, .notFinite(index: 3))) {
            try TrellisCodec.train(on: vectors, SampleVectors.settings(), threads: 1)
        }
        vectors.row(7)[3] = 3
        #expect(throws: CodecError.row(7, .tooLong(limit: 16383.0 / 8192))) {
            try codec.encode(vectors, length: 5, threads: 1)
        }
        #expect(throws: CodecError.codeLength(expected: [2, 5], found: 4)) {
            try codec.encode(vectors, length: 4, threads: 1)
        }
        #expect(throws: CodecError.dimension(expected: 16, found: 8)) {
            try codec.encode(Matrix(rows: 1, columns: 8), length: 2, threads: 1)
        }
        #expect(throws: CodecError.tooFewVectors(expected: 256, found: 255)) {
            try TrellisCodec.train(on: SampleVectors.make(rows: 255), SampleVectors.settings(), threads: 1)
        }
        #expect(throws: CodecError.tooFewVectors(expected: 256, found: 0)) {
            try TrellisCodec.train(on: Matrix(rows: 300, columns: 16), SampleVectors.settings(), threads: 1)
        }
        let same = Matrix(rows: 300, columns: 16, values: [Float](repeating: 0.25, count: 300 * 16))
        #expect(throws: CodecError.noVariance) {
            try TrellisCodec.train(on: same, SampleVectors.settings(), threads: 1)
        }
        for layers in [[], [0], [9]] {
            #expect(throws: CodecError.self, "\(layers)") {
                try TrellisCodec.train(on: SampleVectors.make(rows: 300), SampleVectors.settings(layers), threads: 1)
            }
        }
    }

    @Test func bitsAreThoseAskedForAndComponentsComeOnce() {
        var random = SplitMix64(seed: 6)
        for bytes in [1, 2, 10, 22, 32] {
            let variances = (0..<256).map { _ in Double(random.unitFloat()) * 1000 + 0.1 }
            let steps = BitAllocation.steps(variances, bits: 8 * bytes, most: 4)
            #expect(steps.reduce(0) { $0 + $1.bits } == 8 * bytes)
            #expect(steps.allSatisfy { (1...4).contains($0.bits) && !$0.components.isEmpty })
            let components = steps.flatMap(\.components)
            #expect(Set(components).count == components.count)
        }
        // Two components: the rates by hand, 0.5 log2 of the variance over the level.
        let (level, bits) = BitAllocation.fill([16, 1], bits: 2)
        #expect(abs(level - 1) < 1e-9 && abs(bits[0] - 2) < 1e-9 && bits[1] < 1e-9)
        #expect(abs(BitAllocation.bound([16, 1], bits: 2) - 2) < 1e-9)
    }
}

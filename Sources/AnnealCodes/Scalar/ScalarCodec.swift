/// Codes of components, each by itself: a component has some levels, and the nearest one's place among them is its digit.
///
/// Bytes, four bits, signs and learned levels are all this, with other bases and other numbers of levels. Nothing of that is
/// as near to the bound as a ``TrellisCodec``; all of it is simpler to read, and signs are compared by counting bits.
/// - SeeAlso: Gong and Lazebnik, "Iterative quantization", CVPR 2011; Mentzer and others, "Finite scalar quantization",
///   ICLR 2024, arXiv 2309.15505.
public struct ScalarCodec: VectorCodec, Equatable {
    public let kind: CodecKind
    let basis: FixedPointBasis
    /// Ascending numbers for each component, in the units of coordinates; at least one, and at most 256.
    let levels: [[Int16]]
    /// How the digits of each layer become bytes. A layer has the components behind those of the layer before.
    let layers: [MixedRadix]
    public let variances: [Float]
    public let trainedOn: Int
    public let lengths: [Int]

    public var dimension: Int { basis.dimension }

    /// - Parameters:
    ///   - counts: of components, for each layer; together those of the basis.
    ///   - bytes: of each layer, in which its digits fit.
    init(
        kind: CodecKind, basis: FixedPointBasis, levels: [[Int16]], counts: [Int], bytes: [Int], variances: [Float],
        trainedOn: Int
    ) {
        precondition(levels.count == basis.components && counts.reduce(0, +) == levels.count)
        self.kind = kind
        self.basis = basis
        self.levels = levels
        self.variances = variances
        self.trainedOn = trainedOn
        var start = 0
        layers = zip(counts, bytes).map { count, bytes in
            defer { start += count }
            return MixedRadix(bases: levels[start..<start + count].map(\.count), byteCount: bytes)
        }
        var length = 0
        lengths = bytes.map {
            length += $0
            return length
        }
    }

    public func makeCoder() -> any VectorCoder { ScalarCoder(self) }
}

/// Encodes and decodes by a ``ScalarCodec``.
final class ScalarCoder: VectorCoder {
    private let codec: ScalarCodec
    /// All levels, one component behind the other, and where those of each begin.
    private let levels: [Int16]
    private let starts: [Int]
    private var integers: [Int16]
    private var centred: [Int16]
    private var coordinates: [Int16]
    private var words: [Int32]
    private var sums: [Int32]
    private var digits: [UInt8]
    private var rest: [UInt8]

    init(_ codec: ScalarCodec) {
        self.codec = codec
        levels = codec.levels.flatMap { $0 }
        var start = 0
        starts = codec.levels.map { levels in
            defer { start += levels.count }
            return start
        }
        integers = [Int16](repeating: 0, count: codec.dimension)
        centred = integers
        sums = [Int32](repeating: 0, count: codec.dimension)
        coordinates = [Int16](repeating: 0, count: codec.basis.components)
        words = [Int32](repeating: 0, count: codec.basis.components)
        digits = [UInt8](repeating: 0, count: codec.basis.components)
        rest = [UInt8](repeating: 0, count: codec.lengths.last ?? 0)
    }

    func encode(
        _ vector: UnsafeBufferPointer<Float>, into code: UnsafeMutableBufferPointer<UInt8>
    ) throws(CodecError) {
        guard vector.count == codec.dimension else {
            throw .dimension(expected: codec.dimension, found: vector.count)
        }
        try codec.check(length: code.count)
        for index in code.indices { code[index] = 0 }
        guard try FixedPointBasis.round(vector, exponent: codec.basis.exponent, into: &integers),
            var place = code.baseAddress
        else { return }
        codec.basis.coordinates(of: integers, centred: &centred, into: &coordinates)
        var (left, first) = (code.count, 0)
        for layer in codec.layers where left > 0 {
            for component in first..<first + layer.bases.count { digits[component] = nearest(component) }
            digits.withUnsafeBufferPointer { digits in
                if let digits = digits.baseAddress { layer.write(digits + first, to: place) }
            }
            // All zeros is the zero vector's. The last digit's component varies least.
            if first == 0, (0..<layer.byteCount).allSatisfy({ place[$0] == 0 }) { place[layer.byteCount - 1] = 1 }
            first += layer.bases.count
            left -= layer.byteCount
            place += layer.byteCount
        }
    }

    /// The level that is nearest to a coordinate; of two the lower. Levels ascend, so that halves are searched.
    private func nearest(_ component: Int) -> UInt8 {
        let twice = 2 * Int32(coordinates[component])
        return levels.withUnsafeBufferPointer { levels in
            let start = starts[component]
            var (low, high) = (0, codec.levels[component].count - 1)
            while low < high {
                let middle = (low + high) / 2
                // In bounds: middle is below the last.
                if twice > Int32(levels[start + middle]) + Int32(levels[start + middle + 1]) {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            return UInt8(low)
        }
    }

    func decode(_ code: UnsafeBufferPointer<UInt8>, into vector: UnsafeMutableBufferPointer<Float>) {
        precondition(vector.count == codec.dimension && codec.lengths.contains(code.count))
        guard var place = code.baseAddress, let numbers = vector.baseAddress else { return }
        if code[..<codec.layers[0].byteCount].allSatisfy({ $0 == 0 }) {
            for index in vector.indices { vector[index] = 0 }
            return
        }
        for component in words.indices { words[component] = 0 }
        var (left, first) = (code.count, 0)
        for layer in codec.layers where left > 0 {
            digits.withUnsafeMutableBufferPointer { digits in
                if let digits = digits.baseAddress { layer.read(place, rest: &rest, to: digits + first) }
            }
            for component in first..<first + layer.bases.count {
                words[component] = Int32(levels[starts[component] + Int(digits[component])])
            }
            first += layer.bases.count
            left -= layer.byteCount
            place += layer.byteCount
        }
        codec.basis.vector(of: words, sums: &sums, into: numbers)
    }
}

/// Codes by trellises in the basis of the principal components, in layers: each codes what the ones before have left, so
/// that the beginning of a code is a code. That costs next to nothing: normal distributions can be refined without loss.
/// - SeeAlso: Equitz and Cover, "Successive refinement of information", IEEE Transactions on Information Theory 37(2),
///   1991.
public struct TrellisCodec: VectorCodec, Equatable {
    /// What a codec is for.
    public enum Profile: UInt32, Sendable, CaseIterable {
        /// Vectors that were not coded are compared with codes, as queries are with passages: least squared error.
        case search = 0
        /// Codes are compared with codes: a bit for each of the first components, turned at random. What is lost is then the
        /// same for all that vectors say, and similarities of all kinds keep their order.
        case pair = 1
        /// Weights and components as they were asked for.
        case custom = 2

        public var name: String { "\(self)" }
    }

    /// A trellis; or a product code, which is one whose steps take eight bits, so that a state is a byte of the code.
    public let kind: CodecKind
    let basis: FixedPointBasis
    package let layers: [TrellisLayer]
    public let profile: Profile
    public let variances: [Float]
    public let trainedOn: Int

    public var dimension: Int { basis.dimension }
    public let lengths: [Int]

    init(
        kind: CodecKind = .trellis, basis: FixedPointBasis, layers: [TrellisLayer], profile: Profile,
        variances: [Float], trainedOn: Int
    ) {
        self.kind = kind
        self.basis = basis
        self.layers = layers
        self.profile = profile
        self.variances = variances
        self.trainedOn = trainedOn
        var length = 0
        lengths = layers.map {
            length += $0.byteCount
            return length
        }
    }

    public func makeCoder() -> any VectorCoder { TrellisCoder(self) }
}

/// Encodes and decodes by a ``TrellisCodec``.
final class TrellisCoder: VectorCoder {
    private let codec: TrellisCodec
    private let search: TrellisSearch
    private let integers: UnsafeMutablePointer<Int16>
    private let centred: UnsafeMutablePointer<Int16>
    private let coordinates: UnsafeMutablePointer<Int16>
    private let words: UnsafeMutablePointer<Int32>
    private let sums: UnsafeMutablePointer<Int32>
    private let path: UnsafeMutablePointer<UInt8>

    init(_ codec: TrellisCodec) {
        self.codec = codec
        let steps = codec.layers.map(\.steps.count).max() ?? 0
        search = TrellisSearch(stepsMost: steps)
        func room<Value: FixedWidthInteger>(_ count: Int) -> UnsafeMutablePointer<Value> {
            let start = UnsafeMutablePointer<Value>.allocate(capacity: max(1, count))
            start.initialize(repeating: 0, count: max(1, count))
            return start
        }
        integers = room(codec.dimension)
        centred = room(codec.dimension)
        sums = room(codec.dimension)
        coordinates = room(codec.basis.components)
        words = room(codec.basis.components)
        path = room(steps)
    }

    deinit {
        integers.deallocate()
        centred.deallocate()
        sums.deallocate()
        coordinates.deallocate()
        words.deallocate()
        path.deallocate()
    }

    func encode(
        _ vector: UnsafeBufferPointer<Float>, into code: UnsafeMutableBufferPointer<UInt8>
    ) throws(CodecError) {
        let basis = codec.basis
        guard vector.count == basis.dimension else {
            throw .dimension(expected: basis.dimension, found: vector.count)
        }
        try codec.check(length: code.count)
        for index in code.indices { code[index] = 0 }
        guard try FixedPointBasis.round(vector, exponent: basis.exponent, into: integers),
            var place = code.baseAddress
        else { return }
        basis.coordinates(of: integers, centred: centred, into: coordinates)
        var left = code.count
        for (index, layer) in codec.layers.enumerated() where left > 0 {
            search.search(layer, coordinates, states: path)
            Self.write(layer, path, to: place)
            // All zeros is the zero vector's. What the last bit says counts least: a bit later there is nothing.
            if index == 0, (0..<layer.byteCount).allSatisfy({ place[$0] == 0 }) { place[layer.byteCount - 1] = 1 }
            left -= layer.byteCount
            if left > 0 { subtract(layer, place) }
            place += layer.byteCount
        }
    }

    func decode(_ code: UnsafeBufferPointer<UInt8>, into vector: UnsafeMutableBufferPointer<Float>) {
        precondition(vector.count == codec.dimension && codec.lengths.contains(code.count))
        guard var place = code.baseAddress, let numbers = vector.baseAddress else { return }
        let first = codec.layers[0].byteCount
        if code[..<first].allSatisfy({ $0 == 0 }) {
            for index in vector.indices { vector[index] = 0 }
            return
        }
        for component in 0..<codec.basis.components { words[component] = 0 }
        var left = code.count
        for layer in codec.layers where left > 0 {
            layer.add(place, to: words)
            place += layer.byteCount
            left -= layer.byteCount
        }
        codec.basis.vector(of: words, sums: sums, into: numbers)
    }

    /// The bits that lead through some states.
    static func write(_ layer: TrellisLayer, _ path: UnsafePointer<UInt8>, to code: UnsafeMutablePointer<UInt8>) {
        for index in 0..<layer.byteCount { code[index] = 0 }
        for (index, step) in layer.steps.enumerated() {
            let bits = Int(path[index]) & (1 << step.bits - 1)
            for offset in 0..<step.bits where bits >> (step.bits - 1 - offset) & 1 == 1 {
                let place = layer.bitEnds[index] - step.bits + offset
                code[place >> 3] |= 0x80 >> UInt8(place & 7)
            }
        }
    }

    /// Leaves of the coordinates what a code does not say.
    private func subtract(_ layer: TrellisLayer, _ code: UnsafePointer<UInt8>) {
        for component in 0..<codec.basis.components { words[component] = 0 }
        layer.add(code, to: words)
        for component in 0..<codec.basis.components {
            coordinates[component] = Int16(
                clamping: max(-16383, min(16383, Int32(coordinates[component]) - words[component])))
        }
    }
}

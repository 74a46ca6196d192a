import AnnealContainer

/// The head of a codec's file, and what all codecs have behind it: a basis, and the variances that it was made from.
struct CodecHead {
    let kind: CodecKind
    let dimension: Int
    let components: Int
    let exponent: Int
    let layers: Int
    let profile: TrellisCodec.Profile
    let trainedOn: Int

    private static let count = 8
    /// More numbers than vectors have; keeps every product of counts inside 64 bits.
    private static let dimensionMost = 1 << 16
    static let layersMost = 16

    private var fields: [UInt32] {
        [
            kind.rawValue, UInt32(dimension), UInt32(components), UInt32(bitPattern: Int32(exponent)), UInt32(layers),
            profile.rawValue, UInt32(trainedOn), 0,
        ]
    }

    /// Of a codec that has no basis.
    func sections(_ variances: [Float]) -> [(tag: SectionTag, bytes: [UInt8])] {
        [(.head, littleEndian(fields)), (.variances, littleEndian(variances.map(\.bitPattern)))]
    }

    func sections(_ basis: FixedPointBasis, _ variances: [Float]) -> [(tag: SectionTag, bytes: [UInt8])] {
        [
            (.head, littleEndian(fields)),
            (.mean, littleEndian(basis.mean)),
            (.axes, littleEndian(basis.axes)),
            (.weights, littleEndian(zip(basis.weights, basis.inverseWeights).flatMap { [$0, $1] })),
            (.variances, littleEndian(variances.map(\.bitPattern))),
        ]
    }

    func basis(of container: OpenContainer) throws(CodecError) -> FixedPointBasis {
        let weights = try container.integers(.weights, count: 2 * components, of: Int32.self)
        for (index, weight) in weights.enumerated() where !(1...1 << 24).contains(weight) {
            throw .value(.weights, what: "entry \(index)", expected: "1...\(1 << 24)", found: "\(weight)")
        }
        return FixedPointBasis(
            dimension: dimension, exponent: exponent, mean: try container.integers(.mean, count: dimension),
            axes: try container.integers(.axes, count: components * dimension),
            weights: stride(from: 0, to: weights.count, by: 2).map { weights[$0] },
            inverseWeights: stride(from: 1, to: weights.count, by: 2).map { weights[$0] })
    }

    /// Refuses a profile, which is of trellises only.
    func checkNoProfile() throws(CodecError) {
        guard profile == .search else {
            throw .value(.head, what: "profile", expected: "0", found: "\(profile.rawValue)")
        }
    }

    /// Of all principal components, whether the codec has an axis for them or not.
    func variances(of container: OpenContainer) throws(CodecError) -> [Float] {
        let variances = try container.integers(.variances, count: dimension, of: UInt32.self).map {
            Float(bitPattern: $0)
        }
        for (index, variance) in variances.enumerated() where !(variance >= 0 && variance.isFinite) {
            throw .value(.variances, what: "entry \(index)", expected: "at least 0", found: "\(variance)")
        }
        return variances
    }
}

extension CodecHead {
    init(reading container: OpenContainer) throws(CodecError) {
        let head = try container.integers(.head, of: UInt32.self)
        guard let number = head.first, let kind = CodecKind(rawValue: number) else {
            let known = CodecKind.allCases.map { "\($0.rawValue)" }.joined(separator: ", ")
            throw .value(.head, what: "codec", expected: known, found: head.first.map { "\($0)" } ?? "none")
        }
        guard head.count == Self.count else {
            throw .sectionLength(.head, expectedBytes: 4 * Self.count, foundBytes: 4 * head.count)
        }
        func field(_ what: String, _ index: Int, _ range: ClosedRange<Int>) throws(CodecError) -> Int {
            let value = Int(Int32(bitPattern: head[index]))
            guard range.contains(value) else {
                throw .value(
                    .head, what: what, expected: "\(range.lowerBound)...\(range.upperBound)", found: "\(value)")
            }
            return value
        }
        self.kind = kind
        dimension = try field("dimension", 1, 1...Self.dimensionMost)
        components = try field("components", 2, 1...dimension)
        exponent = try field("exponent", 3, -60...60)
        layers = try field("layers", 4, 1...Self.layersMost)
        let use = try field("profile", 5, 0...TrellisCodec.Profile.allCases.count - 1)
        profile = TrellisCodec.Profile(rawValue: UInt32(use)) ?? .custom
        trainedOn = try field("vectors of training", 6, 0...Int(Int32.max))
        _ = try field("reserved field", 7, 0...0)
    }
}

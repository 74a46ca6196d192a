public import AnnealContainer
public import AnnealPlatform

/// The file of a codec: versioned, checksummed, mapped. Whatever codec it holds, this opens it.
///
///     let file = try CodecFile(Path("vectors.codec"))
///     let codes = try file.codec.encode(vectors, length: 10, threads: 2)
public struct CodecFile: Sendable {
    public let codec: any VectorCodec
    /// SHA-256 of all that the file says: what files of codes name their codec by.
    public let identity: ContentHash
    /// Bytes of the file.
    public let byteCount: Int

    /// - Complexity: O(bytes).
    /// - Throws: ``CodecError``.
    public init(_ path: Path) throws(CodecError) {
        let storage: FileStorage
        do throws(ContainerError) { storage = try FileStorage(mapping: path.argument) } catch {
            throw .container(error, noun: "codec")
        }
        try self.init(storage)
    }

    /// - Complexity: O(bytes), which are copied.
    /// - Throws: ``CodecError``.
    public init(bytes: [UInt8]) throws(CodecError) {
        try self.init(bytes.withUnsafeBytes { FileStorage(copying: $0) })
    }

    /// Where the codec of a model lies: beside `default.anneal` it is `default.search.codec`.
    public static func path(beside model: Path, for profile: TrellisCodec.Profile) -> Path {
        let ending = Array(".anneal".utf8)
        let stem =
            model.bytes.suffix(ending.count) == ending[...] ? model.bytes.dropLast(ending.count) : model.bytes[...]
        return Path(bytes: stem + ".\(profile.name).codec".utf8)
    }

    private init(_ storage: FileStorage) throws(CodecError) {
        let container: OpenContainer
        do throws(ContainerError) { container = try OpenContainer(storage, as: .codec) } catch {
            throw .container(error, noun: "codec")
        }
        let head = try container.integers(.head, of: UInt32.self)
        switch head.first {
        case TrellisCodec.number: codec = try TrellisCodec(reading: container, head: head)
        default:
            throw .value(
                .head, what: "codec", expected: "\(TrellisCodec.number)", found: head.first.map { "\($0)" } ?? "none")
        }
        identity = container.contentHash
        byteCount = container.byteCount
    }

    /// The bytes of a codec's file: the same codec always gives the same.
    public static func bytes(of codec: TrellisCodec) -> [UInt8] {
        layOut(codec.sections, as: .codec)
    }

    static func layOut(_ sections: [(tag: SectionTag, bytes: [UInt8])], as kind: ContainerKind) -> [UInt8] {
        do throws(ContainerError) { return try ContainerWriter.layOut(sections, as: kind) } catch {
            preconditionFailure("more sections than a container has room for: \(error)")
        }
    }
}

extension TrellisCodec {
    static let number: UInt32 = 1
    private static let headCount = 8
    /// More components than vectors have; keeps every product of counts inside 64 bits.
    private static let dimensionMost = 1 << 16

    var sections: [(tag: SectionTag, bytes: [UInt8])] {
        let head: [UInt32] = [
            Self.number, UInt32(dimension), UInt32(basis.components), UInt32(bitPattern: Int32(basis.exponent)),
            UInt32(layers.count), profile.rawValue, UInt32(trainedOn), 0,
        ]
        var steps: [UInt32] = []
        for layer in layers {
            steps += [UInt32(layer.byteCount), UInt32(layer.steps.count)]
            for step in layer.steps {
                steps += [UInt32(step.bits), UInt32(step.components.count)] + step.components.map { UInt32($0) }
            }
        }
        return [
            (.head, littleEndian(head)),
            (.mean, littleEndian(basis.mean)),
            (.axes, littleEndian(basis.axes)),
            (.weights, littleEndian(zip(basis.weights, basis.inverseWeights).flatMap { [$0, $1] })),
            (.variances, littleEndian(variances.map(\.bitPattern))),
            (.steps, littleEndian(steps)),
            (.words, littleEndian(layers.flatMap(\.words))),
        ]
    }

    init(reading container: OpenContainer, head: [UInt32]) throws(CodecError) {
        guard head.count == Self.headCount else {
            throw .sectionLength(.head, expectedBytes: 4 * Self.headCount, foundBytes: 4 * head.count)
        }
        func field(_ what: String, _ index: Int, _ range: ClosedRange<Int>) throws(CodecError) -> Int {
            let value = Int(Int32(bitPattern: head[index]))
            guard range.contains(value) else {
                throw .value(
                    .head, what: what, expected: "\(range.lowerBound)...\(range.upperBound)", found: "\(value)")
            }
            return value
        }
        let dimension = try field("dimension", 1, 1...Self.dimensionMost)
        let components = try field("components", 2, 1...dimension)
        let exponent = try field("exponent", 3, -60...60)
        let layerCount = try field("layers", 4, 1...16)
        let number = try field("profile", 5, 0...Profile.allCases.count - 1)
        let trainedOn = try field("vectors of training", 6, 0...Int(Int32.max))
        _ = try field("reserved field", 7, 0...0)
        let weights = try container.integers(.weights, count: 2 * components, of: Int32.self)
        for (index, weight) in weights.enumerated() where !(1...1 << 24).contains(weight) {
            throw .value(.weights, what: "entry \(index)", expected: "1...\(1 << 24)", found: "\(weight)")
        }
        let variances = try container.integers(.variances, count: components, of: UInt32.self).map {
            Float(bitPattern: $0)
        }
        for (index, variance) in variances.enumerated() where !(variance >= 0 && variance.isFinite) {
            throw .value(.variances, what: "entry \(index)", expected: "at least 0", found: "\(variance)")
        }
        let basis = FixedPointBasis(
            dimension: dimension, exponent: exponent, mean: try container.integers(.mean, count: dimension),
            axes: try container.integers(.axes, count: components * dimension),
            weights: stride(from: 0, to: weights.count, by: 2).map { weights[$0] },
            inverseWeights: stride(from: 1, to: weights.count, by: 2).map { weights[$0] })
        self.init(
            basis: basis, layers: try Self.layers(of: container, count: layerCount, components: components),
            profile: Profile(rawValue: UInt32(number)) ?? .custom, variances: variances, trainedOn: trainedOn)
    }

    private static func layers(
        of container: OpenContainer, count: Int, components: Int
    ) throws(CodecError) -> [TrellisLayer] {
        let numbers = try container.integers(.steps, of: UInt32.self)
        let words = try container.integers(.words, of: Int16.self)
        if let place = words.firstIndex(where: { !(-8191...8191).contains($0) }) {
            throw .value(.words, what: "entry \(place)", expected: "-8191...8191", found: "\(words[place])")
        }
        var place = 0
        func next(_ what: String, _ range: ClosedRange<Int>) throws(CodecError) -> Int {
            guard place < numbers.count else {
                throw .sectionLength(.steps, expectedBytes: 4 * (place + 1), foundBytes: 4 * numbers.count)
            }
            let number = Int(numbers[place])
            guard range.contains(number) else {
                throw .value(
                    .steps, what: "\(what), entry \(place)", expected: "\(range.lowerBound)...\(range.upperBound)",
                    found: "\(number)")
            }
            place += 1
            return number
        }
        var (layers, used) = ([TrellisLayer](), 0)
        for _ in 0..<count {
            let byteCount = try next("bytes", 1...1024)
            let stepCount = try next("steps", 1...8 * byteCount)
            var (steps, bits, seen) = ([TrellisStep](), 0, Set<Int>())
            for _ in 0..<stepCount {
                let size = try next("bits", 1...TrellisLayer.stepBitsMost)
                let width = try next("components of a step", 1...components)
                var own: [Int] = []
                for _ in 0..<width {
                    let component = try next("component", 0...components - 1)
                    guard seen.insert(component).inserted else {
                        throw .value(
                            .steps, what: "component, entry \(place - 1)", expected: "each once in a layer",
                            found: "\(component) again")
                    }
                    own.append(component)
                }
                bits += size
                steps.append(TrellisStep(components: own, bits: size))
            }
            guard bits == 8 * byteCount else {
                throw .value(.steps, what: "bits of a layer", expected: "\(8 * byteCount)", found: "\(bits)")
            }
            let need = seen.count * TrellisLayer.states
            guard words.count - used >= need else {
                throw .sectionLength(.words, expectedBytes: 2 * (used + need), foundBytes: 2 * words.count)
            }
            layers.append(
                TrellisLayer(byteCount: byteCount, steps: steps, words: Array(words[used..<used + need])))
            used += need
        }
        guard place == numbers.count else {
            throw .sectionLength(.steps, expectedBytes: 4 * place, foundBytes: 4 * numbers.count)
        }
        guard used == words.count else {
            throw .sectionLength(.words, expectedBytes: 2 * used, foundBytes: 2 * words.count)
        }
        return layers
    }
}

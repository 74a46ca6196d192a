public import AnnealContainer

extension TrellisCodec {
    public var sections: [(tag: SectionTag, bytes: [UInt8])] {
        var steps: [UInt32] = []
        for layer in layers {
            steps += [UInt32(layer.byteCount), UInt32(layer.steps.count)]
            for step in layer.steps {
                steps += [UInt32(step.bits), UInt32(step.components.count)] + step.components.map { UInt32($0) }
            }
        }
        let head = CodecHead(
            kind: kind, dimension: dimension, components: basis.components, exponent: basis.exponent,
            layers: layers.count, profile: profile, trainedOn: trainedOn)
        return head.sections(basis, variances) + [
            (tag: SectionTag.steps, bytes: littleEndian(steps)),
            (tag: SectionTag.words, bytes: littleEndian(layers.flatMap(\.words))),
        ]
    }

    init(reading container: OpenContainer, head: CodecHead) throws(CodecError) {
        if head.kind != .trellis { try head.checkNoProfile() }
        self.init(
            kind: head.kind, basis: try head.basis(of: container),
            layers: try Self.layers(
                of: container, count: head.layers, components: head.components,
                bits: head.kind == .trellis
                    ? 1...TrellisLayer.stepBitsMost : TrellisLayer.stateBits...TrellisLayer.stateBits),
            profile: head.profile, variances: try head.variances(of: container), trainedOn: head.trainedOn)
    }

    private static func layers(
        of container: OpenContainer, count: Int, components: Int, bits stepBits: ClosedRange<Int>
    ) throws(CodecError) -> [TrellisLayer] {
        let numbers = try container.integers(.steps, of: UInt32.self)
        let words = try container.integers(.words, of: Int16.self)
        let most = TrellisLayer.wordMost
        if let place = words.firstIndex(where: { !(-most...most).contains($0) }) {
            throw .value(.words, what: "entry \(place)", expected: "\(-most)...\(most)", found: "\(words[place])")
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
                let size = try next("bits", stepBits)
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

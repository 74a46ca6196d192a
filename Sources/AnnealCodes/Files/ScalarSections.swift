public import AnnealContainer

extension ScalarCodec {
    public var sections: [(tag: SectionTag, bytes: [UInt8])] {
        let head = CodecHead(
            kind: kind, dimension: dimension, components: basis.components, exponent: basis.exponent,
            layers: layers.count, profile: .search, trainedOn: trainedOn)
        let shape = layers.flatMap { [UInt32($0.byteCount), UInt32($0.bases.count)] + $0.bases.map { UInt32($0) } }
        return head.sections(basis, variances) + [
            (tag: SectionTag.steps, bytes: littleEndian(shape)),
            (tag: SectionTag.words, bytes: littleEndian(levels.flatMap { $0 })),
        ]
    }

    init(reading container: OpenContainer, head: CodecHead) throws(CodecError) {
        let numbers = try container.integers(.steps, of: UInt32.self)
        let words = try container.integers(.words, of: Int16.self)
        guard head.layers <= head.components else {
            throw .value(
                .head, what: "layers", expected: "1...\(head.components), as components", found: "\(head.layers)")
        }
        let expected = 2 * head.layers + head.components
        guard numbers.count == expected else {
            throw .sectionLength(.steps, expectedBytes: 4 * expected, foundBytes: 4 * numbers.count)
        }
        try head.checkNoProfile()
        var place = 0
        func next(_ what: String, _ range: ClosedRange<Int>) throws(CodecError) -> Int {
            let number = Int(numbers[place])
            guard range.contains(number) else {
                throw .value(
                    .steps, what: "\(what), entry \(place)", expected: "\(range.lowerBound)...\(range.upperBound)",
                    found: "\(number)")
            }
            place += 1
            return number
        }
        var (counts, bytes, levels, used) = ([Int](), [Int](), [[Int16]](), 0)
        for layer in 0..<head.layers {
            let byteCount = try next("bytes", 1...1024)
            // Each layer behind this one has a component at least.
            let left = head.components - levels.count - (head.layers - 1 - layer)
            let count = try next("components", (layer == head.layers - 1 ? left : 1)...left)
            for _ in 0..<count {
                let size = try next("levels", 1...256)
                guard words.count - used >= size else {
                    throw .sectionLength(.words, expectedBytes: 2 * (used + size), foundBytes: 2 * words.count)
                }
                let own = Array(words[used..<used + size])
                for (index, level) in own.enumerated()
                where !(-16383...16383).contains(level) || index > 0 && own[index - 1] > level {
                    throw .value(
                        .words, what: "entry \(used + index)", expected: "-16383...16383, none below the one before",
                        found: "\(level)")
                }
                levels.append(own)
                used += size
            }
            counts.append(count)
            bytes.append(byteCount)
        }
        guard used == words.count else {
            throw .sectionLength(.words, expectedBytes: 2 * used, foundBytes: 2 * words.count)
        }
        self.init(
            kind: head.kind, basis: try head.basis(of: container), levels: levels, counts: counts, bytes: bytes,
            variances: try head.variances(of: container), trainedOn: head.trainedOn)
        for layer in layers where !layer.fits {
            throw .value(
                .steps, what: "levels of a layer", expected: "no more than \(layer.byteCount) bytes can tell apart",
                found: layer.bases.map(String.init).joined(separator: " · "))
        }
    }
}

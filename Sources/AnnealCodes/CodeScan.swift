import AnnealPlatform

/// A code that was found, and how near it is.
public struct CodeHit: Sendable, Equatable {
    /// Its place among the codes.
    public let index: Int
    /// The cosine of the vector asked for and the one that the code stands for.
    public let cosine: Float
}

/// Codes in memory, searched by vectors that are not coded: asymmetric search.
///
/// A query becomes tables. The state of a step is eight bits of the code, so that all steps that end within the same four
/// bits depend on twelve: one table of 4,096 sums for each four bits of the code says what they add to the inner product.
/// A table is as large as half of a processor's fastest memory, and codes are taken a few hundred at a time.
public struct CodeScan: Sendable {
    private static let block = 512
    private static let tableSize = 1 << 12

    private let codec: TrellisCodec
    private let layers: [TrellisLayer]
    private let length: Int
    private let codes: [UInt8]
    /// One over the length of the vector that each code stands for; 0 for the zero vector.
    private let inverseLengths: [Float]

    public var count: Int { inverseLengths.count }

    /// - Parameter codes: one behind the other, each of one of the codec's lengths.
    /// - Complexity: O(codes · components).
    /// - Precondition: `codes.count` is a multiple of `length`.
    /// - Throws: ``CodecError/codeLength(expected:found:)``.
    public init(_ codec: TrellisCodec, codes: [UInt8], length: Int, threads: Int) throws(CodecError) {
        try codec.check(length: length)
        precondition(codes.count % length == 0)
        let layers = Array(codec.layers.prefix((codec.lengths.firstIndex(of: length) ?? 0) + 1))
        let basis = codec.basis
        let centre = basis.centre
        let square = basis.mean.reduce(0.0) { $0 + Double($1) * Double($1) }
        inverseLengths = Parallel.mapChunks(of: codes.count / length, size: 4096, threads: threads) { range in
            codes.withUnsafeBufferPointer { codes in
                var sums = [Int32](repeating: 0, count: basis.components)
                return range.map { index -> Float in
                    for component in sums.indices { sums[component] = 0 }
                    guard var place = codes.baseAddress.map({ $0 + index * length }),
                        (0..<layers[0].byteCount).contains(where: { place[$0] != 0 })
                    else { return 0 }
                    for layer in layers {
                        layer.add(place, to: &sums)
                        place += layer.byteCount
                    }
                    // Axes are orthonormal: squares of coordinates and their products with the mean's are enough.
                    var squares = square
                    for component in sums.indices where sums[component] != 0 {
                        let number = Double(sums[component]) * basis.unitOfWord(component)
                        squares += number * (number + 2 * centre[component])
                    }
                    return squares > 0 ? Float(1 / squares.squareRoot()) : 0
                }
            }
        }.flatMap { $0 }
        self.codec = codec
        self.layers = layers
        self.length = length
        self.codes = codes
    }

    /// The codes whose vectors have the greatest cosine with a query, the greatest first; of equal ones the first.
    /// - Complexity: O(bytes of all codes), and O(4,096 · 2 · bytes of a code) for the tables.
    /// - Throws: ``CodecError`` for a query of another dimension or with numbers that are not finite.
    public func nearest(to query: [Float], count wanted: Int, threads: Int) throws(CodecError) -> [CodeHit] {
        guard query.count == codec.dimension else { throw .dimension(expected: codec.dimension, found: query.count) }
        if let index = query.firstIndex(where: { !$0.isFinite }) { throw .notFinite(index: index) }
        let squares = query.reduce(0.0) { $0 + Double($1) * Double($1) }
        guard wanted > 0, squares > 0 else { return [] }
        let (start, tables) = tables(of: query, scale: 1 / squares.squareRoot())
        let found = Parallel.mapChunks(of: count, size: Self.block * 64, threads: threads) { range in
            var best = BestHits(wanted)
            var sums = [Float](repeating: 0, count: Self.block)
            for first in stride(from: range.lowerBound, to: range.upperBound, by: Self.block) {
                let last = min(range.upperBound, first + Self.block)
                self.add(tables, codes: first..<last, start: start, into: &sums)
                for index in first..<last {
                    let cosine = sums[index - first] * self.inverseLengths[index]
                    if cosine > best.least { best.insert(CodeHit(index: index, cosine: cosine)) }
                }
            }
            return best.hits
        }
        return Array(found.joined().sorted(by: BestHits.isBetter).prefix(wanted))
    }

    /// What the mean adds to the product with a query, and the tables: two for each byte of the code.
    private func tables(of query: [Float], scale: Double) -> (start: Float, tables: [Float]) {
        let basis = codec.basis
        let products = basis.products(with: query).map { $0 * scale }
        var tables = [Float](repeating: 0, count: 2 * length * Self.tableSize)
        var bits = 0
        for layer in layers {
            for (index, step) in layer.steps.enumerated() {
                let end = bits + layer.bitEnds[index]
                let table = (end - 1) / 4
                // Where the state's last bit lies above the last of the twelve.
                let shift = 4 * (table + 1) - end
                // The states of a layer's first steps have zeros before its first bit, whatever the layer before ends with.
                let known = min(TrellisLayer.stateBits, layer.bitEnds[index])
                var values = [Float](repeating: 0, count: TrellisLayer.states)
                for state in 0..<TrellisLayer.states {
                    var sum = 0.0
                    for (offset, component) in step.components.enumerated() {
                        let word = layer.words[layer.starts[index] + offset * TrellisLayer.states + state]
                        sum += Double(word) * basis.unitOfWord(component) * products[component]
                    }
                    values[state] = Float(sum)
                }
                for window in 0..<Self.tableSize {
                    tables[table * Self.tableSize + window] += values[window >> shift & (1 << known - 1)]
                }
            }
            bits += 8 * layer.byteCount
        }
        let start = zip(basis.mean, query).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } * scale
        return (Float(start), tables)
    }

    private func add(_ tables: [Float], codes range: Range<Int>, start: Float, into sums: inout [Float]) {
        for index in 0..<range.count { sums[index] = start }
        tables.withUnsafeBufferPointer { tables in
            codes.withUnsafeBufferPointer { codes in
                sums.withUnsafeMutableBufferPointer { sums in
                    guard let codes = codes.baseAddress, let tables = tables.baseAddress, let sums = sums.baseAddress
                    else { return }
                    for byte in 0..<length {
                        let high = tables + 2 * byte * Self.tableSize
                        let low = high + Self.tableSize
                        var place = codes + range.lowerBound * length + byte
                        let before = byte > 0 ? 1 : 0
                        for index in 0..<range.count {
                            // Before the first byte there are zeros.
                            let window = (before * Int(place[-before])) << 8 | Int(place[0])
                            sums[index] += high[window >> 4] + low[window & (Self.tableSize - 1)]
                            place += length
                        }
                    }
                }
            }
        }
    }
}

/// The best hits so far, as a heap whose top is the worst of them.
private struct BestHits {
    private(set) var hits: [CodeHit] = []
    private let wanted: Int
    /// What a hit has to be better than to be among them.
    private(set) var least = -Float.infinity

    init(_ wanted: Int) {
        self.wanted = wanted
        hits.reserveCapacity(wanted)
    }

    static func isBetter(_ one: CodeHit, _ other: CodeHit) -> Bool {
        (one.cosine, other.index) > (other.cosine, one.index)
    }

    /// Puts a hit among them, which come in the order of their places.
    mutating func insert(_ hit: CodeHit) {
        if hits.count < wanted {
            hits.append(hit)
            var place = hits.count - 1
            while place > 0, Self.isBetter(hits[(place - 1) / 2], hits[place]) {
                hits.swapAt(place, (place - 1) / 2)
                place = (place - 1) / 2
            }
        } else {
            hits[0] = hit
            var place = 0
            while 2 * place + 1 < hits.count {
                var worse = 2 * place + 1
                if worse + 1 < hits.count, Self.isBetter(hits[worse], hits[worse + 1]) { worse += 1 }
                guard Self.isBetter(hits[place], hits[worse]) else { break }
                hits.swapAt(place, worse)
                place = worse
            }
        }
        if hits.count == wanted { least = hits[0].cosine }
    }
}

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
/// A query becomes tables, and each code is a few look-ups (``ScanTables``). What all codes are searched by lies column by
/// column in blocks, so that a kernel takes many codes at a time. Where codes have layers that is the first layer; the
/// others are only looked at for those that it finds nearest, ``shortlistShare`` of them.
///
/// `@unchecked Sendable`: written in `init`, and after that read only.
public final class CodeScan: @unchecked Sendable {
    /// Codes that are searched as one piece of work, whatever the number of threads.
    static let piece = 64 * CodeKernel.block
    /// The first layer hands on so many of a piece, and at least as many times those that are wanted.
    static let shortlistShare = 1.0 / 64
    static let shortlistTimes = 4

    private let codec: any AdditiveCodec
    public let length: Int
    public let count: Int
    /// Bytes of the first part and of what is behind it.
    private let first: Int
    private let rest: Int
    private let columns: UnsafeMutablePointer<UInt8>
    private let rests: UnsafeMutablePointer<UInt8>
    /// One over the length of the vector that each code stands for, and the beginnings of codes; 0 for the zero vector.
    private let inverseLengths: [Float]
    private let firstInverseLengths: [Float]

    deinit {
        columns.deallocate()
        rests.deallocate()
    }

    /// Takes a copy of codes.
    /// - Parameter codes: one behind the other, each of one of the codec's lengths.
    /// - Complexity: O(codes · components).
    /// - Precondition: `codes.count` is a multiple of `length`, `threads > 0`.
    /// - Throws: ``CodecError/codeLength(expected:found:)``; ``CodecError/setting(_:expected:found:)`` for a codec whose
    ///   codes are no sums.
    public init(
        _ codec: any VectorCodec, codes: UnsafeRawBufferPointer, length: Int, threads: Int
    ) throws(CodecError) {
        try codec.check(length: length)
        guard let codec = codec as? any AdditiveCodec else {
            throw .setting("codec", expected: "one whose codes are sums over steps", found: "another")
        }
        precondition(codes.count % length == 0)
        let count = codes.count / length
        let first = codec.parts(length: length)[0]
        let rest = length - first
        let block = CodeKernel.block
        columns = .allocate(capacity: (count + block - 1) / block * block * first)
        rests = .allocate(capacity: count * rest)
        (self.codec, self.length, self.count, self.first, self.rest) = (codec, length, count, first, rest)
        let bytes = codes.bindMemory(to: UInt8.self)
        columns.initialize(repeating: 0, count: (count + block - 1) / block * block * first)
        if let start = bytes.baseAddress {
            for index in 0..<count {
                let (code, column) = (start + index * length, columns + index / block * block * first + index % block)
                for byte in 0..<first { column[byte * block] = code[byte] }
                (rests + index * rest).initialize(from: code + first, count: rest)
            }
        }
        let shared = SharedBytes(bytes)
        func inverses(_ part: Int) -> [Float] {
            Parallel.mapChunks(of: count, size: 4096, threads: threads) { range in
                guard let start = shared.bytes.baseAddress else { return [Float]() }
                return codec.inverseLengths(
                    of: start + range.lowerBound * length, count: range.count, stride: length, length: part)
            }.flatMap { $0 }
        }
        firstInverseLengths = inverses(first)
        inverseLengths = rest > 0 ? inverses(length) : []
    }

    /// The codes whose vectors have the greatest cosine with a query, the greatest first; of equal ones the first.
    ///
    /// The same for any number of threads, and on every machine. Cosines are those of what the codes stand for,
    /// rounded by half a unit of ``ScanTables`` a step at the most. Not found are codes of the zero vector, and of several
    /// layers those that the first puts far behind.
    /// - Complexity: O(bytes of the first layers of all codes), and some 100,000 operations for the tables.
    /// - Throws: ``CodecError`` for a query of another dimension or with numbers that are not finite.
    public func nearest(to query: [Float], count wanted: Int, threads: Int) throws(CodecError) -> [CodeHit] {
        try nearest(to: query, count: wanted, threads: threads, kernel: CodeKernel.available[0])
    }

    func nearest(
        to query: [Float], count wanted: Int, threads: Int, kernel: CodeKernel, piece: Int = piece,
        shortlistShare: Double = shortlistShare
    ) throws(CodecError) -> [CodeHit] {
        guard query.count == codec.dimension else { throw .dimension(expected: codec.dimension, found: query.count) }
        if let index = query.firstIndex(where: { !$0.isFinite }) { throw .notFinite(index: index) }
        guard wanted > 0, count > 0, query.contains(where: { $0 != 0 }) else { return [] }
        let (start, parts) = codec.products(with: query, length: length)
        let tables = ScanTables(parts[0], byteCount: first, start: start)
        let others = rest > 0 ? ScanTables(parts[1], byteCount: rest, start: 0) : nil
        let found = Parallel.mapChunks(of: count, size: piece, threads: threads) { range in
            guard let others else { return self.scan(range, tables, wanted, kernel) }
            let shortlist = max(
                Self.shortlistTimes * wanted, Int((shortlistShare * Double(piece)).rounded(.up)))
            return self.refine(self.scan(range, tables, min(range.count, shortlist), kernel), others, wanted, kernel)
        }
        var best = BestRows(capacity: min(wanted, count))
        for piece in found { for entry in piece { best.insert(entry) } }
        return best.sorted.map { CodeHit(index: $0.row, cosine: Float($0.score)) }
    }

    /// The best of some codes by their first parts, in their order.
    private func scan(
        _ range: Range<Int>, _ tables: ScanTables, _ wanted: Int, _ kernel: CodeKernel
    ) -> [BestRows.Entry] {
        var best = BestRows(capacity: min(wanted, range.count))
        let (start, unit) = (tables.start, tables.unit)
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: CodeKernel.block) { sums in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: CodeKernel.block) { cosines in
                firstInverseLengths.withUnsafeBufferPointer { inverseLengths in
                    guard let sums = sums.baseAddress, let cosines = cosines.baseAddress,
                        let inverseLengths = inverseLengths.baseAddress
                    else { return }
                    for row in Swift.stride(from: range.lowerBound, to: range.upperBound, by: CodeKernel.block) {
                        let size = min(range.upperBound - row, CodeKernel.block)
                        kernel.sums(columns + row * first, count: size, tables, into: sums)
                        for index in 0..<size {
                            cosines[index] = (start + unit * Float(sums[index])) * inverseLengths[row + index]
                        }
                        Self.take(cosines, size, inverseLengths + row, from: row, into: &best)
                    }
                }
            }
        }
        return best.inOrder
    }

    /// Codes that are compared with the threshold at once: mostly none of them is near enough.
    private static let group = 32

    /// Inserts the cosines of a block that are above the threshold. The zero vector is near to nothing.
    private static func take(
        _ cosines: UnsafePointer<Float>, _ size: Int, _ inverseLengths: UnsafePointer<Float>, from row: Int,
        into best: inout BestRows
    ) {
        var least = Float(best.threshold)
        for part in Swift.stride(from: 0, to: size, by: group) {
            let end = min(size, part + group)
            var found: Int32 = 0
            for index in part..<end { found |= cosines[index] > least ? 1 : 0 }
            if found == 0 { continue }
            for index in part..<end where cosines[index] > least && inverseLengths[index] > 0 {
                best.insert(BestRows.Entry(row: row + index, score: Double(cosines[index])))
                least = Float(best.threshold)
            }
        }
    }

    /// The best of some codes by all of their bytes.
    /// - Parameter entries: in their order, so that of equal ones the first stay; with the cosines of the first parts.
    private func refine(
        _ entries: [BestRows.Entry], _ tables: ScanTables, _ wanted: Int, _ kernel: CodeKernel
    ) -> [BestRows.Entry] {
        var best = BestRows(capacity: min(wanted, max(1, entries.count)))
        let block = CodeKernel.block
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: rest * block) { bytes in
            withUnsafeTemporaryAllocation(of: UInt16.self, capacity: block) { sums in
                guard let bytes = bytes.baseAddress, let sums = sums.baseAddress else { return }
                bytes.initialize(repeating: 0, count: rest * block)
                for part in Swift.stride(from: 0, to: entries.count, by: block) {
                    let size = min(entries.count - part, block)
                    for index in 0..<size {
                        let code = rests + entries[part + index].row * rest
                        for byte in 0..<rest { bytes[byte * block + index] = code[byte] }
                    }
                    kernel.sums(bytes, count: size, tables, into: sums)
                    for index in 0..<size {
                        let entry = entries[part + index]
                        let product = Float(entry.score) / firstInverseLengths[entry.row]
                        let sum = product + tables.start + tables.unit * Float(sums[index])
                        best.insert(BestRows.Entry(row: entry.row, score: Double(sum * inverseLengths[entry.row])))
                    }
                }
            }
        }
        return best.inOrder
    }
}

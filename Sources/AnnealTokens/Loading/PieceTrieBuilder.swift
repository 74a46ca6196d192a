/// Builds a ``PieceTrie`` by splitting ranges of pieces on one byte after the other, and placing each unit's children
/// at the first base where all of them fit.
struct PieceTrieBuilder {
    private struct Range {
        var low: UInt32
        var high: UInt32
        var depth: UInt32
        /// The unit whose children these pieces are, -1 for the root.
        var unit: Int32
    }

    /// Frequent pieces come first in a vocabulary. What leads to them is placed first, so that the units of frequent
    /// pieces lie close together in memory.
    private static let bands: [UInt32] = [1000, 4000, 16000]

    private let text: UnsafePointer<UInt8>
    private let pieces: UnsafeBufferPointer<ModelFile.Piece>
    private let scores: UnsafePointer<Float>
    private var units: UnsafeMutablePointer<UInt64>
    private var ids: UnsafeMutablePointer<UInt32>
    private var capacity: Int
    private var count = 0
    /// One bit for each unit: free; and for each base: taken. Four words a block of 256.
    private var freeBits: UnsafeMutablePointer<UInt64>
    private var baseBits: UnsafeMutablePointer<UInt64>
    private var root: UInt64 = 0
    /// Blocks before this one have no room for a unit without siblings.
    private var chainBlock = 0

    private init(
        _ text: UnsafePointer<UInt8>, _ pieces: UnsafeBufferPointer<ModelFile.Piece>, _ scores: UnsafePointer<Float>,
        expected: Int
    ) {
        self.text = text
        self.scores = scores
        self.pieces = pieces
        capacity = max(1024, expected * 4 & ~255)
        (units, ids) = PieceTrie.allocate(capacity: capacity)
        freeBits = .allocate(capacity: capacity / 64)
        baseBits = .allocate(capacity: capacity / 64)
    }

    /// - Parameters:
    ///   - text: the texts of the pieces, close together, each with a zero byte after it: most of the time here is
    ///     waiting for memory.
    ///   - scores: what the search adds for each piece; -infinity for one that it must not use.
    ///   - order: the pieces to put in.
    /// - Precondition: no piece of `order` is empty or has a zero byte.
    /// - Throws: `invalidPiece` for a second piece of the same bytes; `tooLarge`.
    /// - Complexity: O(total bytes of the pieces).
    static func build(
        _ text: UnsafePointer<UInt8>, _ pieces: UnsafeBufferPointer<ModelFile.Piece>, _ scores: UnsafePointer<Float>,
        _ order: [UInt32]
    ) throws(TokenizerError) -> PieceTrie {
        var builder = PieceTrieBuilder(text, pieces, scores, expected: order.count)
        defer {
            builder.freeBits.deallocate()
            builder.baseBits.deallocate()
        }
        do {
            try builder.run(order)
        } catch {
            PieceTrie.deallocate(builder.units, capacity: builder.capacity)
            throw error
        }
        return PieceTrie(
            units: builder.units, ids: builder.ids, unitCount: builder.count, capacity: builder.capacity,
            root: builder.root)
    }

    private mutating func run(_ order: [UInt32]) throws(TokenizerError) {
        addBlock()
        // Units without children keep the base 0: as nobody has it, no byte leads anywhere from them.
        baseBits[0] |= 1
        if order.isEmpty { return }
        let sorter = PieceSorter(text, pieces, order)
        defer { sorter.deallocate() }
        let labels = sorter.labels
        let items = sorter.items
        let bounds = sorter.bounds
        let all = Range(low: 0, high: UInt32(order.count), depth: 0, unit: -1)
        var work = [[all]] + Array(repeating: [], count: Self.bands.count)
        // What a piece leads to is never more frequent than the piece: nothing comes to a band that is done.
        for band in work.indices {
            var stack: [Range] = []
            swap(&stack, &work[band])
            while let range = stack.popLast() {
                let (low, high, depth, parent) = (Int(range.low), Int(range.high), Int(range.depth), Int(range.unit))
                if high &- low == 1 {
                    let item = items[low]
                    try placeChain(item.id, text + Int(item.offset) + depth, parent)
                    continue
                }
                var labelCount = try sorter.split(low..<high, depth: depth)
                var first = 0
                if labels[0] == 0 {
                    setPiece(items[low].id, at: parent)
                    first = 1
                }
                if labelCount == first { continue }
                let base = try findBase(labels, first, labelCount)
                setBase(base, of: parent)
                while labelCount > first {
                    labelCount -= 1
                    let unit = base ^ Int(labels[labelCount])
                    take(unit)
                    units[unit] = UInt64(labels[labelCount])
                    let child = Range(
                        low: UInt32(truncatingIfNeeded: bounds[labelCount]),
                        high: UInt32(truncatingIfNeeded: bounds[labelCount + 1]), depth: range.depth + 1,
                        unit: Int32(truncatingIfNeeded: unit))
                    // Splitting keeps the order: the first piece of a range is its most frequent one.
                    let frequent = items[Int(child.low)].id
                    var place = band
                    while place < Self.bands.count, frequent >= Self.bands[place] { place &+= 1 }
                    if place == band { stack.append(child) } else { work[place].append(child) }
                }
            }
        }
    }

    /// Places the rest of the only piece of a range, up to its zero byte: units with one child each.
    private mutating func placeChain(
        _ piece: UInt32, _ rest: UnsafePointer<UInt8>, _ start: Int
    ) throws(TokenizerError) {
        var unit = start
        var rest = rest
        while rest[0] != 0 {
            let label = rest[0]
            let base = try findSingleBase(label)
            setBase(base, of: unit)
            unit = base ^ Int(label)
            take(unit)
            units[unit] = UInt64(label)
            rest += 1
        }
        setPiece(piece, at: unit)
    }

    private mutating func setBase(_ base: Int, of unit: Int) {
        baseBits[base >> 6] |= 1 &<< UInt64(base & 63)
        let bits = UInt64(base) << UInt64(PieceTrie.baseShift)
        if unit < 0 { root = bits } else { units[unit] |= bits }
    }

    /// - Precondition: `unit` is not the root: no piece is empty.
    private mutating func setPiece(_ piece: UInt32, at unit: Int) {
        let score = scores[Int(piece)]
        let marks = PieceTrie.pieceMark | (score == -Float.infinity ? 0 : PieceTrie.usableMark)
        units[unit] |= marks | UInt64(score.bitPattern) << 32
        ids[unit] = piece
    }

    private mutating func take(_ unit: Int) { freeBits[unit >> 6] &= ~(1 &<< UInt64(unit & 63)) }

    private func isFree(_ unit: Int) -> Bool { freeBits[unit >> 6] &>> UInt64(unit & 63) & 1 == 1 }

    private func isTaken(base: Int) -> Bool { baseBits[base >> 6] &>> UInt64(base & 63) & 1 == 1 }

    private static func enlarge<T>(_ memory: inout UnsafeMutablePointer<T>, _ count: Int, _ capacity: Int) {
        let larger = UnsafeMutablePointer<T>.allocate(capacity: capacity)
        larger.update(from: memory, count: count)
        memory.deallocate()
        memory = larger
    }

    private mutating func addBlock() {
        if count + 256 > capacity {
            let (moreUnits, moreIDs) = PieceTrie.allocate(capacity: capacity * 2)
            moreUnits.update(from: units, count: count)
            moreIDs.update(from: ids, count: count)
            PieceTrie.deallocate(units, capacity: capacity)
            (units, ids) = (moreUnits, moreIDs)
            Self.enlarge(&freeBits, count / 64, capacity / 32)
            Self.enlarge(&baseBits, count / 64, capacity / 32)
            capacity *= 2
        }
        for index in count..<count + 256 { units[index] = PieceTrie.free }
        for word in count / 64..<count / 64 + 4 {
            freeBits[word] = .max
            baseBits[word] = 0
        }
        count += 256
    }

    /// A base of the first block with a free unit for this one label.
    private mutating func findSingleBase(_ label: UInt8) throws(TokenizerError) -> Int {
        while true {
            while chainBlock << 8 < count {
                for word in chainBlock << 2..<chainBlock << 2 + 4 {
                    var bits = freeBits[word]
                    while bits != 0 {
                        let base = (word << 6 | bits.trailingZeroBitCount) ^ Int(label)
                        if !isTaken(base: base) { return base }
                        bits &= bits - 1
                    }
                }
                chainBlock += 1
            }
            try checkRoom()
            addBlock()
        }
    }

    /// A base in the last block, or a new one, where all labels fit. Looking further back saves under 1 % of the units.
    private mutating func findBase(
        _ labels: UnsafeMutablePointer<UInt8>, _ start: Int, _ end: Int
    ) throws(TokenizerError) -> Int {
        if end - start == 1 { return try findSingleBase(labels[start]) }
        let first = Int(labels[start])
        var block = max(0, count >> 8 - 1)
        while true {
            while block << 8 < count {
                for word in block << 2..<block << 2 + 4 {
                    var bits = freeBits[word]
                    search: while bits != 0 {
                        let base = (word << 6 | bits.trailingZeroBitCount) ^ first
                        bits &= bits - 1
                        if isTaken(base: base) { continue }
                        for index in start + 1..<end where !isFree(base ^ Int(labels[index])) { continue search }
                        return base
                    }
                }
                block += 1
            }
            try checkRoom()
            addBlock()
        }
    }

    private func checkRoom() throws(TokenizerError) {
        if count + 256 > PieceTrie.unitLimit {
            throw .tooLarge(part: "the vocabulary's trie, units", limit: PieceTrie.unitLimit, found: count + 256)
        }
    }
}

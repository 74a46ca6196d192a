/// Builds a ``PieceTrie`` by splitting ranges of pieces on one byte after the other, and placing each unit's children
/// at the first base where all of them fit.
struct PieceTrieBuilder {
    private struct Range {
        var low: Int
        var high: Int
        var depth: Int
        /// The unit whose children these pieces are, -1 for the root.
        var unit: Int
    }

    private let text: UnsafePointer<UInt8>
    private let pieces: UnsafeBufferPointer<ModelFile.Piece>
    private var units: UnsafeMutablePointer<UInt32>
    private var capacity: Int
    private var count = 0
    /// One bit for each unit: free; and for each base: taken. Four words a block of 256.
    private var freeBits: [UInt64] = []
    private var baseBits: [UInt64] = []
    private var root: UInt32 = 0
    /// Blocks before this one have no room for a unit without siblings.
    private var chainBlock = 0

    private init(_ text: UnsafePointer<UInt8>, _ pieces: UnsafeBufferPointer<ModelFile.Piece>, expected: Int) {
        self.text = text
        self.pieces = pieces
        capacity = max(1024, expected * 5 & ~255)
        units = .allocate(capacity: capacity)
        freeBits.reserveCapacity(capacity / 64)
        baseBits.reserveCapacity(capacity / 64)
    }

    /// - Parameters:
    ///   - text: the model file, in which the pieces' offsets lie.
    ///   - order: the pieces to put in; a piece's value is its index in `pieces`.
    /// - Precondition: no piece of `order` is empty or has a zero byte.
    /// - Throws: `invalidPiece` for a second piece of the same bytes; `tooLarge`.
    /// - Complexity: O(total bytes of the pieces).
    static func build(
        _ text: UnsafePointer<UInt8>, _ pieces: UnsafeBufferPointer<ModelFile.Piece>, _ order: [UInt32]
    ) throws(TokenizerError) -> PieceTrie {
        var builder = PieceTrieBuilder(text, pieces, expected: order.count)
        do {
            var order = order
            try builder.run(&order)
        } catch {
            builder.units.deallocate()
            throw error
        }
        return PieceTrie(units: builder.units, unitCount: builder.count, root: builder.root)
    }

    private mutating func run(_ order: inout [UInt32]) throws(TokenizerError) {
        addBlock()
        var scratch = [UInt32](repeating: 0, count: order.count)
        var labels = [UInt8](repeating: 0, count: 256)
        var bounds = [Int](repeating: 0, count: 257)
        var stack = [Range(low: 0, high: order.count, depth: 0, unit: -1)]
        while let range = stack.popLast() {
            if range.high &- range.low == 1 {
                try placeChain(order[range.low], range.depth, range.unit)
                continue
            }
            let labelCount = try split(range, &order, &scratch, &labels, &bounds)
            let base = try findBase(labels, labelCount)
            setBase(base, of: range.unit, hasValue: labelCount > 0 && labels[0] == 0)
            for index in 0..<labelCount {
                let unit = base ^ Int(labels[index])
                take(unit)
                if labels[index] == 0 {
                    units[unit] = order[bounds[index]] << 10 | PieceTrie.valueMark
                } else {
                    units[unit] = UInt32(labels[index])
                    stack.append(Range(low: bounds[index], high: bounds[index + 1], depth: range.depth + 1, unit: unit))
                }
            }
        }
    }

    @inline(__always)
    private func byte(_ piece: UInt32, _ depth: Int) -> UInt8 {
        let piece = pieces[Int(piece)]
        // The end of a piece counts as the byte 0, which no piece has.
        return depth == piece.length ? 0 : text[piece.offset &+ depth]
    }

    /// Orders a range by the byte at its depth; gives the different bytes and where each one's pieces start.
    private func split(
        _ range: Range, _ order: inout [UInt32], _ scratch: inout [UInt32], _ labels: inout [UInt8],
        _ bounds: inout [Int]
    ) throws(TokenizerError) -> Int {
        var labelCount = 0
        if range.high - range.low <= 12 {
            for index in range.low + 1..<max(range.low + 1, range.high) {
                let piece = order[index]
                let key = byte(piece, range.depth)
                var place = index
                while place > range.low, byte(order[place - 1], range.depth) > key {
                    order[place] = order[place - 1]
                    place -= 1
                }
                order[place] = piece
            }
            for index in range.low..<range.high {
                let key = byte(order[index], range.depth)
                if labelCount == 0 || labels[labelCount - 1] != key {
                    labels[labelCount] = key
                    bounds[labelCount] = index
                    labelCount += 1
                }
            }
        } else {
            // Room for the counts, then for the place of the next piece of each byte.
            withUnsafeTemporaryAllocation(of: Int.self, capacity: 256) { places in
                places.initialize(repeating: 0)
                for index in range.low..<range.high { places[Int(byte(order[index], range.depth))] += 1 }
                var start = range.low
                for key in 0..<256 where places[key] > 0 {
                    labels[labelCount] = UInt8(key)
                    bounds[labelCount] = start
                    labelCount += 1
                    start += places[key]
                    places[key] = start - places[key]
                }
                for index in range.low..<range.high {
                    let key = Int(byte(order[index], range.depth))
                    scratch[places[key]] = order[index]
                    places[key] += 1
                }
                for index in range.low..<range.high { order[index] = scratch[index] }
            }
        }
        bounds[labelCount] = range.high
        if labels[0] == 0, labelCount > 0, bounds[1] - bounds[0] > 1 {
            throw .invalidPiece(
                index: Int(max(order[bounds[0]], order[bounds[0] + 1])), expected: "a piece that is not defined yet",
                found: "the text of piece \(min(order[bounds[0]], order[bounds[0] + 1]))")
        }
        return labelCount
    }

    /// Places the rest of the only piece of a range: units with one child each.
    private mutating func placeChain(_ piece: UInt32, _ depth: Int, _ start: Int) throws(TokenizerError) {
        var unit = start
        var depth = depth
        while true {
            let label = byte(piece, depth)
            let base = try findSingleBase(label)
            setBase(base, of: unit, hasValue: label == 0)
            unit = base ^ Int(label)
            take(unit)
            if label == 0 {
                units[unit] = piece << 10 | PieceTrie.valueMark
                return
            }
            units[unit] = UInt32(label)
            depth += 1
        }
    }

    private mutating func setBase(_ base: Int, of unit: Int, hasValue: Bool) {
        baseBits[base >> 6] |= 1 << UInt64(base & 63)
        let bits = UInt32(base) << 10 | (hasValue ? PieceTrie.hasValueMark : 0)
        if unit < 0 { root = bits } else { units[unit] |= bits }
    }

    private mutating func take(_ unit: Int) { freeBits[unit >> 6] &= ~(1 << UInt64(unit & 63)) }

    private func isFree(_ unit: Int) -> Bool { freeBits[unit >> 6] >> UInt64(unit & 63) & 1 == 1 }

    private func isTaken(base: Int) -> Bool { baseBits[base >> 6] >> UInt64(base & 63) & 1 == 1 }

    private mutating func addBlock() {
        if count + 256 > capacity {
            let larger = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity * 2)
            larger.update(from: units, count: count)
            units.deallocate()
            units = larger
            capacity *= 2
        }
        for index in count..<count + 256 { units[index] = PieceTrie.free }
        for _ in 0..<4 {
            freeBits.append(.max)
            baseBits.append(0)
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

    /// A base of the first of the last few blocks where all labels fit.
    private mutating func findBase(_ labels: [UInt8], _ labelCount: Int) throws(TokenizerError) -> Int {
        if labelCount == 1 { return try findSingleBase(labels[0]) }
        let first = Int(labels[0])
        var block = max(0, count >> 8 - 12)
        while true {
            while block << 8 < count {
                for word in block << 2..<block << 2 + 4 {
                    var bits = freeBits[word]
                    search: while bits != 0 {
                        let base = (word << 6 | bits.trailingZeroBitCount) ^ first
                        bits &= bits - 1
                        if isTaken(base: base) { continue }
                        for index in 1..<labelCount where !isFree(base ^ Int(labels[index])) { continue search }
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

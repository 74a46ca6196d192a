/// Byte-pair segmentation: neighbours are merged, best score first, leftmost first among equals, until no two
/// neighbours make a piece.
///
/// - Source: Sennrich, Haddow and Birch, https://arxiv.org/abs/1508.07909
struct MergeQueue: ~Copyable {
    struct Symbol {
        var start: Int32
        /// 0 once it was merged into its left neighbour.
        var length: Int32
        var previous: Int32
        var next: Int32
        /// Where the symbol's bytes end in the trie, -1 if no piece starts with them.
        var slot: Int32
        /// A user-defined piece: never merged.
        var isFrozen: Bool
    }

    struct Pair {
        /// Score in the high half, so ordered that larger is better, and the left index inverted in the low half.
        var order: UInt64
        var right: Int32
        var length: Int32

        var left: Int { Int(~UInt32(truncatingIfNeeded: order)) }
    }

    private(set) var symbols: UnsafeMutablePointer<Symbol>
    private(set) var symbolCount = 0
    private var symbolCapacity = 256
    private var pairs: UnsafeMutablePointer<Pair>
    private var pairCount = 0
    private var pairCapacity = 256
    /// For each unused piece that was merged, the length of its left part as it was merged last. Empty if the model has
    /// no unused pieces.
    private(set) var splits: [Int32]

    init(_ tokenizer: Tokenizer) {
        symbols = .allocate(capacity: symbolCapacity)
        pairs = .allocate(capacity: pairCapacity)
        splits = tokenizer.hasUnused ? [Int32](repeating: 0, count: tokenizer.pieceCount) : []
    }

    deinit {
        symbols.deallocate()
        pairs.deallocate()
    }

    /// Frees storage beyond what an ordinary text needs, after an unusually long one.
    mutating func shrink() {
        guard symbolCapacity > 1 << 18 else { return }
        symbols.deallocate()
        pairs.deallocate()
        symbolCapacity = 256
        pairCapacity = 256
        symbols = .allocate(capacity: symbolCapacity)
        pairs = .allocate(capacity: pairCapacity)
    }

    /// Segments a text: afterwards the symbols from index 0 along `next` are the pieces.
    /// - Complexity: O(n log n) for n characters.
    mutating func segment(_ text: UnsafePointer<UInt8>, _ count: Int, _ tokenizer: borrowing Tokenizer) {
        symbolCount = 0
        pairCount = 0
        for index in splits.indices { splits[index] = 0 }
        var position = 0
        while position < count {
            var length = tokenizer.userDefined?.longestMatch(text + position, count - position) ?? 0
            let isFrozen = length > 0
            if !isFrozen { length = min(UnigramLattice.characterLength(text[position]), count - position) }
            append(
                Symbol(
                    start: Int32(position), length: Int32(length), previous: Int32(symbolCount) - 1,
                    next: position + length == count ? -1 : Int32(symbolCount) + 1,
                    slot: Self.walk(tokenizer.trie, tokenizer.trie.root, text + position, length), isFrozen: isFrozen))
            position += length
        }
        for right in 1..<max(1, symbolCount) { offer(right - 1, right, text, tokenizer) }
        while pairCount > 0 {
            let best = pop()
            let left = best.left
            let right = Int(best.right)
            // A pair whose symbols changed since is out of date.
            if symbols[left].length == 0 || symbols[right].length == 0
                || symbols[left].length &+ symbols[right].length != best.length
            {
                continue
            }
            symbols[left].slot = Self.walk(
                tokenizer.trie, tokenizer.trie.units[Int(symbols[left].slot)], text + Int(symbols[right].start),
                Int(symbols[right].length))
            symbols[left].length = best.length
            symbols[left].next = symbols[right].next
            if symbols[right].next >= 0 { symbols[Int(symbols[right].next)].previous = Int32(left) }
            symbols[right].length = 0
            if symbols[left].previous >= 0 { offer(Int(symbols[left].previous), left, text, tokenizer) }
            if symbols[left].next >= 0 { offer(left, Int(symbols[left].next), text, tokenizer) }
        }
    }

    /// Where the trie is after some bytes, -1 for nowhere.
    @inline(__always)
    private static func walk(_ trie: PieceTrie, _ unit: UInt64, _ text: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
        var unit = unit
        var slot = -1
        for index in 0..<count {
            slot = PieceTrie.slot(unit, text[index])
            unit = trie.units[slot]
            if !PieceTrie.matches(unit, text[index]) { return -1 }
        }
        return Int32(truncatingIfNeeded: slot)
    }

    /// Queues two neighbours if together they are a piece.
    @inline(__always)
    private mutating func offer(
        _ left: Int, _ right: Int, _ text: UnsafePointer<UInt8>, _ tokenizer: borrowing Tokenizer
    ) {
        let leftSymbol = symbols[left]
        let rightSymbol = symbols[right]
        if leftSymbol.isFrozen || rightSymbol.isFrozen || leftSymbol.slot < 0 { return }
        let trie = tokenizer.trie
        let slot = Self.walk(
            trie, trie.units[Int(leftSymbol.slot)], text + Int(rightSymbol.start), Int(rightSymbol.length))
        guard slot >= 0, PieceTrie.endsPiece(trie.units[Int(slot)]) else { return }
        let bits = Int32(bitPattern: PieceTrie.score(trie.units[Int(slot)]).bitPattern)
        // The order of floating-point numbers as integers: negative ones have their magnitude bits turned round.
        let ordered = UInt32(bitPattern: bits < 0 ? bits ^ Int32.max : bits) ^ 0x8000_0000
        push(
            Pair(
                order: UInt64(ordered) << 32 | UInt64(~UInt32(truncatingIfNeeded: left)), right: Int32(right),
                length: leftSymbol.length &+ rightSymbol.length))
        if !splits.isEmpty { splits[Int(trie.ids[Int(slot)])] = leftSymbol.length }
    }

    private mutating func append(_ symbol: Symbol) {
        if symbolCount == symbolCapacity {
            let new = UnsafeMutablePointer<Symbol>.allocate(capacity: symbolCapacity * 2)
            new.update(from: symbols, count: symbolCount)
            symbols.deallocate()
            symbols = new
            symbolCapacity *= 2
        }
        symbols[symbolCount] = symbol
        symbolCount += 1
    }

    private mutating func push(_ pair: Pair) {
        if pairCount == pairCapacity {
            let new = UnsafeMutablePointer<Pair>.allocate(capacity: pairCapacity * 2)
            new.update(from: pairs, count: pairCount)
            pairs.deallocate()
            pairs = new
            pairCapacity *= 2
        }
        var place = pairCount
        pairCount &+= 1
        while place > 0 {
            let parent = (place &- 1) >> 1
            if pairs[parent].order >= pair.order { break }
            pairs[place] = pairs[parent]
            place = parent
        }
        pairs[place] = pair
    }

    private mutating func pop() -> Pair {
        let best = pairs[0]
        pairCount &-= 1
        let last = pairs[pairCount]
        var place = 0
        while true {
            var child = 2 &* place &+ 1
            if child >= pairCount { break }
            if child &+ 1 < pairCount, pairs[child &+ 1].order > pairs[child].order { child &+= 1 }
            if pairs[child].order <= last.order { break }
            pairs[place] = pairs[child]
            place = child
        }
        pairs[place] = last
        return best
    }
}

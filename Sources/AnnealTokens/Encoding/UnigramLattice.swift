internal import CAnnealKernels

/// The search for the best segmentation under a unigram model: for each position of the normalised text, the best
/// piece that ends there. Scores are 32-bit sums from the start of the text, as in the reference, because rounding
/// decides between segmentations that are almost equal.
///
/// - Source: Viterbi's algorithm; Kudo, https://arxiv.org/abs/1804.10959
struct UnigramLattice: ~Copyable {
    struct Node {
        /// The sum of the scores up to here.
        var score: Float
        /// Where the last piece starts, -1 if no piece ends here.
        var start: Int32
        /// Where the last piece ends in the trie, -1 for an unknown piece.
        var slot: Int32
        /// How much better the best piece is than the next best.
        var gap: Float
    }

    /// A sum beyond this is taken as the new zero, so that sums stay precise.
    static let resetThreshold: Float = 100_000
    /// Paths that stay this far behind are given up early: far more than sums are rounded by.
    private static let pruningGap: Float = 0.5

    private(set) var nodes: UnsafeMutablePointer<Node>
    private var capacity = 1024
    /// Nodes before this one are initialised.
    private var initialized = 1
    /// The furthest position that a piece ends at.
    private(set) var frontier = 0
    /// Where the search goes on.
    private(set) var position = 0

    init() { nodes = .allocate(capacity: capacity) }

    deinit { nodes.deallocate() }

    /// Starts again at position 0 with the sum so far.
    mutating func restart(score: Float) {
        nodes[0] = Node(score: score, start: -1, slot: -1, gap: .infinity)
        initialized = 1
        frontier = 0
        position = 0
    }

    private mutating func prepare(_ count: Int) {
        if count >= capacity {
            let larger = max(capacity * 2, count + 1)
            let new = UnsafeMutablePointer<Node>.allocate(capacity: larger)
            new.update(from: nodes, count: initialized)
            nodes.deallocate()
            nodes = new
            capacity = larger
        }
        while initialized <= count {
            nodes[initialized] = Node(score: 0, start: -1, slot: -1, gap: .infinity)
            initialized &+= 1
        }
    }

    /// The last position through which the best path goes, whatever follows: 0 if none is known.
    ///
    /// Where no position is free of pieces that reach over it, the paths to all ends that pieces have so far mostly still
    /// have their first parts in common.
    /// - Complexity: O(longest piece · pieces since the position)
    func commonPosition() -> Int {
        var common = position
        for end in position...max(position, frontier) where end == position || nodes[end].start != -1 {
            var other = end
            while other != common {
                if other > common { other = Int(nodes[other].start) } else { common = Int(nodes[common].start) }
            }
        }
        return common
    }

    /// Forgets what is before a position through which the best path goes.
    mutating func removeFirst(_ length: Int) {
        initialized -= length
        nodes.update(from: nodes + length, count: initialized)
        let offset = Int32(truncatingIfNeeded: length)
        // Nodes whose piece starts before the position are on no path that counts.
        for index in 0..<initialized where nodes[index].start != -1 { nodes[index].start &-= offset }
        nodes[0].start = -1
        nodes[0].slot = -1
        frontier -= length
        position -= length
    }

    /// Frees storage beyond what an ordinary text needs, after an unusually long one.
    mutating func shrink() {
        guard capacity > 1 << 20 else { return }
        nodes.deallocate()
        capacity = 1024
        nodes = .allocate(capacity: capacity)
        restart(score: 0)
    }

    /// Searches on from all positions before `stop`.
    /// - Parameters:
    ///   - count: how much of the text there is. If it is not all, `stop` must be so far before it that no piece and
    ///     no character that starts before `stop` ends after `count`.
    ///   - cutAfter: stop also at the first position at or after this one that no piece reaches over.
    mutating func advance(
        _ text: UnsafePointer<UInt8>, _ count: Int, until stop: Int, cutAfter: Int, tokenizer: borrowing Tokenizer
    ) {
        prepare(count)
        let trie = tokenizer.trie
        let units = trie.units
        let nodes = nodes
        let unknownScore = tokenizer.unknownScore
        var start = position
        var frontier = frontier
        while start < stop {
            if start >= cutAfter, frontier <= start { break }
            var sum = nodes[start].score
            if sum < -Self.resetThreshold || sum > Self.resetThreshold {
                let offset = sum
                var index = start
                while index <= frontier {
                    if index == start || nodes[index].start != -1 { nodes[index].score -= offset }
                    index &+= 1
                }
                sum = 0
            }
            let length = min(Self.characterLength(text[start]), count &- start)
            var hasCharacter = false
            var unit = trie.root
            var index = start
            while index < count {
                let byte = text[index]
                let slot = PieceTrie.slot(unit, byte)
                unit = units[slot]
                if !PieceTrie.matches(unit, byte) { break }
                index &+= 1
                if PieceTrie.endsUsablePiece(unit) {
                    if index > frontier { frontier = index }
                    Self.offer(&nodes[index], PieceTrie.score(unit) + sum, start, Int32(truncatingIfNeeded: slot))
                    if index &- start == length { hasCharacter = true }
                }
            }
            if !hasCharacter {
                let end = start &+ length
                if end > frontier { frontier = end }
                Self.offer(&nodes[end], unknownScore + sum, start, -1)
            }
            start &+= length
        }
        self.frontier = frontier
        position = start
    }

    /// Searches a whole word, with the same result as `advance`.
    /// - Precondition: a zero byte follows the text; no sum in it goes beyond the reset threshold.
    mutating func searchWord(
        _ text: UnsafePointer<UInt8>, _ count: Int, score: Float, tokenizer: borrowing Tokenizer
    ) {
        restart(score: score)
        prepare(count)
        let root = tokenizer.trie.root
        let units = tokenizer.trie.units
        let nodes = nodes
        for index in 1...count { nodes[index].score = -Float.infinity }
        var start = 0
        while start < count {
            let sum = nodes[start].score
            let length = text[start] < 0x80 ? 1 : min(Self.characterLength(text[start]), count &- start)
            var hasCharacter = false
            var unit = root
            var index = start
            while true {
                // In bounds: no piece has a zero byte, so the walk ends at the one after the text.
                let byte = text[index]
                let slot = PieceTrie.slot(unit, byte)
                unit = units[slot]
                if !PieceTrie.matches(unit, byte) { break }
                index &+= 1
                if PieceTrie.endsUsablePiece(unit) {
                    Self.offerBelow(nodes + index, PieceTrie.score(unit) + sum, start, Int32(truncatingIfNeeded: slot))
                    if index &- start == length { hasCharacter = true }
                }
            }
            if !hasCharacter { Self.offerBelow(nodes + (start &+ length), tokenizer.unknownScore + sum, start, -1) }
            start &+= length
        }
        position = count
        frontier = count
    }

    /// Searches a word whose characters are single bytes, and takes its path, last piece first. Positions count from the
    /// word's first character; a piece that begins with the space symbol before it starts at -1.
    /// - Parameter isLetters: whether all characters are small letters.
    /// - Returns: the smallest gap between a piece of the path and the next best one; nil if a character is unknown.
    /// - Precondition: a zero byte follows the text; no sum in it goes beyond the reset threshold.
    @_optimize(speed)  // where all else is made small
    mutating func searchPlainWord(
        _ text: UnsafePointer<UInt8>, _ count: Int, isLetters: Bool, hasPrefix: Bool, score: Float,
        path: inout PathStack, tokenizer: borrowing Tokenizer
    ) -> Float? {
        restart(score: score)
        prepare(count)
        let root = tokenizer.trie.root
        let units = tokenizer.trie.units
        let nodes = nodes
        let ids = tokenizer.trie.ids
        for index in 1...count { nodes[index].score = -Float.infinity }
        if hasPrefix {
            let space = tokenizer.trie.spaceSymbol
            nodes[0] = Node(
                score: PieceTrie.score(space.unit) + score, start: -1, slot: Int32(truncatingIfNeeded: space.slot),
                gap: .infinity)
            var unit = space.unit
            var index = 0
            while true {
                // In bounds, here and below: no piece has a zero byte, so the walk ends at the one after the text.
                let byte = text[index]
                let slot = PieceTrie.slot(unit, byte)
                unit = units[slot]
                if !PieceTrie.matches(unit, byte) { break }
                index &+= 1
                if PieceTrie.endsUsablePiece(unit) {
                    // Far away, and needed at the word's end if the piece is on the path.
                    anneal_prefetch(ids + slot)
                    Self.offerBelow(nodes + index, PieceTrie.score(unit) + score, -1, Int32(truncatingIfNeeded: slot))
                }
            }
        }
        let letterPairs = tokenizer.trie.letterPairs
        let bounds = tokenizer.scoreBounds
        let last = nodes + count
        var gap = Float.infinity
        for start in 0..<count {
            let sum = nodes[start].score
            var byte = text[start]
            // Hopeless: whatever follows takes from the sum, and a path to the end is known that is better by far.
            if sum + bounds[Int(byte)] < last.pointee.score - Self.pruningGap {
                gap = Self.pruningGap
                continue
            }
            var slot = PieceTrie.slot(root, byte)
            var unit = units[slot]
            // An unknown character.
            if !PieceTrie.matches(unit, byte) || !PieceTrie.endsUsablePiece(unit) { return nil }
            var node = nodes + (start &+ 1)
            Self.offerBelow(node, PieceTrie.score(unit) + sum, start, Int32(truncatingIfNeeded: slot))
            let first = byte
            byte = text[start &+ 1]
            slot = PieceTrie.slot(unit, byte)
            unit = isLetters ? letterPairs[PieceTrie.letterPair(first, byte)] : units[slot]
            while PieceTrie.matches(unit, byte) {
                node += 1
                if PieceTrie.endsUsablePiece(unit) {
                    anneal_prefetch(ids + slot)
                    Self.offerBelow(node, PieceTrie.score(unit) + sum, start, Int32(truncatingIfNeeded: slot))
                }
                byte = text[node - nodes]
                slot = PieceTrie.slot(unit, byte)
                unit = units[slot]
            }
        }
        path.removeAll()
        var end = count
        while end >= (hasPrefix ? 0 : 1) {
            let node = nodes[end]
            gap = min(gap, node.gap)
            let id = Int32(truncatingIfNeeded: ids[Int(node.slot)])
            path.push(PathStack.Piece(start: node.start, end: Int32(truncatingIfNeeded: end), id: id))
            end = Int(node.start)
        }
        return gap
    }

    /// Like `offer`, for nodes whose score is -infinity as long as no piece ends there.
    @inline(__always)
    private static func offerBelow(_ node: UnsafeMutablePointer<Node>, _ score: Float, _ start: Int, _ slot: Int32) {
        let lead = score - node.pointee.score
        if lead > 0 {
            node.pointee = Node(score: score, start: Int32(truncatingIfNeeded: start), slot: slot, gap: lead)
        } else {
            node.pointee.gap = min(node.pointee.gap, -lead)
        }
    }

    /// The number of bytes that a first byte announces.
    @inline(__always)
    static func characterLength(_ first: UInt8) -> Int {
        if first < 0xC0 { return 1 }
        return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    }

    @inline(__always)
    private static func offer(_ node: inout Node, _ score: Float, _ start: Int, _ slot: Int32) {
        if node.start == -1 || score > node.score {
            // A first piece has nothing to be better than: the gap stays infinite.
            if node.start != -1 { node.gap = score - node.score }
            node.score = score
            node.start = Int32(truncatingIfNeeded: start)
            node.slot = slot
        } else {
            node.gap = min(node.gap, node.score - score)
        }
    }
}

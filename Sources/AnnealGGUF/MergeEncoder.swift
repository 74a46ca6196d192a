/// Cuts texts into tokens by merges: of all neighbours that together are a piece, the two with the best score become one,
/// the leftmost first among equals, until no two neighbours are a piece.
///
/// A text is cut where no piece has both neighbours, before anything is merged: no merge reaches over such a place, so
/// that words, mostly, are merged one by one.
///
/// Ids are those of SentencePiece with a normaliser that changes nothing but spaces. Source: Sennrich, Haddow and Birch,
/// https://arxiv.org/abs/1508.07909.
struct MergeEncoder: ~Copyable {
    private let vocabulary: MergeVocabulary
    private var queue = MergeQueue()
    /// A part of the text with `▁` for spaces and U+FFFD for what is no UTF-8, and where each of its bytes comes from.
    private var part: [UInt8] = []
    private var origins: [UInt32] = []
    /// A token for what no piece covers, which more of the same may make longer.
    private var unknown: GGUFToken?

    /// Parts beyond it leave no storage behind.
    private static let keptBytes = 1 << 16

    init(_ vocabulary: MergeVocabulary) { self.vocabulary = vocabulary }

    /// Hands on the tokens of a text in order.
    /// - Complexity: O(n log n) in the bytes of the longest part, O(n) in the bytes of the text. Storage is in proportion to
    ///   the longest part.
    mutating func forEachToken<Failure: Error>(
        of text: UnsafeBufferPointer<UInt8>, _ body: (GGUFToken) throws(Failure) -> Void
    ) throws(Failure) {
        clear()
        unknown = nil
        /// The bytes of the character before, from its first on; 0 before the first.
        var last: UInt32 = 0
        if vocabulary.addsSpaceBefore, !text.isEmpty { last = append(" ", 0) }
        var position = 0
        while position < text.count {
            let start = position
            let scalar = UTF8Characters.next(text, &position) ?? "\u{FFFD}"
            let character = Self.bytes(of: scalar)
            if last != 0, !vocabulary.pairs.mayHave(last, character) { try endPart(start, body) }
            last = append(scalar, start)
        }
        try endPart(text.count, body)
        if let unknown { try body(unknown) }
    }

    /// The bytes of a character as it is sought.
    @inline(__always)
    private static func bytes(of scalar: Unicode.Scalar) -> UInt32 {
        let value = scalar.value
        if value < 0x80 { return value == 0x20 ? 0xE29681 : value }
        let last = 0x80 | value & 0x3F
        if value < 0x800 { return (0xC0 | value >> 6) << 8 | last }
        let third = 0x80 | (value >> 6) & 0x3F
        if value < 0x1_0000 { return (0xE0 | value >> 12) << 16 | third << 8 | last }
        return (0xF0 | value >> 18) << 24 | (0x80 | (value >> 12) & 0x3F) << 16 | third << 8 | last
    }

    private mutating func append(_ scalar: Unicode.Scalar, _ origin: Int) -> UInt32 {
        let character = Self.bytes(of: scalar)
        var shift: UInt32 = character < 0x100 ? 0 : character < 0x1_0000 ? 8 : character < 0x100_0000 ? 16 : 24
        while true {
            part.append(UInt8(truncatingIfNeeded: character >> shift))
            origins.append(UInt32(truncatingIfNeeded: origin))
            if shift == 0 { return character }
            shift -= 8
        }
    }

    private mutating func clear() {
        let keeps = part.capacity <= Self.keptBytes
        part.removeAll(keepingCapacity: keeps)
        origins.removeAll(keepingCapacity: keeps)
        if !keeps { queue = MergeQueue() }
    }

    /// Merges the part, hands on its tokens, and begins the next.
    private mutating func endPart<Failure: Error>(
        _ end: Int, _ body: (GGUFToken) throws(Failure) -> Void
    ) throws(Failure) {
        guard !part.isEmpty else { return }
        defer { clear() }
        origins.append(UInt32(truncatingIfNeeded: end))
        part.withUnsafeBufferPointer { queue.merge($0, vocabulary) }
        var place: Int32 = 0
        while place >= 0 {
            let symbol = queue.symbols[Int(place)]
            place = symbol.next
            let (first, last) = (Int(symbol.start), Int(symbol.start + symbol.length))
            if let id = queue.id(of: symbol, part, vocabulary) {
                if let unknown { try body(unknown) }
                unknown = nil
                try body(GGUFToken(id: id, start: origins[first], end: origins[last]))
            } else if let id = vocabulary.unknownID, vocabulary.byteIDs.isEmpty {
                unknown = GGUFToken(id: id, start: unknown?.start ?? origins[first], end: origins[last])
            } else {
                for index in first..<last {
                    // The last byte stands for the whole character.
                    try body(
                        GGUFToken(
                            id: vocabulary.byteIDs[Int(part[index])], start: origins[first],
                            end: index == last - 1 ? origins[last] : origins[first]))
                }
            }
        }
    }
}

/// The symbols of a part, and the pairs of neighbours that may be merged, the best first.
private struct MergeQueue {
    struct Symbol {
        var start: Int32
        /// 0 once it was merged into its left neighbour.
        var length: Int32
        var previous: Int32
        var next: Int32
        /// Of a user-defined piece, which is never merged; else negative.
        var userDefinedID: Int32
    }

    private struct Pair {
        /// The score in the high half, so that larger is better, and the left symbol inverted in the low half.
        let order: UInt64
        let right: Int32
        /// Of both together: a pair whose symbols have changed since has another.
        let length: Int32

        var left: Int { Int(~UInt32(truncatingIfNeeded: order)) }
    }

    /// From the first along `next`.
    private(set) var symbols: [Symbol] = []
    /// A heap.
    private var pairs: [Pair] = []

    /// - Precondition: the text is UTF-8, and not empty.
    mutating func merge(_ text: UnsafeBufferPointer<UInt8>, _ vocabulary: MergeVocabulary) {
        symbols.removeAll(keepingCapacity: true)
        pairs.removeAll(keepingCapacity: true)
        var position = 0
        while position < text.count {
            let rest = UnsafeBufferPointer(rebasing: text[position...])
            let match = vocabulary.userDefined?.longestMatch(rest)
            let length = match?.count ?? min(rest.count, UTF8Characters.length(rest[0]))
            let index = Int32(symbols.count)
            symbols.append(
                Symbol(
                    start: Int32(position), length: Int32(length), previous: index - 1,
                    next: position + length == text.count ? -1 : index + 1,
                    userDefinedID: match.map { Int32($0.id) } ?? -1))
            position += length
        }
        for right in 1..<max(1, symbols.count) { offer(right - 1, right, text, vocabulary) }
        while let best = pop() {
            let (left, right) = (best.left, Int(best.right))
            guard symbols[left].length > 0, symbols[right].length > 0,
                symbols[left].length + symbols[right].length == best.length
            else { continue }
            symbols[left].length = best.length
            symbols[left].next = symbols[right].next
            if symbols[right].next >= 0 { symbols[Int(symbols[right].next)].previous = Int32(left) }
            symbols[right].length = 0
            if symbols[left].previous >= 0 { offer(Int(symbols[left].previous), left, text, vocabulary) }
            if symbols[left].next >= 0 { offer(left, Int(symbols[left].next), text, vocabulary) }
        }
    }

    /// The piece that a symbol is, if it is one.
    func id(of symbol: Symbol, _ text: [UInt8], _ vocabulary: MergeVocabulary) -> UInt32? {
        if symbol.userDefinedID >= 0 { return UInt32(symbol.userDefinedID) }
        return text.withUnsafeBufferPointer { text in
            vocabulary.pieces.find(
                UnsafeBufferPointer(rebasing: text[Int(symbol.start)..<Int(symbol.start + symbol.length)]))
        }
    }

    /// Queues two neighbours if together they are a piece.
    private mutating func offer(
        _ left: Int, _ right: Int, _ text: UnsafeBufferPointer<UInt8>, _ vocabulary: MergeVocabulary
    ) {
        let (first, second) = (symbols[left], symbols[right])
        if first.userDefinedID >= 0 || second.userDefinedID >= 0 { return }
        let end = Int(second.start + second.length)
        guard let id = vocabulary.pieces.find(UnsafeBufferPointer(rebasing: text[Int(first.start)..<end])) else {
            return
        }
        let bits = Int32(bitPattern: vocabulary.scores[Int(id)].bitPattern)
        // The order of floating-point numbers as integers: negative ones have their magnitude bits turned round.
        let ordered = UInt32(bitPattern: bits < 0 ? bits ^ Int32.max : bits) ^ 0x8000_0000
        push(
            Pair(
                order: UInt64(ordered) << 32 | UInt64(~UInt32(left)), right: Int32(right),
                length: first.length + second.length))
    }

    private mutating func push(_ pair: Pair) {
        var place = pairs.count
        pairs.append(pair)
        while place > 0 {
            let parent = (place - 1) >> 1
            if pairs[parent].order >= pair.order { break }
            pairs[place] = pairs[parent]
            place = parent
        }
        pairs[place] = pair
    }

    private mutating func pop() -> Pair? {
        guard let best = pairs.first, let last = pairs.popLast() else { return nil }
        guard !pairs.isEmpty else { return best }
        var place = 0
        while case var child = 2 * place + 1, child < pairs.count {
            if child + 1 < pairs.count, pairs[child + 1].order > pairs[child].order { child += 1 }
            if pairs[child].order <= last.order { break }
            pairs[place] = pairs[child]
            place = child
        }
        pairs[place] = last
        return best
    }
}

/// Turns texts into tokens; one for each thread.
///
/// Words are looked up in a cache of fixed size first, by their bytes in the original text. What the cache does not
/// have is normalised and segmented. A text longer than a few words needs no storage in proportion to its length,
/// but for a stretch without a cut, of which at most ``unitLimit`` bytes are kept. Byte-pair models keep a whole word.
///
///     var encoder = TokenEncoder(tokenizer)
///     encoder.begin(text)
///     while case let count = encoder.next(into: window, starts: nil, ends: nil), count > 0 { … }
///
/// - Complexity: O(n) in the length of the text for unigram models. For byte-pair models O(n log n) in the length of
///   the longest word.
public struct TokenEncoder: ~Copyable {
    /// The longest text, in bytes.
    public static let textLimit = Int(Int32.max)

    public let tokenizer: Tokenizer
    var cache = WordCache()
    let longCache = LongWordCache()
    var scan = WordScan()
    var normalized = NormalizedText()
    var lattice = UnigramLattice()
    var merges: MergeQueue
    var pending = PendingTokens()
    /// Ends of the pieces of a path, from its last to its first.
    var path: PathStack

    // The text, borrowed from `begin` to the last `next`.
    var text: UnsafePointer<UInt8>
    var count = 0
    var position = 0
    /// Where the next word's space symbol came from.
    var spaceOrigin = 0
    /// The sum of the scores so far, as the reference has it.
    var score: Float = 0
    /// Whether the next word is the first of the text with any content.
    var isFirst = true
    /// Whether the next word begins with a space symbol: it follows a space, or the model puts one before the text.
    var hasPrefix = true
    /// Whether the last piece was unknown: runs of unknown pieces are one token.
    var lastIsUnknown = false
    var unit: Unit?
    /// How many tokens ``nextKnown(into:starts:ends:)`` has had of the text, those that it left out among them.
    public internal(set) var tokenCount = 0
    /// How many of them it left out.
    public internal(set) var unknownCount = 0
    /// A token that `nextKnown` has read already.
    var ahead: Token?

    public init(_ tokenizer: Tokenizer) {
        self.tokenizer = tokenizer
        merges = MergeQueue(tokenizer)
        path = PathStack()
        text = UnsafePointer(scan.copy)
    }

    /// Starts a text; what is left of the one before is forgotten.
    /// - Parameter text: any bytes; what is no UTF-8 becomes U+FFFD, byte by byte. Must stay valid until `next`
    ///   returned 0 or `begin` is called again.
    /// - Precondition: `text.count <= textLimit`.
    public mutating func begin(_ text: UnsafeBufferPointer<UInt8>) {
        precondition(text.count <= Self.textLimit)
        pending.removeAll()
        normalized.shrink()
        lattice.shrink()
        merges.shrink()
        self.text = text.baseAddress ?? UnsafePointer(scan.copy)
        count = text.count
        position = 0
        score = 0
        isFirst = true
        lastIsUnknown = false
        unit = nil
        tokenCount = 0
        unknownCount = 0
        ahead = nil
        if tokenizer.splitsAtSpaces {
            skipLeadingSpaces()
            spaceOrigin = position
            hasPrefix = tokenizer.normalization.addDummyPrefix
            scan.clear()
        } else if count > 0 {
            beginUnit()
        }
    }

    /// Gives the next tokens of the text.
    /// - Parameters:
    ///   - ids: filled from its start; as many as fit unless the text ends.
    ///   - starts: if given, byte offsets in the original text where the tokens start; room as for `ids`.
    ///   - ends: if given, byte offsets after the tokens.
    /// - Returns: how many tokens were given, 0 at the end of the text.
    /// - Precondition: `ids` is not empty.
    /// - Complexity: O(bytes of the text used up); no heap allocation once the scratch storage has grown to the longest
    ///   word seen.
    @_optimize(speed)  // where all else is made small
    public mutating func next(
        into ids: UnsafeMutableBufferPointer<UInt32>, starts: UnsafeMutablePointer<UInt32>?,
        ends: UnsafeMutablePointer<UInt32>?
    ) -> Int {
        guard let output = ids.baseAddress, ids.count > 0 else { preconditionFailure("no room for a token") }
        var filled = 0
        while true {
            // A run of unknown pieces may go on: its token is not ready before the unit goes on.
            let held = unit != nil && lastIsUnknown ? 1 : 0
            filled += pending.drain(
                to: output + filled, starts.map { $0 + filled }, ends.map { $0 + filled }, room: ids.count - filled,
                held: held)
            if filled == ids.count { return filled }
            if unit != nil {
                advanceUnit()
            } else if position < count {
                if scan.next == scan.boundaryCount { scan.scan(text, count, from: position, tokenizer) }
                filled = copyCachedWords(output, starts, ends, filled, ids.count)
                if scan.next < scan.boundaryCount || scan.start == position, filled < ids.count { encodeWord() }
            } else {
                return filled
            }
        }
    }

    /// The ids of a text.
    public mutating func encode(_ text: String) -> [UInt32] {
        var text = text
        return text.withUTF8 { encode($0) }
    }

    /// The ids of a text of any bytes.
    public mutating func encode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt32] {
        begin(text)
        var result: [UInt32] = []
        var filled = 0
        repeat {
            filled = withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 256) { ids in
                let filled = next(into: ids, starts: nil, ends: nil)
                result.append(contentsOf: ids[..<filled])
                return filled
            }
        } while filled > 0
        return result
    }

    /// The tokens of a text with their bytes in it.
    public mutating func tokens(of text: String) -> [Token] {
        var text = text
        return text.withUTF8 { tokens(of: $0) }
    }

    /// The tokens of a text of any bytes.
    public mutating func tokens(of text: UnsafeBufferPointer<UInt8>) -> [Token] {
        begin(text)
        var result: [Token] = []
        var filled = 0
        repeat {
            filled = withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 3 * 256) { room in
                guard let base = room.baseAddress else { return 0 }
                let ids = UnsafeMutableBufferPointer(start: base, count: 256)
                let filled = next(into: ids, starts: base + 256, ends: base + 512)
                for index in 0..<filled {
                    result.append(Token(id: base[index], start: base[256 + index], end: base[512 + index]))
                }
                return filled
            }
        } while filled > 0
        return result
    }

    /// Skips what the normaliser takes off the start of a text: all that becomes exactly one space.
    mutating func skipLeadingSpaces() {
        while position < count {
            if text[position] != 0x20 {
                if tokenizer.normalization.simple[Int(text[position])] != NormalizationRules.notSimple { return }
                let prefix = NormalizedPrefix(text + position, count - position, tokenizer.normalization)
                guard prefix.outputLength == 1, prefix.output[0] == 0x20 else { return }
                position += prefix.length
            } else if tokenizer.splitsAtSpaces {
                position += 1
            } else {
                let prefix = NormalizedPrefix(text + position, count - position, tokenizer.normalization)
                guard prefix.outputLength == 1, prefix.output[0] == 0x20 else { return }
                position += prefix.length
            }
        }
    }
}

internal import CAnnealKernels

/// The boundaries of the words in a stretch of text, and a copy of the stretch whose case is folded if the model does
/// so and behind which whole words of memory may be read.
///
/// A word here is what can be segmented on its own: what stands between spaces or, if the model's pieces allow it, a
/// run of letters or of other characters (``Tokenizer/splitsAtClasses``). Some words end inside of words, where the model's
/// normaliser puts a space (``Tokenizer/endsWordsInside``).
struct WordScan: ~Copyable {
    /// Bytes that are scanned in one go.
    static let stretchLimit = 4096

    /// What is needed of a word to look it up.
    struct Word {
        /// See ``WordCache``.
        var key: (UInt64, UInt64)
        /// Where the cache keeps it, if it keeps words of this length.
        var line: Int
        /// So that a place in the table is found by a shift.
        private var filler = 0

        init(key: (UInt64, UInt64), line: Int) {
            self.key = key
            self.line = line
        }
    }

    /// Words that are prepared at a time: as many as the processor can wait for at once.
    static let groupSize = 16

    let copy: UnsafeMutablePointer<UInt8>
    /// Sixteen bytes of ones before here, as many of zero behind: what keeps the first bytes of a key.
    private let masks: UnsafeMutablePointer<UInt8>
    /// The words of two groups: that of boundary `b` at `b & wordMask`.
    let words: UnsafeMutablePointer<Word>
    static let wordMask = 2 * groupSize - 1
    /// Words before this boundary are prepared, where the next one starts in the stretch, and whether a space symbol comes
    /// before it.
    private(set) var lastPrepared = 0
    private var preparedPosition = 0
    private var preparedPrefix: UInt64 = 0
    /// For each boundary four times its position in the stretch, plus three if it is a space, plus two if a word begins
    /// there as behind a space. `start(behind:)` and the functions beside it read them.
    let boundaries: UnsafeMutablePointer<UInt32>
    private(set) var boundaryCount = 0
    /// Boundaries before this one were passed.
    var next = 0
    /// Where the stretch lies in the text.
    private(set) var start = 0
    private(set) var end = 0

    init() {
        words = .allocate(capacity: Self.wordMask + 1)
        copy = .allocate(capacity: Self.stretchLimit + Int(anneal_scan_block))
        copy.initialize(repeating: 0, count: Self.stretchLimit + Int(anneal_scan_block))
        boundaries = .allocate(capacity: Self.stretchLimit + 9)
        masks = .allocate(capacity: 32) + 16
        (masks - 16).initialize(repeating: 0xFF, count: 16)
        masks.initialize(repeating: 0, count: 16)
    }

    deinit {
        words.deallocate()
        copy.deallocate()
        boundaries.deallocate()
        (masks - 16).deallocate()
    }

    /// Where the word before a boundary ends, in the stretch.
    @inline(__always) static func end(before boundary: UInt32) -> Int { Int(truncatingIfNeeded: boundary >> 2) }

    /// Where the word behind a boundary starts, in the stretch.
    @inline(__always)
    static func start(behind boundary: UInt32) -> Int { Int(truncatingIfNeeded: (boundary &+ 1) >> 2) }

    /// Whether the word behind a boundary begins as behind a space.
    @inline(__always) static func hasPrefix(behind boundary: UInt32) -> Bool { boundary & 2 != 0 }

    /// Forgets the stretch.
    mutating func clear() {
        lastPrepared = 0
        boundaryCount = 0
        next = 0
        start = 0
        end = 0
    }

    /// Scans the text from `position`, where a word starts. The end of the text is a boundary too.
    mutating func scan(_ text: UnsafePointer<UInt8>, _ count: Int, from position: Int, _ tokenizer: borrowing Tokenizer)
    {
        lastPrepared = 0
        start = position
        end = min(count, position &+ Self.stretchLimit)
        next = 0
        let rules = anneal_scan_rules(
            cuts_at_classes: tokenizer.splitsAtClasses ? 1 : 0, folds_case: tokenizer.normalization.foldsCase ? 1 : 0,
            ends_words: tokenizer.endsWordsInside ? 1 : 0,
            is_behind_mark: tokenizer.endsWordsInside
                && NormalizationRules.isTakenByMark(text, at: position) ? 1 : 0)
        boundaryCount = anneal_scan(text + position, end &- position, rules, copy, boundaries)
        if end == count {
            boundaries[boundaryCount] = UInt32(truncatingIfNeeded: end &- position) << 2
            boundaryCount &+= 1
        }
    }

    /// Prepares the words from boundary `next` on for being looked up, and has their lines of the cache brought near:
    /// the lines are all over a table that is larger than the processor's near memory, and waiting for one after the
    /// other is most of the time that known words take.
    /// - Parameters:
    ///   - position: where the first word starts in the stretch.
    ///   - hasPrefix: whether a space symbol comes before it.
    mutating func prepare(_ cache: borrowing WordCache, from position: Int, hasPrefix: Bool) {
        lastPrepared = next
        preparedPosition = position
        preparedPrefix = hasPrefix ? 1 : 0
        prepareGroup(cache)
    }

    /// Prepares the next group.
    @_optimize(speed)  // where all else is made small
    mutating func prepareGroup(_ cache: borrowing WordCache) {
        let last = min(lastPrepared &+ Self.groupSize, boundaryCount)
        let bytes = UnsafeRawPointer(copy)
        let masks = UnsafeRawPointer(masks)
        let boundaries = boundaries
        let words = words
        let entries = cache.entries
        var position = preparedPosition
        var prefix = preparedPrefix
        var index = lastPrepared
        while index < last {
            let boundary = boundaries[index]
            // In bounds: the copy has a whole block behind its last byte.
            var key = (
                bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self).littleEndian,
                bytes.loadUnaligned(fromByteOffset: position &+ 8, as: UInt64.self).littleEndian
            )
            let length = Self.end(before: boundary) &- position
            var line = 0
            if UInt(bitPattern: length &- 1) < UInt(WordCache.wordLimit) {
                let mask = masks - length
                key.0 &= mask.loadUnaligned(as: UInt64.self).littleEndian
                key.1 &= mask.loadUnaligned(fromByteOffset: 8, as: UInt64.self).littleEndian
                key.1 |= WordCache.tail(length: length, prefix: prefix)
                line = cache.line(key.0, key.1)
                anneal_prefetch(entries + line)
            } else {
                key.1 = WordCache.noKey
            }
            words[index & Self.wordMask] = Word(key: key, line: line)
            position = Self.start(behind: boundary)
            prefix = UInt64(boundary >> 1 & 1)
            index &+= 1
        }
        preparedPosition = position
        preparedPrefix = prefix
        lastPrepared = last
    }

    /// Forgets where the cache keeps the words that were prepared.
    mutating func prepareAgain() { lastPrepared = next }

    /// Skips the boundaries before `position`, where a word need not have been prepared to start.
    @inline(__always)
    mutating func skip(to position: Int) {
        while next < boundaryCount, start &+ Self.end(before: boundaries[next]) < position { next &+= 1 }
        lastPrepared = next
    }
}

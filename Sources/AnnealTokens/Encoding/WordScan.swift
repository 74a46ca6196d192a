internal import CAnnealText

/// The boundaries of the words in a stretch of text, and a copy of the stretch whose case is folded if the model does
/// so and behind which whole words of memory may be read.
///
/// A word here is what can be segmented on its own: what stands between spaces or, if the model's pieces allow it, a
/// run of letters or of other characters (``Tokenizer/splitsAtClasses``).
struct WordScan: ~Copyable {
    /// Bytes that are scanned in one go.
    static let stretchLimit = 4096

    let copy: UnsafeMutablePointer<UInt8>
    /// For each boundary twice its position in the stretch, plus one if it is a space.
    let boundaries: UnsafeMutablePointer<UInt32>
    private(set) var boundaryCount = 0
    /// Boundaries before this one were passed.
    var next = 0
    /// Where the stretch lies in the text.
    private(set) var start = 0
    private(set) var end = 0

    init() {
        copy = .allocate(capacity: Self.stretchLimit + Int(anneal_scan_block))
        copy.initialize(repeating: 0, count: Self.stretchLimit + Int(anneal_scan_block))
        boundaries = .allocate(capacity: Self.stretchLimit + 9)
    }

    deinit {
        copy.deallocate()
        boundaries.deallocate()
    }

    /// Forgets the stretch.
    mutating func clear() {
        boundaryCount = 0
        next = 0
        start = 0
        end = 0
    }

    /// Scans the text from `position`, where a word starts. The end of the text is a boundary too.
    mutating func scan(_ text: UnsafePointer<UInt8>, _ count: Int, from position: Int, _ tokenizer: borrowing Tokenizer)
    {
        start = position
        end = min(count, position &+ Self.stretchLimit)
        next = 0
        let rules = anneal_scan_rules(
            cuts_at_classes: tokenizer.splitsAtClasses ? 1 : 0, folds_case: tokenizer.normalization.foldsCase ? 1 : 0)
        boundaryCount = anneal_scan(text + position, end &- position, rules, copy, boundaries)
        if end == count {
            boundaries[boundaryCount] = UInt32(truncatingIfNeeded: end &- position) << 1
            boundaryCount &+= 1
        }
    }

    /// Skips the boundaries before `position`.
    @inline(__always)
    mutating func skip(to position: Int) {
        while next < boundaryCount, start &+ Int(boundaries[next] >> 1) < position { next &+= 1 }
    }
}

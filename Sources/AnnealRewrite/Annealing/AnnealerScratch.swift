import AnnealProgram

/// The memory of an annealer, for one window, allocated once.
///
/// The counters lie behind a pointer too: the loops that change them only borrow the annealer.
struct AnnealerScratch: ~Copyable {
    /// The best bid whose first matched slot is this one.
    let bids: UnsafeMutablePointer<Bid>
    /// The first step in which a rule that is inhibited now may bid at this slot again; `Int.max` if there is none.
    let wakes: UnsafeMutablePointer<Int>
    /// The slots of the live items, ascending.
    let live: UnsafeMutablePointer<UInt8>
    /// For each slot the number of live items before it.
    let rank: UnsafeMutablePointer<UInt16>
    /// Tokens by original position, kept by debug builds for the verifier.
    let original: UnsafeMutablePointer<UInt32>
    /// The items that the last command changed, as they were: what undoing needs.
    var saved = Program()
    /// The best ordinary phrases for a slot.
    let best: UnsafeMutablePointer<BestPhrases>
    private let counters: UnsafeMutablePointer<Int>
    /// Number of live items.
    @inline(__always) var liveCount: Int {
        get { counters[0] }
        nonmutating set { counters[0] = newValue }
    }
    /// The least of ``wakes``.
    @inline(__always) var nextWake: Int {
        get { counters[1] }
        nonmutating set { counters[1] = newValue }
    }
    /// For each slot the byte of ``RuleTable/begins`` of its token.
    let begins: UnsafeMutablePointer<UInt8>
    /// Pairs that the filter lets pass: the place in the index in the upper half, then the first slot, then the second.
    let candidates: UnsafeMutablePointer<UInt64>
    /// The bids of ordinary rules, in judged modes.
    let phraseBids: UnsafeMutablePointer<PhraseBid>
    static let pairLimit = Program.windowLimit * PairIndex.distanceLimit
    /// The sum of the keys of a window, and for each slot the agreement with it and the gain index that follows.
    let contextSum: UnsafeMutablePointer<Int32>
    let agreements: UnsafeMutablePointer<Int32>
    let gains: UnsafeMutablePointer<UInt8>

    init() {
        best = .allocate(capacity: Program.windowLimit)
        best.initialize(repeating: BestPhrases(), count: Program.windowLimit)
        counters = .allocate(capacity: 2)
        counters.initialize(repeating: 0, count: 2)
        contextSum = .allocate(capacity: ContextCodes.width)
        contextSum.initialize(repeating: 0, count: ContextCodes.width)
        agreements = .allocate(capacity: Program.windowLimit)
        agreements.initialize(repeating: 0, count: Program.windowLimit)
        gains = .allocate(capacity: Program.windowLimit)
        gains.initialize(repeating: 0, count: Program.windowLimit)
        begins = .allocate(capacity: Program.windowLimit)
        begins.initialize(repeating: 0, count: Program.windowLimit)
        // One more than all pairs, because a candidate is written before it is known to be one. These two are large, and
        // written before they are read: a process for one text is spared the pages.
        candidates = .allocate(capacity: Self.pairLimit + 1)
        phraseBids = .allocate(capacity: Self.pairLimit)
        bids = .allocate(capacity: Program.windowLimit)
        bids.initialize(repeating: .none, count: Program.windowLimit)
        wakes = .allocate(capacity: Program.windowLimit)
        wakes.initialize(repeating: .max, count: Program.windowLimit)
        live = .allocate(capacity: Program.windowLimit)
        live.initialize(repeating: 0, count: Program.windowLimit)
        rank = .allocate(capacity: Program.windowLimit)
        rank.initialize(repeating: 0, count: Program.windowLimit)
        original = .allocate(capacity: Program.windowLimit)
        original.initialize(repeating: 0, count: Program.windowLimit)
    }

    deinit {
        counters.deallocate()
        contextSum.deallocate()
        agreements.deallocate()
        gains.deallocate()
        best.deallocate()
        begins.deallocate()
        candidates.deallocate()
        phraseBids.deallocate()
        bids.deallocate()
        wakes.deallocate()
        live.deallocate()
        rank.deallocate()
        original.deallocate()
    }
}

import AnnealProgram

/// The memory of an annealer, for one window, allocated once.
final class AnnealerScratch {
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
    let saved = SavedItems()
    var liveCount = 0
    /// The least of ``wakes``.
    var nextWake = Int.max

    init() {
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
        bids.deallocate()
        wakes.deallocate()
        live.deallocate()
        rank.deallocate()
        original.deallocate()
        saved.deallocate()
    }
}

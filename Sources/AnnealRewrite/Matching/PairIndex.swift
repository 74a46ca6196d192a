import AnnealPlatform
internal import CAnnealKernels

/// Finds the rules of two literal tokens: a hash table with open addressing on (first token, second token, distance).
///
/// Most rules of a model are of this kind, and most neighbours of a text are no pair of any rule. Two filters keep the
/// table's cache misses away: for each token one byte says at which distances it begins a pair, and eight bits a slot
/// say whether the pair may be there at all.
struct PairIndex {
    /// Pairs farther apart are found through ``GenericIndex``: the byte of a token has seven bits for distances.
    static let distanceLimit = 7
    /// A rule that would lie farther from its place is left to ``GenericIndex``, so that rules that are hostile
    /// (many of one pair) cost a search of this length at most.
    static let probeLimit = 512

    /// A rule of a pair at one distance, in sixteen bytes, so that a slot never lies in two cache lines.
    struct Entry: BitwiseCopyable {
        /// Distance in bits 0-2, second token 3-23, first 24-44; ordinary 45, has a code 46, the upper 17 bits of the row
        /// 47-63.
        var key: UInt64
        /// Confidence in bits 0-31, rule 32-54, the lower 9 bits of the row 55-63.
        var value: UInt64

        /// A slot without a rule: no rule has the distance 0.
        static let empty = Entry(key: 0, value: 0)
        static let keyMask: UInt64 = 1 << 45 - 1
        private static let ordinaryBit: UInt64 = 1 << 45
        private static let codeBit: UInt64 = 1 << 46
        /// Tokens, rules and rows from here on do not fit.
        static let tokenLimit: UInt32 = 1 << 21 - 1
        static let ruleLimit = 1 << 23
        static let rowLimit: UInt32 = 1 << 26

        @inline(__always) var isEmpty: Bool { key == 0 }
        @inline(__always) func has(_ key: UInt64) -> Bool { (self.key ^ key) & Self.keyMask == 0 }
        @inline(__always) var confidence: Int32 { Int32(truncatingIfNeeded: value) }
        @inline(__always) var rule: Int { Int(truncatingIfNeeded: value >> 32 & 0x7F_FFFF) }
        @inline(__always) var hasCode: Bool { key & Self.codeBit != 0 }
        /// Whether this is an ordinary phrase whose score does not depend on the context.
        @inline(__always) var isOrdinary: Bool { key & (Self.ordinaryBit | Self.codeBit) == Self.ordinaryBit }
        /// For an ordinary rule the constant row of its phrase, so that the rule itself need not be read.
        @inline(__always) var row: UInt32 { UInt32(truncatingIfNeeded: (key >> 47) << 9 | value >> 55) }

        @inline(__always) init(key: UInt64, value: UInt64) {
            self.key = key
            self.value = value
        }

        /// - Precondition: the tokens are below ``tokenLimit``, `rule` below ``ruleLimit``, `row` below ``rowLimit``.
        @inline(__always)
        init(key: UInt64, rule: Int, confidence: Int32, ordinary: Bool, hasCode: Bool, row: UInt32) {
            self.key =
                key | (ordinary ? Self.ordinaryBit : 0) | (hasCode ? Self.codeBit : 0) | UInt64(row >> 9) << 47
            value = UInt64(UInt32(bitPattern: confidence)) | UInt64(rule) << 32 | UInt64(row & 0x1FF) << 55
        }
    }

    /// What became of an entry that was to be added.
    enum Insertion {
        case first
        /// There is another of the same pair at the same distance.
        case further
        /// Its place is too far away.
        case noRoom
    }

    let slots: UnsafeMutablePointer<Entry>
    /// One byte a slot: a pair whose hash shifted down is the slot sets the bit that the next three bits of it name.
    let filter: UnsafeMutablePointer<UInt8>
    /// By how much a hash is shifted down to a slot.
    let shift: UInt64
    let slotMask: Int
    /// Whether the memory is to be freed.
    private let isOwner: Bool

    /// The most entries: three quarters of the slots.
    var entryLimit: Int { 3 * ((slotMask + 1) / 4) }

    /// - Parameter ruleCount: the number of entries if each rule has one distance.
    init(capacity ruleCount: Int) {
        var bits: UInt64 = 4
        // Three quarters full at most.
        while 3 << bits < 4 * ruleCount { bits += 1 }
        shift = 64 - bits
        slotMask = (1 << Int(bits)) - 1
        // Zero bytes are empty slots.
        slots = ZeroedPages.allocate(byteCount: (slotMask + 1) * MemoryLayout<Entry>.stride)
            .bindMemory(to: Entry.self, capacity: slotMask + 1)
        filter = .allocate(capacity: slotMask + 1)
        filter.initialize(repeating: 0, count: slotMask + 1)
        isOwner = true
    }

    /// A view of an index that lies in memory of somebody else's; nothing may be inserted.
    init(slots: UnsafeMutablePointer<Entry>, filter: UnsafeMutablePointer<UInt8>, slotBits: Int) {
        self.slots = slots
        self.filter = filter
        shift = UInt64(64 - slotBits)
        slotMask = 1 << slotBits - 1
        isOwner = false
    }

    func deallocate() {
        guard isOwner else { return }
        ZeroedPages.deallocate(slots, byteCount: (slotMask + 1) * MemoryLayout<Entry>.stride)
        filter.deallocate()
    }

    @inline(__always)
    static func key(_ first: UInt32, _ second: UInt32, distance: Int) -> UInt64 {
        UInt64(first) << 24 | UInt64(second) << 3 | UInt64(truncatingIfNeeded: distance)
    }

    /// One multiplication by 2⁶⁴ over the golden ratio: both tokens reach the upper bits, and only those are used.
    @inline(__always)
    static func hash(_ key: UInt64) -> UInt64 { key &* 0x9E37_79B9_7F4A_7C15 }

    /// The slot at which the search of a pair begins: the first of a cache line's four, so that a search seldom needs a
    /// second line.
    @inline(__always)
    func place(hash: UInt64) -> Int { Int(truncatingIfNeeded: hash &>> shift) & ~3 }

    /// Bit 0 is 1 if rules of a pair may be here, 0 if there are none. A number, so that a caller need not branch on it.
    @inline(__always)
    func passes(hash: UInt64) -> UInt8 {
        // In bounds: a hash shifted down is below the number of slots.
        filter[Int(truncatingIfNeeded: hash &>> shift)] &>> UInt8(truncatingIfNeeded: hash &>> (shift &- 3) & 7)
    }

    /// Asks for the memory of a slot to be brought near.
    @inline(__always) func prefetch(_ slot: Int) { anneal_prefetch(slots + slot) }

    /// Adds a rule at one distance.
    @inline(__always)
    func insert(_ entry: Entry) -> Insertion {
        let key = entry.key & Entry.keyMask
        let hash = Self.hash(key)
        var slot = place(hash: hash)
        var result = Insertion.first
        for _ in 0..<Self.probeLimit {
            if slots[slot].isEmpty {
                slots[slot] = entry
                let bit = UInt8(truncatingIfNeeded: hash &>> (shift &- 3) & 7)
                filter[Int(truncatingIfNeeded: hash &>> shift)] |= 1 << bit
                return result
            }
            if slots[slot].has(key) { result = .further }
            slot = (slot &+ 1) & slotMask
        }
        return .noRoom
    }

    /// Calls the body with each entry of a key, in the order in which they were added.
    /// Some slots are always empty, so that every search ends.
    @inline(__always)
    func forEachEntry(_ key: UInt64, from place: Int, _ body: (Entry) -> Void) {
        var slot = place
        while true {
            let found = slots[slot]
            if found.isEmpty { return }
            if found.has(key) { body(found) }
            slot = (slot &+ 1) & slotMask
        }
    }

    /// The only entry of a key, or ``Entry/empty``. Looks at the four slots of a cache line at once, without a branch on
    /// which of them it is: as good as every such branch would be mispredicted.
    @inline(__always)
    func onlyEntry(_ key: UInt64, from place: Int) -> Entry {
        var slot = place
        while true {
            let line = slots + slot
            let second = line[1].has(key) ? 1 : 0
            let third = line[2].has(key) ? 2 : 0
            let fourth = line[3].has(key) ? 3 : 0
            let found = line[second | third | fourth]
            if found.has(key) { return found }
            if line[3].isEmpty { return .empty }
            slot = (slot &+ 4) & slotMask
        }
    }
}

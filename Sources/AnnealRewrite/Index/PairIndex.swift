/// Finds the rules of two literal tokens: a hash table with open addressing on (first token, second token).
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
    /// No token has the number that marks an empty slot.
    static let empty = UInt64.max

    static let ordinaryBit: UInt64 = 1 << 62
    static let codeBit: UInt64 = 1 << 63

    /// Three words a slot: the key (first token in the upper half); the entry: confidence in bits 0-31, rule 32-55,
    /// least distance 56-58, greatest 59-61, ``ordinaryBit``, ``codeBit``; and for an ordinary rule the constant row of
    /// its phrase, so that the rule itself need not be read.
    let slots: UnsafeMutablePointer<UInt64>
    /// One byte a slot: a pair whose search begins at the slot sets the bit that the next three bits of its hash name.
    let filter: UnsafeMutablePointer<UInt8>
    /// By how much a hash is shifted down to a slot.
    let shift: UInt64
    let slotMask: Int

    init(capacity ruleCount: Int) {
        var bits: UInt64 = 4
        // Three quarters full at most.
        while 3 << bits < 4 * ruleCount { bits += 1 }
        shift = 64 - bits
        slotMask = (1 << Int(bits)) - 1
        let words = 3 * (slotMask + 1)
        slots = .allocate(capacity: words)
        slots.initialize(repeating: Self.empty, count: words)
        filter = .allocate(capacity: slotMask + 1)
        filter.initialize(repeating: 0, count: slotMask + 1)
    }

    func deallocate() {
        slots.deallocate()
        filter.deallocate()
    }

    @inline(__always)
    static func key(_ first: UInt32, _ second: UInt32) -> UInt64 { UInt64(first) << 32 | UInt64(second) }

    /// One multiplication by 2⁶⁴ over the golden ratio: both tokens reach the upper bits, and only those are used.
    @inline(__always)
    static func hash(_ key: UInt64) -> UInt64 { key &* 0x9E37_79B9_7F4A_7C15 }

    /// The slot at which the search of a pair begins.
    @inline(__always)
    func place(hash: UInt64) -> Int { Int(truncatingIfNeeded: hash &>> shift) }

    /// Bit 0 is 1 if rules of a pair may be here, 0 if there are none. A number, so that a caller need not branch on it.
    @inline(__always)
    func passes(hash: UInt64) -> UInt8 {
        // In bounds: a hash shifted down is below the number of slots.
        filter[place(hash: hash)] &>> UInt8(truncatingIfNeeded: hash &>> (shift &- 3) & 7)
    }

    /// Adds a rule; false when its place is too far away.
    @inline(__always)
    func insert(_ key: UInt64, _ entry: UInt64, row: UInt32) -> Bool {
        let hash = Self.hash(key)
        var slot = place(hash: hash)
        for _ in 0..<Self.probeLimit {
            if slots[3 &* slot] == Self.empty {
                slots[3 &* slot] = key
                slots[3 &* slot &+ 1] = entry
                slots[3 &* slot &+ 2] = UInt64(row)
                filter[place(hash: hash)] |= 1 << UInt8(truncatingIfNeeded: hash &>> (shift &- 3) & 7)
                return true
            }
            slot = (slot &+ 1) & slotMask
        }
        return false
    }

    /// Calls the body with each entry of a pair of tokens, in the order in which they were added, and the entry's row.
    /// Some slots are always empty, so that every search ends.
    @inline(__always)
    func forEachEntry(_ key: UInt64, from place: Int, _ body: (UInt64, UInt32) -> Void) {
        var slot = place
        while true {
            let found = slots[3 &* slot]
            if found == Self.empty { return }
            if found == key { body(slots[3 &* slot &+ 1], UInt32(truncatingIfNeeded: slots[3 &* slot &+ 2])) }
            slot = (slot &+ 1) & slotMask
        }
    }

    @inline(__always)
    static func entry(
        rule: Int, confidence: Int32, distanceMin: Int, distanceMax: Int, ordinary: Bool, hasCode: Bool
    ) -> UInt64 {
        UInt64(UInt32(bitPattern: confidence)) | UInt64(rule) << 32 | UInt64(distanceMin) << 56
            | UInt64(distanceMax) << 59 | (ordinary ? ordinaryBit : 0) | (hasCode ? codeBit : 0)
    }

    @inline(__always) static func confidence(of entry: UInt64) -> Int32 { Int32(truncatingIfNeeded: entry) }
    @inline(__always) static func rule(of entry: UInt64) -> Int { Int(entry >> 32 & 0xFF_FFFF) }
    @inline(__always) static func covers(_ entry: UInt64, distance: Int) -> Bool {
        distance >= Int(entry >> 56 & 7) && distance <= Int(entry >> 59 & 7)
    }
}

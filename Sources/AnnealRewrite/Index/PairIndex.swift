import AnnealProgram

/// Finds the rules of two literal tokens: a hash table with open addressing on (first token, second token).
///
/// Most rules of a model are of this kind, and most neighbours of a text begin none. Two filters keep the table's cache
/// misses away: for each token one byte says at which distances it begins a pair, and a bitmap of sixteen bits a rule
/// says whether the pair may be there at all.
struct PairIndex {
    /// Pairs farther apart are found through ``GenericIndex``: the byte of a token has seven bits for distances.
    static let distanceLimit = 7
    /// A rule that would lie farther from its place is left to ``GenericIndex``, so that rules that are hostile
    /// (many of one pair) cost a search of this length at most.
    static let probeLimit = 64
    /// Rule ids have 24 bits in a slot.
    static let ruleLimit = 1 << 24
    /// No token has the number that marks an empty slot.
    static let empty = UInt64.max

    static let ordinaryBit: UInt64 = 1 << 62
    static let codeBit: UInt64 = 1 << 63

    /// Three words a slot: the key (first token in the upper half); the entry: confidence in bits 0-31, rule 32-55,
    /// least distance 56-58, greatest 59-61, ``ordinaryBit``, ``codeBit``; and for an ordinary rule the constant row of
    /// its phrase, so that the rule itself need not be read.
    let slots: UnsafeMutablePointer<UInt64>
    let slotShift: UInt64
    let slotMask: Int
    let filter: UnsafeMutablePointer<UInt8>
    let filterMask: UInt64

    init(capacity ruleCount: Int) {
        var bits: UInt64 = 4
        while (1 << bits) < 2 * ruleCount { bits += 1 }
        slotShift = 64 - bits
        slotMask = (1 << Int(bits)) - 1
        let words = 3 * (slotMask + 1)
        slots = .allocate(capacity: words)
        slots.initialize(repeating: Self.empty, count: words)
        // At least 8 bits a slot, a slot being half a rule at most: 16 to 32 bits a rule.
        let filterBits = (slotMask + 1) * 8
        filterMask = UInt64(filterBits - 1)
        filter = .allocate(capacity: filterBits / 8)
        filter.initialize(repeating: 0, count: filterBits / 8)
    }

    func deallocate() {
        slots.deallocate()
        filter.deallocate()
    }

    @inline(__always)
    static func key(_ first: UInt32, _ second: UInt32) -> UInt64 { UInt64(first) << 32 | UInt64(second) }

    /// Two multiplications mix both tokens into the upper bits (the slot) and the lower (the filter).
    @inline(__always)
    static func hash(_ key: UInt64) -> UInt64 {
        var hash = key &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 32
        hash = hash &* 0xD6E8_FEB8_6659_FD93
        return hash ^ (hash >> 29)
    }

    /// Adds a rule; false when its place is too far away.
    @inline(__always)
    func insert(_ key: UInt64, _ entry: UInt64, row: UInt32) -> Bool {
        let hash = Self.hash(key)
        var slot = Int(truncatingIfNeeded: hash >> slotShift)
        for _ in 0..<Self.probeLimit {
            if slots[3 &* slot] == Self.empty {
                slots[3 &* slot] = key
                slots[3 &* slot &+ 1] = entry
                slots[3 &* slot &+ 2] = UInt64(row)
                let bit = hash & filterMask
                filter[Int(truncatingIfNeeded: bit >> 3)] |= 1 << UInt8(truncatingIfNeeded: bit & 7)
                return true
            }
            slot = (slot &+ 1) & slotMask
        }
        return false
    }

    /// 1 if rules of a pair may be here, 0 if there are none. A number, so that a caller need not branch on it.
    @inline(__always)
    func passes(_ first: UInt32, _ second: UInt32) -> UInt8 {
        let bit = Self.hash(Self.key(first, second)) & filterMask
        return filter[Int(truncatingIfNeeded: bit >> 3)] >> UInt8(truncatingIfNeeded: bit & 7) & 1
    }

    /// Calls the body with each entry of a pair of tokens, in the order in which they were added, and the entry's row.
    /// The slots are at most half full, so that every search ends.
    @inline(__always)
    func forEachEntry(_ first: UInt32, _ second: UInt32, _ body: (UInt64, UInt32) -> Void) {
        let key = Self.key(first, second)
        var slot = Int(truncatingIfNeeded: Self.hash(key) >> slotShift)
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

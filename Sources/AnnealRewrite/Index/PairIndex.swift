internal import CAnnealKernels

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

    /// A rule of a pair, in sixteen bytes, so that a slot never lies in two cache lines.
    struct Entry {
        /// Second token in bits 0-20, first in 21-41, least distance 42-44, greatest 45-47, ordinary 48, has a code 49,
        /// the upper 14 bits of the row 50-63.
        var key: UInt64
        /// Confidence in bits 0-31, rule 32-54, the lower 9 bits of the row 55-63.
        var value: UInt64

        /// A slot without a rule: no token has this number.
        static let empty = Entry(key: .max, value: 0)
        static let keyMask: UInt64 = 1 << 42 - 1
        private static let ordinaryBit: UInt64 = 1 << 48
        private static let codeBit: UInt64 = 1 << 49
        /// Tokens, rules and rows from here on do not fit.
        static let tokenLimit: UInt32 = 1 << 21 - 1
        static let numberLimit = 1 << 23

        @inline(__always) var isEmpty: Bool { key == .max }
        @inline(__always) var confidence: Int32 { Int32(truncatingIfNeeded: value) }
        @inline(__always) var rule: Int { Int(truncatingIfNeeded: value >> 32 & 0x7F_FFFF) }
        @inline(__always) var hasCode: Bool { key & Self.codeBit != 0 }
        /// Whether this is an ordinary phrase whose score does not depend on the context.
        @inline(__always) var isOrdinary: Bool { key & (Self.ordinaryBit | Self.codeBit) == Self.ordinaryBit }
        /// For an ordinary rule the constant row of its phrase, so that the rule itself need not be read.
        @inline(__always) var row: UInt32 { UInt32(truncatingIfNeeded: (key >> 50) << 9 | value >> 55) }

        @inline(__always) func covers(distance: Int) -> Bool {
            distance >= Int(key >> 42 & 7) && distance <= Int(key >> 45 & 7)
        }

        @inline(__always) init(key: UInt64, value: UInt64) {
            self.key = key
            self.value = value
        }

        /// Nil if a number does not fit.
        @inline(__always)
        init?(
            first: UInt32, second: UInt32, rule: Int, confidence: Int32, distanceMin: Int, distanceMax: Int,
            ordinary: Bool, hasCode: Bool, row: UInt32
        ) {
            guard first < Self.tokenLimit, second < Self.tokenLimit, rule < Self.numberLimit, row < Self.numberLimit
            else { return nil }
            key =
                PairIndex.key(first, second) | UInt64(distanceMin) << 42 | UInt64(distanceMax) << 45
                | (ordinary ? Self.ordinaryBit : 0) | (hasCode ? Self.codeBit : 0) | UInt64(row >> 9) << 50
            value = UInt64(UInt32(bitPattern: confidence)) | UInt64(rule) << 32 | UInt64(row & 0x1FF) << 55
        }
    }

    let slots: UnsafeMutablePointer<Entry>
    /// One byte a slot: a pair whose hash shifted down is the slot sets the bit that the next three bits of it name.
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
        slots = UnsafeMutableRawPointer.allocate(
            byteCount: (slotMask + 1) * MemoryLayout<Entry>.stride, alignment: 64
        ).bindMemory(to: Entry.self, capacity: slotMask + 1)
        slots.initialize(repeating: .empty, count: slotMask + 1)
        filter = .allocate(capacity: slotMask + 1)
        filter.initialize(repeating: 0, count: slotMask + 1)
    }

    func deallocate() {
        slots.deallocate()
        filter.deallocate()
    }

    @inline(__always)
    static func key(_ first: UInt32, _ second: UInt32) -> UInt64 { UInt64(first) << 21 | UInt64(second) }

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

    /// Adds a rule; false when its place is too far away.
    @inline(__always)
    func insert(_ entry: Entry) -> Bool {
        let hash = Self.hash(entry.key & Entry.keyMask)
        var slot = place(hash: hash)
        for _ in 0..<Self.probeLimit {
            if slots[slot].isEmpty {
                slots[slot] = entry
                filter[Int(truncatingIfNeeded: hash &>> shift)] |= 1 << UInt8(truncatingIfNeeded: hash &>> (shift &- 3) & 7)
                return true
            }
            slot = (slot &+ 1) & slotMask
        }
        return false
    }

    /// Calls the body with each entry of a pair of tokens, in the order in which they were added.
    /// Some slots are always empty, so that every search ends.
    @inline(__always)
    func forEachEntry(_ key: UInt64, from place: Int, _ body: (Entry) -> Void) {
        var slot = place
        while true {
            let found = slots[slot]
            if found.isEmpty { return }
            if (found.key ^ key) & Entry.keyMask == 0 { body(found) }
            slot = (slot &+ 1) & slotMask
        }
    }
}

/// Segmentations of words seen before: a hash table of fixed size, one cache line an entry, two entries a set. A new
/// word takes the second place of its set; when it is asked for again it moves to the first.
///
/// An entry is eight 64-bit words:
/// - 0...2: the word's bytes, zero after its end; the last byte has the length in its low five bits and the number of
///   tokens in its high three. A length of 0 marks an empty entry.
/// - 3, 4: up to four ids; 5, 6: their scores; 7: a score limit (low half) and the tokens' ends, a byte each.
///
/// The score limit makes cached words exact: a unigram model's segmentation depends, through rounding, on the sum of
/// the scores before the word. The entry holds while the magnitude of that sum is below the limit.
struct WordCache: ~Copyable {
    static let setBits: UInt64 = 15
    static let wordLimit = 23
    static let tokenLimit = 4
    static let wordsPerEntry = 8
    static let entryBytes = 64

    let entries: UnsafeMutablePointer<UInt64>

    init() {
        let count = 2 * Self.wordsPerEntry << Int(Self.setBits)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: count * 8, alignment: 64)
        entries = memory.initializeMemory(as: UInt64.self, repeating: 0, count: count)
    }

    deinit { entries.deallocate() }

    /// The first 64-bit word of the set for a key.
    @inline(__always)
    static func slot(_ key0: UInt64, _ key1: UInt64, _ key2: UInt64) -> Int {
        // Odd multipliers with well mixed high bits; the top bits of the sum of products pick the entry.
        let mixed =
            (key0 &* 0x9E37_79B9_7F4A_7C15) ^ ((key1 &* 0xC2B2_AE3D_27D4_EB4F) >> 7)
            ^ ((key2 &* 0x1656_67B1_9E37_79F9) >> 11)
        return Int(truncatingIfNeeded: (mixed &* 0xFF51_AFD7_ED55_8CCD) >> (64 &- Self.setBits)) &* (2 &* wordsPerEntry)
    }

    /// Whether an entry is for a key. The number of tokens, in the highest three bits, is no part of the key.
    @inline(__always)
    static func holds(_ entry: UnsafeRawPointer, _ key0: UInt64, _ key1: UInt64, _ key2: UInt64) -> Bool {
        (entry.load(as: UInt64.self) ^ key0) | (entry.load(fromByteOffset: 8, as: UInt64.self) ^ key1)
            | ((entry.load(fromByteOffset: 16, as: UInt64.self) ^ key2) &<< 3) == 0
    }

    /// Lets the two entries of a set change places.
    @inline(never)
    static func swap(_ set: UnsafeMutablePointer<UInt64>) {
        for index in 0..<wordsPerEntry {
            let first = set[index]
            set[index] = set[index &+ wordsPerEntry]
            set[index &+ wordsPerEntry] = first
        }
    }
}

import AnnealPlatform

/// Segmentations of words seen before, for words of at most 14 bytes and 3 tokens: a hash table of 4 MiB, two entries a
/// cache line. It begins with 32 KiB, so that one short text does not have the system zero large pages. A new word takes
/// the second place of its line; when it is asked for again it moves to the first. Other words are in ``LongWordCache``.
///
/// An entry is four 64-bit words:
/// - 0, 1: the word's bytes, zero after its end; from bit 48 of the second on its length (4 bits), whether a space
///   symbol comes before it (1), the number of tokens (2), the ends of the first and the second token (4 each; the last
///   token ends with the word). Length 0 marks an empty entry.
/// - 2, 3: three ids, then a score limit. Unused ids are those of the entry of ``Tokenizer/pathScores`` that is zero.
///
/// The score limit makes cached words exact: a unigram model's segmentation depends, through rounding, on the sum of
/// the scores before the word. The entry holds while the magnitude of that sum is below the limit.
struct WordCache: ~Copyable {
    private static let lineBits: UInt64 = 16
    private static let lineBitsAtFirst: UInt64 = 9
    /// So many new words make a small table a large one.
    private static let wordsAtFirst = 512
    static let wordLimit = 14
    static let tokenLimit = 3
    static let wordsPerEntry = 4
    /// A line is so many words, as a logarithm.
    private static let lineShift: UInt64 = 3
    private static let lengthShift: UInt64 = 48
    static let prefixShift: UInt64 = 52
    private static let numberShift: UInt64 = 53
    private static let endShifts: (UInt64, UInt64) = (55, 59)

    private(set) var entries: UnsafeMutablePointer<UInt64>
    /// By how much a hash is shifted down to a line.
    private var shift: UInt64
    private var wordsLeft = Self.wordsAtFirst

    init() {
        shift = 64 - Self.lineBitsAtFirst
        entries = Self.table(Self.lineBitsAtFirst)
    }

    deinit { Self.deallocate(entries, lineBits: 64 - shift) }

    private static func table(_ lineBits: UInt64) -> UnsafeMutablePointer<UInt64> {
        let count = 2 * wordsPerEntry << Int(lineBits)
        return ZeroedPages.allocate(byteCount: 8 * count).bindMemory(to: UInt64.self, capacity: count)
    }

    private static func deallocate(_ table: UnsafeMutablePointer<UInt64>, lineBits: UInt64) {
        ZeroedPages.deallocate(table, byteCount: 8 * (2 * wordsPerEntry << Int(lineBits)))
    }

    /// Makes the table large when it has taken enough words, and empty: lines that were found before count no more.
    /// - Returns: whether it did.
    mutating func growIfNeeded() -> Bool {
        wordsLeft -= 1
        guard wordsLeft < 0, shift != 64 - Self.lineBits else { return false }
        Self.deallocate(entries, lineBits: 64 - shift)
        entries = Self.table(Self.lineBits)
        shift = 64 - Self.lineBits
        return true
    }

    /// The line for a key.
    @inline(__always)
    func line(_ key0: UInt64, _ key1: UInt64) -> Int {
        // Odd multipliers with well mixed high bits; the top bits of the sum pick the line.
        let mixed = (key0 &* 0x9E37_79B9_7F4A_7C15) &+ (key1 &* 0xC2B2_AE3D_27D4_EB4F)
        return Int(truncatingIfNeeded: mixed &>> (shift &- Self.lineShift)) & (-1 &<< Int(Self.lineShift))
    }

    /// The second word of a key that no entry holds.
    static let noKey: UInt64 = 15 << lengthShift

    /// What the second word of a key has beside the word's bytes.
    @inline(__always)
    static func tail(length: Int, prefix: UInt64) -> UInt64 {
        (UInt64(truncatingIfNeeded: length) | prefix &<< (prefixShift - lengthShift)) &<< lengthShift
    }

    @inline(__always) static func number(_ stored: UInt64) -> Int { Int(truncatingIfNeeded: stored >> numberShift & 3) }

    /// Where the first and the second token end in the word.
    @inline(__always)
    static func ends(_ stored: UInt64) -> (UInt32, UInt32) {
        (
            UInt32(truncatingIfNeeded: stored >> endShifts.0 & 15),
            UInt32(truncatingIfNeeded: stored >> endShifts.1 & 15)
        )
    }

    /// Whether an entry is for a key, whose second word has the length and the prefix from bit 48 on.
    @inline(__always)
    static func holds(_ entry: UnsafePointer<UInt64>, _ key0: UInt64, _ key1: UInt64) -> Bool {
        (entry[0] ^ key0) | ((entry[1] ^ key1) &<< 11) == 0
    }

    /// Lets the two entries of a line change places.
    static func swap(_ line: UnsafeMutablePointer<UInt64>) {
        for index in 0..<wordsPerEntry {
            let first = line[index]
            line[index] = line[index &+ wordsPerEntry]
            line[index &+ wordsPerEntry] = first
        }
    }

    /// Puts a word in. - Precondition: it is not longer than `wordLimit` and has at most `tokenLimit` tokens.
    func insert(
        _ key0: UInt64, _ key1: UInt64, length: Int, hasPrefix: Bool, number: Int, ids: (UInt32, UInt32, UInt32),
        ends: (Int, Int), limit: Float
    ) {
        let key1 = key1 | UInt64(length) << Self.lengthShift | (hasPrefix ? 1 : 0) << Self.prefixShift
        let line = entries + line(key0, key1)
        // An empty first place is taken first; the same word, with another limit, keeps its place.
        let takesFirst = line[1] == 0 || Self.holds(line, key0, key1)
        let entry = takesFirst ? line : line + Self.wordsPerEntry
        entry[0] = key0
        entry[1] =
            key1 | UInt64(number) << Self.numberShift | UInt64(ends.0) << Self.endShifts.0
            | UInt64(ends.1) << Self.endShifts.1
        entry[2] = UInt64(ids.0) | UInt64(ids.1) << 32
        entry[3] = UInt64(ids.2) | UInt64(limit.bitPattern) << 32
    }

    /// Marks a word as one that is in ``LongWordCache``: its entry here never holds.
    func markLong(_ key0: UInt64, _ key1: UInt64, length: Int, hasPrefix: Bool, none: UInt32) {
        insert(
            key0, key1, length: length, hasPrefix: hasPrefix, number: 0, ids: (none, none, none), ends: (0, 0),
            limit: -1)
    }

    /// Whether a word is marked as one that is in ``LongWordCache``.
    @inline(__always)
    func marksLong(_ key0: UInt64, _ key1: UInt64, length: Int, hasPrefix: Bool) -> Bool {
        let key1 = key1 | UInt64(length) << Self.lengthShift | (hasPrefix ? 1 : 0) << Self.prefixShift
        let line = entries + line(key0, key1)
        // The word was looked for before: if it is here at all, it is in the first place.
        return Self.holds(line, key0, key1) && Self.marksLong(line[3])
    }

    /// Whether the last part of an entry marks its word as one that is in ``LongWordCache``.
    @inline(__always) static func marksLong(_ last: UInt64) -> Bool { last >> 63 == 1 }
}

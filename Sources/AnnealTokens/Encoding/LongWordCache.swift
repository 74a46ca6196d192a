import AnnealPlatform

/// Segmentations of words that are too long, or have too many tokens, for ``WordCache``: up to 31 bytes and 7 tokens.
/// A hash table of fixed size, 1 MiB, one entry a hash value, newest wins.
struct LongWordCache: ~Copyable {
    struct Entry {
        /// The word's bytes, zero after its end.
        var key: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var ids: (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0, 0, 0, 0)
        /// See ``WordCache``.
        var limit: Float = 0
        /// Where the tokens end in the word.
        var ends: (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0, 0, 0, 0)
        /// 0 marks an empty entry.
        var length: UInt8 = 0
        var number: UInt8 = 0
        /// Whether a space symbol comes before the word.
        var hasPrefix = false

        @inline(__always)
        func holds(_ key: (UInt64, UInt64, UInt64, UInt64), _ length: Int, hasPrefix: Bool) -> Bool {
            self.key == key && self.length == length && self.hasPrefix == hasPrefix
        }
    }

    static let entryBits: UInt64 = 13
    static let wordLimit = 31
    static let tokenLimit = 7

    let entries: UnsafeMutablePointer<Entry>
    private static let entryCount = 1 << Int(entryBits)
    private static let byteCount = entryCount * MemoryLayout<Entry>.stride

    init() {
        // An entry of zero bytes is an empty one.
        entries = ZeroedPages.allocate(byteCount: Self.byteCount, isDense: false)
            .bindMemory(to: Entry.self, capacity: Self.entryCount)
    }

    deinit { ZeroedPages.deallocate(entries, byteCount: Self.byteCount) }

    /// The place for a word: its own entry, or the one that it would replace.
    @inline(__always)
    func place(_ key: (UInt64, UInt64, UInt64, UInt64)) -> UnsafeMutablePointer<Entry> {
        var mixed = (key.0 &* 0x9E37_79B9_7F4A_7C15) ^ ((key.1 &* 0xC2B2_AE3D_27D4_EB4F) >> 7)
        mixed ^= ((key.2 &* 0x1656_67B1_9E37_79F9) >> 11) ^ ((key.3 &* 0x27D4_EB2F_1656_67C5) >> 5)
        return entries + Int(truncatingIfNeeded: (mixed &* 0xFF51_AFD7_ED55_8CCD) >> (64 &- Self.entryBits))
    }

    /// The bytes of a word as a key.
    /// - Precondition: `length <= wordLimit`, and 32 bytes may be read from `word` on.
    @inline(__always)
    static func key(_ word: UnsafePointer<UInt8>, _ length: Int) -> (UInt64, UInt64, UInt64, UInt64) {
        let bytes = UnsafeRawPointer(word)
        let bits = 8 &* length
        // A shift by 64 or more gives zero: such a lane is past the word's end.
        func lane(_ index: Int) -> UInt64 {
            bytes.loadUnaligned(fromByteOffset: 8 &* index, as: UInt64.self).littleEndian
                & (UInt64.max >> (64 &- min(64, max(0, bits &- 64 &* index))))
        }
        return (lane(0), lane(1), lane(2), lane(3))
    }
}

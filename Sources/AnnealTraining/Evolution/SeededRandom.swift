/// SplitMix64 (Steele, Lea, Flood 2014): small, seedable, the same everywhere.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    /// A stream for a seed and a generation.
    init(seed: UInt64, stream: Int = 0) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(bitPattern: Int64(stream)) &* 0xD1B5_4A32_D192_ED03
        _ = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// A number below `limit`.
    /// - Precondition: `limit > 0`.
    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}

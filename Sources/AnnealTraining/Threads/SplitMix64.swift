/// A small seeded generator (Steele, Lea, Flood 2014), so that orders and first values are the same everywhere.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }

    /// Uniform in 0..<1 with 24 bits.
    mutating func unit() -> Float { Float(next() >> 40) * 0x1p-24 }

    /// About normal with mean 0 and variance 1: the sum of twelve uniform numbers less six.
    ///
    /// No logarithm and no cosine, whose last bits differ between C libraries.
    mutating func normal() -> Float {
        var sum: Float = -6
        for _ in 0..<12 { sum += unit() }
        return sum
    }

    /// Shuffles in place (Fisher and Yates). Written out because the library's shuffle may change.
    mutating func shuffle<Value>(_ values: inout [Value]) {
        for index in stride(from: values.count - 1, to: 0, by: -1) {
            values.swapAt(index, Int(next() % UInt64(index + 1)))
        }
    }
}

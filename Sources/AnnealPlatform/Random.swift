import CAnnealPlatform

/// SplitMix64: a small seeded generator, so that orders, draws and first values are the same on every machine.
///
/// Everything is written out, since the standard library's ways of making ranges and shuffles may change. The state is a
/// count, so that any word can be had without those before it (``skip(_:)``): threads draw what one thread would.
///
/// - Source: Steele, Lea and Flood, Fast splittable pseudorandom number generators, OOPSLA 2014.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    @usableFromInline var state: UInt64

    @inlinable public init(seed: UInt64) { state = seed }

    /// One of many streams of a seed, as one for each generation.
    @inlinable public init(seed: UInt64, stream: Int) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(bitPattern: Int64(stream)) &* 0xD1B5_4A32_D192_ED03
        _ = next()
    }

    @inlinable public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.finish(state)
    }

    /// Passes over as many words, as `count` calls of ``next()`` would.
    /// - Complexity: O(1).
    @inlinable public mutating func skip(_ count: Int) {
        state &+= UInt64(bitPattern: Int64(count)) &* 0x9E37_79B9_7F4A_7C15
    }

    /// A word in, a well mixed word out: what a generator with that seed gives first.
    @inlinable public static func mix(_ word: UInt64) -> UInt64 { finish(word &+ 0x9E37_79B9_7F4A_7C15) }

    @inlinable static func finish(_ state: UInt64) -> UInt64 {
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    /// Below `limit`, which is small against 2^64: the lower numbers are likelier by that little.
    /// - Precondition: `limit > 0`.
    @inlinable public mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

    /// Uniform in 0..<1 with 24 bits.
    @inlinable public mutating func unitFloat() -> Float { Float(next() >> 40) * 0x1p-24 }

    /// Uniform in 0..<1 with 53 bits.
    @inlinable public mutating func unitDouble() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// The words that ``normal()`` takes.
    public static let wordsOfNormal = 12

    /// About normal with mean 0 and variance 1: the sum of twelve uniform numbers less six.
    ///
    /// No logarithm and no cosine, whose last bits differ between C libraries.
    @inlinable public mutating func normal() -> Float {
        var sum: Float = -6
        for _ in 0..<Self.wordsOfNormal { sum += unitFloat() }
        return sum
    }

    /// Shuffles in place (Fisher and Yates).
    @inlinable public mutating func shuffle<Value>(_ values: inout [Value]) {
        for index in stride(from: values.count - 1, to: 0, by: -1) { values.swapAt(index, below(index + 1)) }
    }

    /// 0..<count in a random order.
    @inlinable public mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        shuffle(&order)
        return order
    }
}

/// Randomness of the system's, which nobody can guess and no seed gives again.
public enum SystemRandom {
    public static func bytes(_ count: Int) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let status = bytes.withUnsafeMutableBytes { room in
            room.baseAddress.map { anneal_random_bytes($0, room.count) } ?? 0
        }
        try checked(status)
        return bytes
    }
}

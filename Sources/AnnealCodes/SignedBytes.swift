/// Numbers as signed bytes with one scale: the one place where floats become bytes. The rows of models, of search indexes
/// and of stores of teacher vectors are made here.
///
/// -128 never occurs, so that every byte has its negative.
public enum SignedBytes {
    /// The greatest magnitude of a byte.
    public static let top: Int8 = 127

    /// The greatest magnitude among numbers; 0 if there are none.
    /// - Complexity: O(numbers).
    @inlinable
    public static func peak(_ numbers: UnsafeBufferPointer<Float>) -> Float {
        var peak: Float = 0
        for number in numbers { peak = max(peak, abs(number)) }
        return peak
    }

    /// Writes `round(number · units / scale)` for each number, no further from 0 than `limit`. A scale of 0 gives zeros.
    ///
    /// Product and quotient are taken in `Number`. With units that are a power of two, or small whole numbers in 64 bits,
    /// the product is exact, so that the quotient is rounded once.
    /// - Parameters:
    ///   - rule: what becomes of numbers half way between two bytes.
    ///   - bytes: room for as many.
    /// - Complexity: O(numbers).
    /// - Precondition: all numbers are finite, `scale >= 0`, `limit > 0`.
    @inlinable
    public static func encode<Number: BinaryFloatingPoint>(
        _ numbers: UnsafeBufferPointer<Float>, units: Number = 1, scale: Number, limit: Int8 = top,
        rule: FloatingPointRoundingRule = .toNearestOrEven, into bytes: UnsafeMutablePointer<Int8>
    ) {
        let limit = Number(limit)
        for (index, number) in numbers.enumerated() {
            let value = scale > 0 ? (Number(number) * units / scale).rounded(rule) : 0
            // By way of a type that bytes are made of at once: from any `Number` they are made bit by bit.
            bytes[index] = Int8(Double(max(-limit, min(limit, value))))
        }
    }

    /// Writes `step · byte` for each byte.
    /// - Parameter numbers: room for as many.
    /// - Complexity: O(bytes).
    @inlinable
    public static func decode(
        _ bytes: UnsafeBufferPointer<Int8>, step: Float, into numbers: UnsafeMutablePointer<Float>
    ) {
        for (index, byte) in bytes.enumerated() { numbers[index] = step * Float(byte) }
    }
}

/// A vector in signed bytes and the factor that they are worth: what a search index holds and is asked with.
///
/// The largest number becomes 127 or -127, so a number is off by at most a 254th of the largest.
public struct QuantizedVector: Sendable {
    public let values: [Int8]
    /// 0 for a vector of zeros.
    public let scale: Double

    /// - Complexity: O(dimension).
    /// - Precondition: all numbers are finite.
    @inlinable
    public init(_ vector: some Collection<Float>) {
        let numbers = Array(vector)
        let peak = numbers.withUnsafeBufferPointer { SignedBytes.peak($0) }
        scale = peak > 0 ? 1 / (Double(SignedBytes.top) / Double(peak)) : 0
        values = [Int8](unsafeUninitializedCapacity: numbers.count) { bytes, count in
            count = numbers.count
            guard let start = bytes.baseAddress else { return }
            numbers.withUnsafeBufferPointer { Self.quantize($0, into: start) }
        }
    }

    /// Writes the bytes alone, into memory of the caller's: the cosine of two vectors needs no factors.
    /// - Parameter bytes: room for as many.
    /// - Complexity: O(dimension).
    /// - Precondition: all numbers are finite.
    @inlinable
    public static func quantize(_ numbers: UnsafeBufferPointer<Float>, into bytes: UnsafeMutablePointer<Int8>) {
        SignedBytes.encode(
            numbers, units: Double(SignedBytes.top), scale: Double(SignedBytes.peak(numbers)),
            rule: .toNearestOrAwayFromZero, into: bytes)
    }
}

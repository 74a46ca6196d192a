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
        let top = Double(SignedBytes.top)
        scale = peak > 0 ? 1 / (top / Double(peak)) : 0
        values = [Int8](unsafeUninitializedCapacity: numbers.count) { bytes, count in
            count = numbers.count
            guard let start = bytes.baseAddress else { return }
            numbers.withUnsafeBufferPointer {
                SignedBytes.encode(
                    $0, units: top, scale: Double(peak), rule: .toNearestOrAwayFromZero, into: start)
            }
        }
    }
}

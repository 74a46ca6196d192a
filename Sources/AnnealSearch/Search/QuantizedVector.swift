import Foundation

/// A vector in signed bytes and the factor that they are worth.
///
/// The largest number becomes 127 or -127, so a number is off by at most a 254th of the largest. -128 does not occur.
struct QuantizedVector {
    let values: [Int8]
    let scale: Double

    /// - Complexity: O(dimension).
    init(_ vector: some Collection<Float>) {
        let largest = vector.reduce(Float(0)) { max($0, abs($1)) }
        guard largest > 0 else {
            values = [Int8](repeating: 0, count: vector.count)
            scale = 0
            return
        }
        let factor = 127 / Double(largest)
        values = vector.map { Int8((Double($0) * factor).rounded()) }
        scale = 1 / factor
    }

    var data: Data { values.withUnsafeBytes { Data($0) } }
}

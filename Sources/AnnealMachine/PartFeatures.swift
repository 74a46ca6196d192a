/// What a part of a sum is to the whole of it, in three numbers that need no more than a dot product.
///
/// With x the part, s the whole and r = s − x the rest:
/// - ``agreement`` is cos²(x, r), how far the rest says the same;
/// - ``length`` is log₂(‖x‖² / ‖s‖²), linear between powers of two;
/// - ``share`` is x·s / ‖s‖², the share of the whole that the part is answerable for.
///
/// Only operations that IEEE 754 rounds in one way are used, in a fixed order, so that the numbers have the same bits on
/// every machine.
public struct PartFeatures: Hashable, Sendable {
    public let agreement: Double
    public let length: Double
    public let share: Double

    /// - Parameters:
    ///   - part: ‖x‖².
    ///   - along: x·s.
    ///   - whole: ‖s‖².
    /// - Returns: nil for a part or a whole that is zero.
    @inlinable
    public init?(part: Double, along: Double, whole: Double) {
        guard part > 0, whole > 0 else { return nil }
        let cross = along - part
        let rest = (whole - along) - cross
        // A part that is the whole has no rest that could agree; rounding may leave a little less than none.
        agreement = rest > 0 ? min(1, cross * cross / (rest * part)) : 0
        length = PartFeatures.logarithm(part / whole)
        share = along / whole
    }

    /// log₂ of a positive number, linear between powers of two: at most 0.086 below it.
    /// - Precondition: `value > 0`, and finite.
    @inlinable
    static func logarithm(_ value: Double) -> Double {
        Double(value.exponent) + (value.significand - 1)
    }
}

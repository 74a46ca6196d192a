/// The rows of a model in signed bytes: a row is `scale · byte · 2^−exponent`, with one exponent for all rows and a whole
/// scale a row.
public struct RowQuantizer: Sendable {
    /// The greatest scale that a model may have.
    public static let scaleLimit = 12_000
    /// Bytes of a packed row are multiples of this, up to ``packedLimit`` times it.
    private static let packedUnit: Int8 = 16
    private static let packedLimit: Int8 = 7

    public let exponent: Int
    /// 2^exponent.
    private let unit: Double

    /// Chooses the greatest exponent for which every row's scale fits.
    /// - Parameter top: the greatest magnitude of any number.
    public init(top: Float) {
        let step = Double(max(top, 1e-30)) / Double(SignedBytes.top)
        // A floating-point number's exponent is the whole part of its logarithm to the base of 2.
        exponent = max(0, min(62, Int((Double(Self.scaleLimit) / step).exponent)))
        unit = Double(sign: .plus, exponent: exponent, significand: 1)
    }

    /// Takes the exponent of rows that there are.
    /// - Precondition: `exponent` is in 0...62.
    public init(exponent: Int) {
        precondition((0...62).contains(exponent))
        self.exponent = exponent
        unit = Double(sign: .plus, exponent: exponent, significand: 1)
    }

    /// Writes a row's bytes and returns its scale, 1...``scaleLimit``.
    /// - Complexity: O(count).
    public func quantize(
        _ row: UnsafePointer<Float>, count: Int, into bytes: UnsafeMutablePointer<Int8>
    ) -> Int16 {
        let numbers = UnsafeBufferPointer(start: row, count: count)
        let wanted = (Double(SignedBytes.peak(numbers)) / Double(SignedBytes.top) * unit).rounded(.up)
        let scale = max(1, min(Double(Self.scaleLimit), wanted))
        SignedBytes.encode(numbers, units: unit, scale: scale, into: bytes)
        return Int16(scale)
    }

    /// The same with bytes that are multiples of 16, from -112 to 112, which a model file stores in half the space: with
    /// the scale, of some, that leaves the least squared error. Few numbers are as great as the greatest, so that it pays
    /// to cut those off.
    /// - Complexity: O(count), 18 passes.
    public func quantizePacked(
        _ row: UnsafePointer<Float>, count: Int, into bytes: UnsafeMutablePointer<Int8>
    ) -> Int16 {
        let numbers = UnsafeBufferPointer(start: row, count: count)
        let (top, unit, limit) = (SignedBytes.peak(numbers), Float(unit), Float(Self.packedLimit))
        let packedUnit = Float(Self.packedUnit)
        var best = (error: Float.infinity, scale: Float(1))
        for step in 8...24 {
            let scale = (top * Float(step) / 24 / (limit * packedUnit) * unit).rounded(.up)
            let whole = max(1, min(Float(Self.scaleLimit), scale))
            let size = packedUnit * whole / unit
            var error: Float = 0
            for number in numbers {
                let rest = number - size * max(-limit, min(limit, (number / size).rounded(.toNearestOrEven)))
                error += rest * rest
            }
            if error < best.error { best = (error, whole) }
        }
        SignedBytes.encode(numbers, scale: packedUnit * best.scale / unit, limit: Self.packedLimit, into: bytes)
        for index in 0..<count { bytes[index] *= Self.packedUnit }
        return Int16(best.scale)
    }
}

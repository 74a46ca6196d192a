import Foundation

/// Floats to signed bytes: a row is `scale · byte · 2^−exponent`, with one exponent for all rows and a whole scale a row.
struct RowQuantizer {
    /// The greatest scale that a model may have.
    static let scaleLimit = 12_000

    let exponent: Int

    /// Chooses the greatest exponent for which every row's scale fits.
    /// - Parameter top: the greatest magnitude of any number.
    init(top: Float) {
        let step = Double(max(top, 1e-30)) / 127
        exponent = max(0, min(62, Int(log2(Double(Self.scaleLimit) / step).rounded(.down))))
    }

    /// Writes a row's bytes and returns its scale.
    func quantize(_ row: UnsafePointer<Float>, count: Int, into bytes: UnsafeMutablePointer<Int8>) -> Int16 {
        var top: Float = 0
        for index in 0..<count { top = max(top, abs(row[index])) }
        let unit = pow(2, Double(exponent))
        let scale = max(1, min(Double(Self.scaleLimit), (Double(top) / 127 * unit).rounded(.up)))
        for index in 0..<count {
            let value = (Double(row[index]) * unit / scale).rounded(.toNearestOrEven)
            bytes[index] = Int8(max(-127, min(127, value)))
        }
        return Int16(scale)
    }
}

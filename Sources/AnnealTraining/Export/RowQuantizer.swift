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

    /// The same with bytes that are multiples of 16, from -112 to 112, which a model file stores in half the space: with
    /// the scale, of some, that leaves the least squared error. Few numbers are as great as the greatest, so that it pays
    /// to cut those off.
    func quantizePacked(_ row: UnsafePointer<Float>, count: Int, into bytes: UnsafeMutablePointer<Int8>) -> Int16 {
        var top: Float = 0
        for index in 0..<count { top = max(top, abs(row[index])) }
        let unit = Float(pow(2, Double(exponent)))
        var best = (error: Float.infinity, scale: Float(1))
        for step in 8...24 {
            let scale = (top * Float(step) / 24 / 112 * unit).rounded(.up)
            let whole = max(1, min(Float(Self.scaleLimit), scale))
            let size = 16 * whole / unit
            var error: Float = 0
            for index in 0..<count {
                let rest = row[index] - size * max(-7, min(7, (row[index] / size).rounded(.toNearestOrEven)))
                error += rest * rest
            }
            if error < best.error { best = (error, whole) }
        }
        let size = 16 * best.scale / unit
        for index in 0..<count {
            bytes[index] = 16 * Int8(max(-7, min(7, (row[index] / size).rounded(.toNearestOrEven))))
        }
        return Int16(best.scale)
    }
}

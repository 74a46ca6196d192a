/// Decimals of 32-bit floats for JSON, with as many places as it takes to read the same bits back.
///
/// `Float.description` finds the shortest such decimal; a response of 32 vectors has 8,192 of them, and it took longer to
/// write them so than to compute them. Here the number of places depends on the exponent alone.
enum FloatText {
    /// The most bytes that a number takes: those of `-1.17549435e-38`, with some room.
    static let bytesMax = 24

    /// By exponent from -1 (a half and more) to -20: decimal places, and ten to their power.
    ///
    /// Floats of exponent e are 2^(e-23) apart. With places p so that 10^-p is less, the decimal is nearer to the float
    /// than half the distance to the next. `FloatTextTests` reads back the powers of two, where the distance below is
    /// half of that above.
    private static let places: [(count: Int, factor: Double)] = (1...20).map { exponent in
        var count = 0
        var factor = 1.0
        while 1 / factor > Double(sign: .plus, exponent: -exponent - 23, significand: 1) {
            count += 1
            factor *= 10
        }
        return (count, factor)
    }

    /// Writes a number at `start`.
    /// - Returns: one past the last byte.
    /// - Precondition: ``bytesMax`` bytes of room.
    @inline(__always)
    static func write(_ value: Float, into room: UnsafeMutableRawBufferPointer, at start: Int) -> Int {
        var end = start
        let magnitude = value.magnitude
        guard magnitude < 1, magnitude >= 0x1p-20 else { return writeSlowly(value, into: room, at: end) }
        if value < 0 {
            room[end] = UInt8(ascii: "-")
            end += 1
        }
        room[end] = UInt8(ascii: "0")
        room[end + 1] = UInt8(ascii: ".")
        end += 2
        let (count, factor) = places[-1 - Int(magnitude.exponent)]
        // Exact but for the last of 53 bits: a float has 24, the power of ten fewer than 20 places.
        var digits = UInt64(Double(magnitude) * factor + 0.5)
        var index = end + count
        while index > end {
            index -= 1
            room[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digits % 10)
            digits /= 10
        }
        return end + count
    }

    /// Zero, numbers from one up, and very small ones; JSON has no word for those that are not finite.
    private static func writeSlowly(_ value: Float, into room: UnsafeMutableRawBufferPointer, at start: Int) -> Int {
        var end = start
        for byte in (value.isFinite ? value.description : "null").utf8 {
            room[end] = byte
            end += 1
        }
        return end
    }
}

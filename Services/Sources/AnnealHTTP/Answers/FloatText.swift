/// Writes 32-bit floats as decimals for JSON, with as many places as it takes to read the same bits back.
///
/// `Float.description` finds the shortest such decimal. A response of 32 vectors has 8,192 numbers, and nothing in a
/// request costs as much as writing them. Here the number of places depends on the exponent alone, and eight digits are
/// found at once.
struct FloatText {
    /// The most bytes that a number takes, those of `-1.17549435e-38`, and those that are written too much.
    static let bytesMax = 24

    private struct Places {
        /// Decimal places, 8 to 14.
        let count: Int
        /// Ten to their power.
        let factor: Double
    }

    /// By exponent from -1 (a half and more) to -20.
    ///
    /// Floats of exponent e are 2^(e-23) apart. With places p so that 10^-p is less, the decimal is nearer to the float
    /// than half the distance to the next. `FloatTextTests` reads back the powers of two, where the distance below is
    /// half of that above.
    private let places: [Places] = (1...20).map { exponent in
        var count = 0
        var factor = 1.0
        while 1 / factor > Double(sign: .plus, exponent: -exponent - 23, significand: 1) {
            count += 1
            factor *= 10
        }
        return Places(count: count, factor: factor)
    }

    private static let shared = FloatText()

    /// Writes an array of numbers.
    /// - Returns: the bytes written.
    /// - Precondition: room for two bytes and for ``bytesMax`` and one more a number.
    static func write(_ values: some Collection<Float>, into room: UnsafeMutableRawBufferPointer) -> Int {
        precondition(room.count >= 2 + values.count * (bytesMax + 1))
        let base = room.baseAddress!
        base.storeBytes(of: UInt8(ascii: "["), as: UInt8.self)
        var end = base + 1
        shared.places.withUnsafeBufferPointer { places in
            for value in values {
                end = write(value, places, at: end)
                end.storeBytes(of: UInt8(ascii: ","), as: UInt8.self)
                end += 1
            }
        }
        // The last comma becomes the bracket.
        if !values.isEmpty { end -= 1 }
        end.storeBytes(of: UInt8(ascii: "]"), as: UInt8.self)
        return end + 1 - base
    }

    /// - Returns: where the number ends.
    @inline(__always)
    private static func write(
        _ value: Float, _ places: UnsafeBufferPointer<Places>, at start: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        let magnitude = value.magnitude
        guard magnitude < 1, magnitude >= 0x1p-20 else { return writeSlowly(value, at: start) }
        // In bounds: exponents from -1 to -20. Taken from the bits, for `exponent` also minds zero and the very small.
        let place = places[126 - Int(magnitude.bitPattern >> 23)]
        // Exact but for the last of 53 bits: a float has 24, the power of ten 33 at the most.
        // Through Int64, for which every processor has an instruction.
        let digits = UInt64(bitPattern: Int64(Double(magnitude) * place.factor + 0.5))
        var end = start
        // The sign is written anyhow, and overwritten where there is none.
        end.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
        end += value < 0 ? 1 : 0
        end.storeBytes(of: UInt8(ascii: "0"), as: UInt8.self)
        (end + 1).storeBytes(of: UInt8(ascii: "."), as: UInt8.self)
        end += 2
        // The number is below 2 · 10^8: a float has 24 bits, and there is less than one place too many.
        var low = digits
        if place.count > 8 {
            let high = digits / 100_000_000
            low = digits % 100_000_000
            end.storeBytes(of: 0x3030_3030_3030_3030, as: UInt64.self)
            end += place.count - 9
            end.storeBytes(of: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: high), as: UInt8.self)
            end += 1
        }
        end.storeBytes(of: eightDigits(low).littleEndian, as: UInt64.self)
        return end + 8
    }

    /// The decimal digits of a number below 10^8 as bytes, the first in the lowest byte.
    ///
    /// The number is halved in digits three times, each time all parts of it at once: by 10,000, by 100 and by 10. The
    /// products are rounded so that they are right for all that may stand in a part, and none of them overflows.
    @inline(__always)
    private static func eightDigits(_ number: UInt64) -> UInt64 {
        let upper = number / 10_000
        let fours = upper | (number &- upper &* 10_000) << 32
        let hundreds = ((fours &* 10_486) >> 20) & 0x0000_007F_0000_007F
        let twos = hundreds | (fours &- hundreds &* 100) << 16
        let tens = ((twos &* 103) >> 10) & 0x000F_000F_000F_000F
        return (tens | (twos &- tens &* 10) << 8) | 0x3030_3030_3030_3030
    }

    /// Zero, numbers from one up, and very small ones; JSON has no word for those that are not finite.
    private static func writeSlowly(_ value: Float, at start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        var end = start
        for byte in (value.isFinite ? value.description : "null").utf8 {
            end.storeBytes(of: byte, as: UInt8.self)
            end += 1
        }
        return end
    }
}

/// Exponential and logarithm of additions, multiplications and divisions, which every processor rounds the same.
///
/// Those of the C libraries differ in their last bits (``CMath``): with these, a seed gives one result everywhere.
package enum Elementary {
    /// e to the power of each number, to 2 units in the last place; 0 below -87, where numbers stop being normal.
    ///
    /// `x = n ln 2 + r` with `|r| ≤ ½ ln 2`, and a polynomial for `e^r` (Cephes, Moshier 1989).
    @inline(__always)
    package static func exp(_ x: SIMD8<Float>) -> SIMD8<Float> {
        let isSmall = x .< -87
        let bounded = x.replacing(with: -87, where: isSmall)
        // Adding and taking away 1.5 · 2^23 rounds to the nearest whole number, where rounding itself has no instruction.
        let shifted = bounded * 1.442_695_04 + 12_582_912
        let whole = shifted - 12_582_912
        let rest = bounded - whole * 0.693_359_375 + whole * 2.121_944_4e-4
        var sum = SIMD8<Float>(repeating: 1.987_569_15e-4)
        sum = sum * rest + 1.398_199_95e-3
        sum = sum * rest + 8.333_451_9e-3
        sum = sum * rest + 4.166_579_6e-2
        sum = sum * rest + 1.666_666_55e-1
        sum = sum * rest + 0.5
        sum = sum * (rest * rest) + rest + 1
        let exponent = SIMD8<Int32>(truncatingIfNeeded: unsafeBitCast(shifted, to: SIMD8<UInt32>.self)) &- 0x4B40_0000
        let scale = unsafeBitCast((exponent &+ 127) &<< 23, to: SIMD8<Float>.self)
        return (sum * scale).replacing(with: 0, where: isSmall)
    }

    /// e to the power of a number, to about one unit in the last place.
    package static func exp(_ x: Double) -> Double {
        if x < -745 { return 0 }
        precondition(x < 709, "an exponential that is no number")
        let whole = (x * 1.442_695_040_888_963_4).rounded(.toNearestOrEven)
        let rest = x - whole * 0.693_147_180_369_123_8 - whole * 1.908_214_929_270_587_7e-10
        // The series' next term is below 2^-56 of the sum.
        var sum = 1.0
        for factor in stride(from: 13.0, through: 1, by: -1) { sum = 1 + rest / factor * sum }
        let half = Int(whole) / 2
        return sum * power(half) * power(Int(whole) - half)
    }

    /// The natural logarithm of a positive normal number, to about two units in the last place.
    package static func log(_ x: Double) -> Double {
        precondition(x > 0 && x.isFinite)
        var exponent = Double(x.exponent)
        var significand = x.significand
        if significand > 1.414_213_562_373_095_1 {
            significand /= 2
            exponent += 1
        }
        // ln m = 2 artanh((m − 1) / (m + 1)), whose argument is below 0.172.
        let ratio = (significand - 1) / (significand + 1)
        let square = ratio * ratio
        var sum = 0.0
        for odd in stride(from: 23.0, through: 1, by: -2) { sum = sum * square + 1 / odd }
        return exponent * 0.693_147_180_559_945_3 + 2 * ratio * sum
    }

    /// The natural logarithm of positive normal numbers, to about two units in the last place.
    ///
    /// The significand is brought to between the roots of a half and of two, and a polynomial follows (Cephes, Moshier 1989).
    @inline(__always)
    package static func log(_ x: SIMD8<Float>) -> SIMD8<Float> {
        let bits = unsafeBitCast(x, to: SIMD8<Int32>.self)
        // What is added carries into the exponent where the significand is above the root of two.
        let shifted = bits &+ (0x3F80_0000 - 0x3F35_04F3)
        let exponent = SIMD8<Float>((shifted &>> 23) &- 127)
        let rest = unsafeBitCast((shifted & 0x007F_FFFF) &+ 0x3F35_04F3, to: SIMD8<Float>.self) - 1
        var sum = SIMD8<Float>(repeating: 7.037_683_6e-2)
        sum = sum * rest - 1.151_461_03e-1
        sum = sum * rest + 1.167_699_87e-1
        sum = sum * rest - 1.242_014_08e-1
        sum = sum * rest + 1.424_932_28e-1
        sum = sum * rest - 1.666_805_77e-1
        sum = sum * rest + 2.000_071_48e-1
        sum = sum * rest - 2.499_999_4e-1
        sum = sum * rest + 3.333_333_12e-1
        let square = rest * rest
        let tail = rest * square * sum - exponent * 2.121_944_4e-4 - square * 0.5
        return rest + tail + exponent * 0.693_359_375
    }

    /// The sine of turns: of 0.25 it is 1. To about 2^-50.
    package static func sine(turns: Double) -> Double {
        let angle = folded(turns - turns.rounded(.toNearestOrEven)) * 6.283_185_307_179_586
        let square = angle * angle
        var sum = 1.0
        for factor in stride(from: 20.0, through: 2, by: -2) { sum = 1 - square / (factor * (factor + 1)) * sum }
        return angle * sum
    }

    /// The sine is the same on both sides of a quarter turn.
    private static func folded(_ turn: Double) -> Double {
        abs(turn) <= 0.25 ? turn : (turn < 0 ? -0.5 : 0.5) - turn
    }

    /// The sines of turns in 0...1, to about 2^-20.
    package static func sine(turns: SIMD8<Float>) -> SIMD8<Float> {
        // To -0.5...0.5 and then to -0.25...0.25, where the sine is the same.
        let centred = turns.replacing(with: turns - 1, where: turns .> 0.5)
        let high = centred.replacing(with: 0.5 - centred, where: centred .> 0.25)
        let turn = high.replacing(with: -0.5 - centred, where: centred .< -0.25)
        let angle = turn * 6.283_185_5
        let square = angle * angle
        var sum = SIMD8<Float>(repeating: -2.505_210_8e-8)
        sum = sum * square + 2.755_731_9e-6
        sum = sum * square - 1.984_127e-4
        sum = sum * square + 8.333_333_3e-3
        sum = sum * square - 1.666_666_7e-1
        return angle + angle * square * sum
    }

    private static func power(_ exponent: Int) -> Double { Double(sign: .plus, exponent: exponent, significand: 1) }
}

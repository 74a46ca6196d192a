/// IEEE 754 half precision by table and by bits.
///
/// Swift's `Float16` calls a library function for each number where the target has no instruction for it, which is
/// slower than a table of all 65,536 values by an order of magnitude.
public enum HalfPrecision {
    /// The value of every pattern of 16 bits.
    public static let table: [Float] = (0..<65_536).map { value(UInt16($0)) }

    /// The value of one pattern, exactly. Without a branch: the exponent is moved by a product, which denormal numbers
    /// come out of exactly too.
    @inlinable
    public static func value(_ bits: UInt16) -> Float {
        let pattern = UInt32(bits)
        let magnitude = pattern & 0x7FFF
        let finite = (Float(bitPattern: magnitude << 13) * 0x1p112).bitPattern
        let other = 0x7F80_0000 | (magnitude & 0x3FF) << 13
        return Float(bitPattern: (pattern & 0x8000) << 16 | (magnitude >= 0x7C00 ? other : finite))
    }

    /// The nearest pattern, ties to even.
    public static func bits(_ value: Float) -> UInt16 {
        let pattern = value.bitPattern
        let sign = UInt16(pattern >> 16 & 0x8000)
        let magnitude = pattern & 0x7FFF_FFFF
        if magnitude > 0x7F80_0000 { return sign | 0x7E00 }
        if magnitude >= 0x4780_0000 { return sign | 0x7C00 }
        if magnitude < 0x3880_0000 {
            // Below the least normal number: multiples of 2^-24, rounded by the hardware's own addition.
            return sign | UInt16((Float(bitPattern: magnitude) * 0x1p24).rounded(.toNearestOrEven))
        }
        let rounded = magnitude + 0xFFF + (magnitude >> 13 & 1)
        return sign | UInt16((rounded - 0x3800_0000) >> 13)
    }
}

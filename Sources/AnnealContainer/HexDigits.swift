/// Hexadecimal digits, written and read a byte at a time.
package enum HexDigits {
    /// The lower-case digit of `value`.
    /// - Precondition: `value < 16`.
    @inline(__always)
    package static func lower(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 &+ value : 0x57 &+ value
    }

    /// The value of each byte as a digit (both cases), 255 for bytes that are none.
    package static let values: [UInt8] = (0...255).map { (byte: UInt8) -> UInt8 in
        switch byte {
        case 0x30...0x39: byte &- 0x30
        case 0x41...0x46: byte &- 0x37
        case 0x61...0x66: byte &- 0x57
        default: 255
        }
    }

    /// `0x` and the digits of a number, padded to `width`.
    package static func text(_ value: UInt64, width: Int) -> String {
        let digits = String(value, radix: 16)
        return "0x" + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

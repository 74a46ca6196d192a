/// Base64 with padding, as RFC 4648 section 4 has it: the tokenizer in the text form.
enum Base64 {
    private static let alphabet: [UInt8] = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The value of each byte as a digit, 255 for bytes that are none.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()

    /// The digits of bytes.
    static func encode(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity((bytes.count + 2) / 3 * 4)
        var group: UInt32 = 0
        var held = 0
        for byte in bytes {
            group = group &<< 8 | UInt32(byte)
            held += 1
            if held == 3 {
                for shift in [UInt32(18), 12, 6, 0] { digits.append(alphabet[Int(group &>> shift & 63)]) }
                group = 0
                held = 0
            }
        }
        if held > 0 {
            group = group &<< UInt32(8 * (3 - held))
            digits.append(alphabet[Int(group &>> 18 & 63)])
            digits.append(alphabet[Int(group &>> 12 & 63)])
            digits.append(held == 2 ? alphabet[Int(group &>> 6 & 63)] : 0x3d)
            digits.append(0x3d)
        }
        return digits
    }

    /// Appends the bytes of one line of digits, a whole number of groups of four.
    /// - Returns: nil, or the offset of the digit that is wrong.
    static func decode(_ line: UnsafeBufferPointer<UInt8>, into bytes: inout [UInt8]) -> Int? {
        guard line.count % 4 == 0 else { return line.count }
        var index = 0
        while index < line.count {
            var padding = 0
            if index + 4 == line.count {
                if line[index + 3] == 0x3d { padding = line[index + 2] == 0x3d ? 2 : 1 }
            }
            var group: UInt32 = 0
            for position in 0..<4 {
                var value: UInt8 = 0
                if position < 4 - padding {
                    value = values[Int(line[index + position])]
                    if value == 255 { return index + position }
                }
                group = group &<< 6 | UInt32(value)
            }
            // The bits that padding leaves over are zero, so that the same bytes have one form only.
            if padding > 0, group & (padding == 1 ? 0xff : 0xffff) != 0 { return index + 3 - padding }
            bytes.append(UInt8(truncatingIfNeeded: group &>> 16))
            if padding < 2 { bytes.append(UInt8(truncatingIfNeeded: group &>> 8)) }
            if padding < 1 { bytes.append(UInt8(truncatingIfNeeded: group)) }
            index += 4
        }
        return nil
    }
}

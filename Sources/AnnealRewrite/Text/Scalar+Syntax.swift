extension Unicode.Scalar {
    /// An ASCII letter.
    var isLetter: Bool { self >= "a" && self <= "z" || self >= "A" && self <= "Z" }

    /// The value of an ASCII decimal digit.
    var decimalDigit: UInt8? { self >= "0" && self <= "9" ? UInt8(value - 48) : nil }

    /// The value of an ASCII hexadecimal digit.
    var hexDigit: UInt8? {
        if let decimalDigit { return decimalDigit }
        if self >= "a" && self <= "f" { return UInt8(value - 87) }
        if self >= "A" && self <= "F" { return UInt8(value - 55) }
        return nil
    }
}

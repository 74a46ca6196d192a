/// Counts in a byte: exact up to 128, then within 4 %, and at most about 900,000.
enum CountCode {
    /// What each code stands for.
    static let values: [UInt32] = {
        var values = (1...128).map { UInt32($0) }
        var value = 128.0
        while values.count < 256 {
            // The tenth root of two.
            value *= 1.071_773_462_536_293_1
            values.append(UInt32(value.rounded()))
        }
        return values
    }()

    /// The code whose value is nearest.
    /// - Precondition: `count > 0`.
    static func code(_ count: Int) -> UInt8 {
        precondition(count > 0)
        if count <= 128 { return UInt8(count - 1) }
        let above = values.firstIndex { Int($0) >= count } ?? 255
        let isBelowNearer = Int(values[above]) - count > count - Int(values[above - 1])
        return UInt8(isBelowNearer ? above - 1 : above)
    }
}

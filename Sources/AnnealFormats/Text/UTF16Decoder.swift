/// Turns UTF-16 into UTF-8, a block at a time; what a block cuts in two is kept for the next.
///
/// A lone surrogate, or half a unit at the end, becomes U+FFFD.
public struct UTF16Decoder: Sendable {
    private let isBigEndian: Bool
    private var half: UInt8?
    private var high: UInt16?

    /// The most bytes that `count` bytes and what is kept can become.
    public static func capacity(for count: Int) -> Int { count / 2 * 3 + 9 }

    public init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

    /// - Parameter place: room for ``capacity(for:)`` bytes.
    /// - Returns: the number of bytes written.
    public mutating func decode(_ bytes: some Sequence<UInt8>, into place: UnsafeMutablePointer<UInt8>) -> Int {
        var count = 0
        for byte in bytes {
            guard let first = half else {
                half = byte
                continue
            }
            half = nil
            let unit = isBigEndian ? UInt16(first) << 8 | UInt16(byte) : UInt16(byte) << 8 | UInt16(first)
            if let lead = high {
                high = nil
                if UTF16.isTrailSurrogate(unit) {
                    let value = 0x10000 + (UInt32(lead) - 0xD800) << 10 + (UInt32(unit) - 0xDC00)
                    count += UTF16Decoder.put(Unicode.Scalar(value), at: place + count)
                    continue
                }
                count += UTF16Decoder.put(nil, at: place + count)
            }
            if UTF16.isLeadSurrogate(unit) {
                high = unit
            } else {
                count += UTF16Decoder.put(Unicode.Scalar(unit), at: place + count)
            }
        }
        return count
    }

    /// What is left at the end of the input.
    public mutating func finish(into place: UnsafeMutablePointer<UInt8>) -> Int {
        let isCut = half != nil || high != nil
        half = nil
        high = nil
        return isCut ? UTF16Decoder.put(nil, at: place) : 0
    }

    private static func put(_ scalar: Unicode.Scalar?, at place: UnsafeMutablePointer<UInt8>) -> Int {
        var count = 0
        for unit in UTF8.encode(scalar ?? "\u{FFFD}")! {
            place[count] = unit
            count += 1
        }
        return count
    }
}

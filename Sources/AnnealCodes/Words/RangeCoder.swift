import AnnealPlatform

/// Codes a choice among symbols with given frequencies: writes one, reads one, or counts what one would cost. Who walks
/// through a model does so once for all three.
protocol SymbolCoder: ~Copyable {
    /// Whether symbols come out of the coder instead of going in.
    static var decodes: Bool { get }

    /// Codes one symbol.
    /// - Parameters:
    ///   - symbol: which one; not looked at by a coder that decodes.
    ///   - frequencies: that of each symbol, none of them 0, `total` in sum.
    ///   - total: at most ``RangeEncoder/totalLimit``.
    /// - Returns: the symbol.
    mutating func code(_ symbol: Int, frequencies: UnsafeBufferPointer<UInt32>, total: UInt32) -> Int
}

/// Writes symbols in as many bits as they are improbable: a range coder of 32 bits that propagates carries.
///
/// All of it is whole numbers, so that the bytes are the same on every machine. A symbol costs
/// `log2(total / frequency)` bits and less than a ten thousandth more; the end costs a byte at most.
///
/// - Source: Martin, Range encoding, Video and Data Recording Conference, 1979; the carry as in LZMA's coder (Pavlov).
package struct RangeEncoder: SymbolCoder, ~Copyable {
    static let decodes = false
    /// The largest sum of frequencies: what keeps the loss by rounding small.
    static let totalLimit: UInt32 = 1 << 17
    /// Below this the range is widened by a byte.
    static let least: UInt32 = 1 << 24

    /// The bytes that no carry can change any more.
    private var bytes: [UInt8] = []
    private var low: UInt64 = 0
    private var range: UInt32 = .max
    /// The last byte, which a carry would change, and how many bytes 255 follow it.
    private var pending: UInt8?
    private var carriers = 0

    package init() {}

    mutating func code(_ symbol: Int, frequencies: UnsafeBufferPointer<UInt32>, total: UInt32) -> Int {
        precondition(total <= Self.totalLimit && frequencies[symbol] > 0)
        var start: UInt32 = 0
        for earlier in 0..<symbol { start += frequencies[earlier] }
        let unit = range / total
        low += UInt64(start) * UInt64(unit)
        range = unit * frequencies[symbol]
        while range < Self.least {
            shift()
            range <<= 8
        }
        return symbol
    }

    /// Moves the top byte of `low` out.
    private mutating func shift() {
        let top = UInt8(truncatingIfNeeded: low >> 24)
        let carry = UInt8(truncatingIfNeeded: low >> 32)
        if carry == 0, top == 0xFF {
            carriers += 1
        } else {
            if let pending { bytes.append(pending &+ carry) }
            for _ in 0..<carriers { bytes.append(0xFF &+ carry) }
            carriers = 0
            pending = top
        }
        low = (low & 0x00FF_FFFF) << 8
    }

    /// The bytes of all that was coded. Zeros at the end are left away: the reader goes on with zeros.
    package consuming func finish() -> [UInt8] {
        // The roundest number of the interval.
        for zeros in [UInt64(32), 24, 16, 8, 0] {
            let mask = (UInt64(1) << zeros) - 1
            let round = (low + mask) & ~mask
            if round < low + UInt64(range) {
                low = round
                break
            }
        }
        for _ in 0..<5 { shift() }
        while bytes.last == 0 { bytes.removeLast() }
        return bytes
    }
}

/// Reads what ``RangeEncoder`` wrote, if it is asked for the same symbols with the same frequencies.
///
/// Any bytes at all are read as some symbols: whether they are the right ones, a checksum has to say.
package struct RangeDecoder: SymbolCoder {
    static let decodes = true

    private let bytes: UnsafeBufferPointer<UInt8>
    private var place = 0
    private var range: UInt32 = .max
    private var code: UInt32 = 0

    /// - Parameter bytes: valid as long as the decoder is used.
    package init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        for _ in 0..<4 { code = code << 8 | next() }
    }

    /// Whether no byte is left unread. The encoder leaves none.
    package var isAtEnd: Bool { place >= bytes.count }

    private mutating func next() -> UInt32 {
        defer { place += 1 }
        return place < bytes.count ? UInt32(bytes[place]) : 0
    }

    mutating func code(_: Int, frequencies: UnsafeBufferPointer<UInt32>, total: UInt32) -> Int {
        precondition(total <= RangeEncoder.totalLimit)
        let unit = range / total
        let value = min(code / unit, total - 1)
        var symbol = 0
        var start: UInt32 = 0
        while value - start >= frequencies[symbol] {
            start += frequencies[symbol]
            symbol += 1
        }
        code -= start * unit
        range = unit * frequencies[symbol]
        while range < RangeEncoder.least {
            code = code << 8 | next()
            range <<= 8
        }
        return symbol
    }
}

/// Counts the bits that symbols would take.
struct BitCounter: SymbolCoder {
    static let decodes = false
    private(set) var bits = 0.0

    mutating func code(_ symbol: Int, frequencies: UnsafeBufferPointer<UInt32>, total: UInt32) -> Int {
        bits += CMath.log2(Double(total) / Double(frequencies[symbol]))
        return symbol
    }
}

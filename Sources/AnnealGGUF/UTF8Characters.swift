/// Characters of bytes that need not be UTF-8.
enum UTF8Characters {
    /// The character at a place, which moves behind it; nil for a byte that begins none: a stray, missing or overlong
    /// sequence, half of a pair, or a number above U+10FFFF.
    @inline(__always)
    static func next(_ text: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> Unicode.Scalar? {
        let first = text[position]
        position += 1
        if first < 0x80 { return Unicode.Scalar(first) }
        let count = first < 0xC2 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : first < 0xF5 ? 3 : 0
        guard count > 0, position + count <= text.count else { return nil }
        var value = UInt32(first) & (0x3F >> UInt32(count))
        for index in position..<position + count {
            guard text[index] & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(text[index] & 0x3F)
        }
        guard value >= (count == 1 ? 0x80 : count == 2 ? 0x800 : 0x1_0000), let scalar = Unicode.Scalar(value) else {
            return nil
        }
        position += count
        return scalar
    }

    /// Bytes of a character by its first one, for UTF-8 that is known to be sound; of other bytes 1.
    @inline(__always)
    static func length(_ first: UInt8) -> Int { first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4 }
}

/// Which characters stand side by side in some piece, and perhaps a few that do not: one bit for the hash of a pair.
///
/// Where two neighbours of a text are in no piece together, no merge reaches over the place between them.
struct CharacterPairs: Sendable {
    private var bits: [UInt64]
    private let shift: UInt64

    /// What the bits take, in bytes.
    static func memory(count: Int) -> Int { 8 << wordBits(count) }

    /// - Parameter count: of the pieces; eight bits and more for each.
    init(count: Int) {
        bits = [UInt64](repeating: 0, count: 1 << Self.wordBits(count))
        shift = UInt64(64 - 6 - Self.wordBits(count))
    }

    private static func wordBits(_ count: Int) -> Int { max(4, Int.bitWidth - count.leadingZeroBitCount - 4) }

    /// Adds the pairs of a piece.
    mutating func insert(piece: UnsafeBufferPointer<UInt8>) {
        var last: UInt32?
        var place = 0
        while place < piece.count {
            let end = min(piece.count, place + UTF8Characters.length(piece[place]))
            var character: UInt32 = 0
            for index in place..<end { character = character << 8 | UInt32(piece[index]) }
            if let last {
                let hash = hash(last, character)
                bits[Int(hash >> 6)] |= 1 << (hash & 63)
            }
            last = character
            place = end
        }
    }

    /// Whether a piece may have two characters, given as their bytes from the first on, as neighbours.
    @inline(__always)
    func mayHave(_ left: UInt32, _ right: UInt32) -> Bool {
        let hash = hash(left, right)
        return bits[Int(hash >> 6)] >> (hash & 63) & 1 == 1
    }

    @inline(__always)
    private func hash(_ left: UInt32, _ right: UInt32) -> UInt64 {
        let both = (UInt64(left) << 32 | UInt64(right)) &* 0x9E37_79B9_7F4A_7C15
        return ((both ^ both >> 32) &* 0xC2B2_AE3D_27D4_EB4F) >> shift
    }
}

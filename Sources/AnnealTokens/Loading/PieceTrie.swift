/// A trie of pieces in a double array of 32-bit units.
///
/// Bits 0-7 of a unit are its label, bit 8 marks a value (its number in bits 10-31), bit 9 says that the unit's own
/// value stands at its base, and bits 10-31 are the base: the child for byte `b` is at `base ^ b` if its low nine bits
/// equal `b`. Free units have bit 8 set, so no byte matches them.
/// - Invariant: every block of 256 units that a base points into is allocated; no two units share a base.
struct PieceTrie {
    static let labelMask: UInt32 = 0x1FF
    static let valueMark: UInt32 = 0x100
    static let hasValueMark: UInt32 = 0x200
    static let free: UInt32 = 0x1FF
    /// Bases and values have 22 bits.
    static let unitLimit = 1 << 22

    let units: UnsafeMutablePointer<UInt32>
    let unitCount: Int
    let root: UInt32

    func deallocate() { units.deallocate() }

    /// The unit that follows `unit` for `byte`, or a free unit.
    @inline(__always)
    func step(_ unit: UInt32, _ byte: UInt8) -> UInt32 {
        units[Int(truncatingIfNeeded: (unit >> 10) ^ UInt32(byte))]
    }

    @inline(__always) static func matches(_ unit: UInt32, _ byte: UInt8) -> Bool { unit & labelMask == UInt32(byte) }
    @inline(__always) static func hasValue(_ unit: UInt32) -> Bool { unit & hasValueMark != 0 }
    @inline(__always) func value(_ unit: UInt32) -> UInt32 { units[Int(truncatingIfNeeded: unit >> 10)] >> 10 }

    /// The value of exactly these bytes.
    @inline(__always)
    func find(_ text: UnsafePointer<UInt8>, _ count: Int) -> UInt32? {
        var unit = root
        for index in 0..<count {
            unit = step(unit, text[index])
            if !Self.matches(unit, text[index]) { return nil }
        }
        return Self.hasValue(unit) ? value(unit) : nil
    }

    /// The length of the longest key that starts at `text`, 0 for none. Like the reference, looks at no more than 64.
    @inline(__always)
    func longestMatch(_ text: UnsafePointer<UInt8>, _ count: Int) -> Int {
        var unit = root
        var length = 0
        var matches = 0
        for index in 0..<count {
            unit = step(unit, text[index])
            if !Self.matches(unit, text[index]) { break }
            if Self.hasValue(unit) {
                length = index &+ 1
                matches &+= 1
                if matches == 64 { break }
            }
        }
        return length
    }
}

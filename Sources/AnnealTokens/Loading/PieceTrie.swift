import AnnealPlatform

/// A trie of pieces in a double array of 64-bit units.
///
/// Bits 0-7 of a unit are its label; bit 8 is set in free units, so that no byte matches them; bit 9 says that a piece
/// ends here, bit 10 that the segmentation may use it; bits 11-31 are the base: the child for byte `b` is at
/// `base ^ b` if its low nine bits equal `b`. The high half is the piece's score, so that the search for the best
/// segmentation touches no other memory.
/// - Invariant: every block of 256 units that a base points into is allocated; no two units with children share a
///   base, and none of them has the base 0, which units without children keep.
struct PieceTrie {
    static let labelMask: UInt32 = 0x1FF
    static let free: UInt64 = 0x1FF
    static let pieceMark: UInt64 = 0x200
    static let usableMark: UInt64 = 0x400
    static let baseShift: UInt32 = 11
    /// Bases have 21 bits.
    static let unitLimit = 1 << 21

    let units: UnsafePointer<UInt64>
    /// For each unit that a piece ends at, the piece.
    let ids: UnsafePointer<UInt32>
    let unitCount: Int
    /// Of the memory, nil if it is not the trie's own.
    private let capacity: Int?
    /// Stands at no place of `units`.
    let root: UInt64
    /// For each two small letters the unit that follows the root for them: close together, where `units` has them far
    /// apart.
    let letterPairs: UnsafeMutablePointer<UInt64>
    /// Where the search goes on after a space symbol, and its unit; no unit of a piece if there is none.
    let spaceSymbol: (slot: Int, unit: UInt64)

    /// - Parameter capacity: what was allocated by ``allocate(capacity:)`` and is the trie's to free; nil if the units
    ///   lie in memory of somebody else's.
    init(
        units: UnsafePointer<UInt64>, ids: UnsafePointer<UInt32>, unitCount: Int, capacity: Int?, root: UInt64
    ) {
        self.units = units
        self.ids = ids
        self.unitCount = unitCount
        self.capacity = capacity
        self.root = root
        var place = (slot: 0, unit: root)
        for byte: UInt8 in [0xE2, 0x96, 0x81] where unitCount > 0 {
            place.slot = Self.slot(place.unit, byte)
            place.unit = units[place.slot]
            if !Self.matches(place.unit, byte) {
                place.unit = Self.free
                break
            }
        }
        spaceSymbol = place
        letterPairs = .allocate(capacity: 1 << 10)
        letterPairs.initialize(repeating: Self.free, count: 1 << 10)
        for first: UInt8 in 0x61...0x7A where unitCount > 0 {
            let unit = units[Self.slot(root, first)]
            guard Self.matches(unit, first) else { continue }
            for second: UInt8 in 0x61...0x7A {
                letterPairs[Self.letterPair(first, second)] = units[Self.slot(unit, second)]
            }
        }
    }

    /// Room for a trie, in one block: units, and their pieces behind them, all zero.
    static func allocate(capacity: Int) -> (units: UnsafeMutablePointer<UInt64>, ids: UnsafeMutablePointer<UInt32>) {
        let block = ZeroedPages.allocate(byteCount: capacity * unitBytes)
        return (
            block.bindMemory(to: UInt64.self, capacity: capacity),
            (block + 8 * capacity).bindMemory(to: UInt32.self, capacity: capacity)
        )
    }

    static func deallocate(_ units: UnsafeMutablePointer<UInt64>, capacity: Int) {
        ZeroedPages.deallocate(units, byteCount: capacity * unitBytes)
    }

    /// Of a unit and its piece.
    private static let unitBytes = 12

    func deallocate() {
        if let capacity { Self.deallocate(UnsafeMutablePointer(mutating: units), capacity: capacity) }
        letterPairs.deallocate()
    }

    /// The place of two bytes in ``letterPairs``; those of a small letter and a zero byte have no unit.
    @inline(__always)
    static func letterPair(_ first: UInt8, _ second: UInt8) -> Int { Int(first & 31) << 5 | Int(second & 31) }

    /// Where the unit that follows `unit` for `byte` stands, if there is one.
    @inline(__always)
    static func slot(_ unit: UInt64, _ byte: UInt8) -> Int {
        Int(truncatingIfNeeded: (UInt32(truncatingIfNeeded: unit) >> baseShift) ^ UInt32(byte))
    }

    @inline(__always)
    static func matches(_ unit: UInt64, _ byte: UInt8) -> Bool {
        UInt32(truncatingIfNeeded: unit) & labelMask == UInt32(byte)
    }

    @inline(__always) static func endsPiece(_ unit: UInt64) -> Bool { unit & pieceMark != 0 }
    @inline(__always) static func endsUsablePiece(_ unit: UInt64) -> Bool { unit & usableMark != 0 }
    @inline(__always) static func score(_ unit: UInt64) -> Float {
        Float(bitPattern: UInt32(truncatingIfNeeded: unit >> 32))
    }

    /// The piece of exactly these bytes.
    @inline(__always)
    func find(_ text: UnsafePointer<UInt8>, _ count: Int) -> UInt32? {
        var unit = root
        var slot = 0
        for index in 0..<count {
            slot = Self.slot(unit, text[index])
            unit = units[slot]
            if !Self.matches(unit, text[index]) { return nil }
        }
        return Self.endsPiece(unit) ? ids[slot] : nil
    }

    /// The length of the longest piece that starts at `text`, 0 for none. Like the reference, looks at no more than 64.
    @inline(__always)
    func longestMatch(_ text: UnsafePointer<UInt8>, _ count: Int) -> Int {
        var unit = root
        var length = 0
        var matches = 0
        for index in 0..<count {
            unit = units[Self.slot(unit, text[index])]
            if !Self.matches(unit, text[index]) { break }
            if Self.endsPiece(unit) {
                length = index &+ 1
                matches &+= 1
                if matches == 64 { break }
            }
        }
        return length
    }
}

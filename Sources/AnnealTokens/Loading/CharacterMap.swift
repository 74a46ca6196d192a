/// The precompiled character map of a model: a double array from source byte strings to offsets of their replacements.
///
/// The layout is that of darts-clone (Yata, https://github.com/s-yata/darts-clone): bits 0-7 of a unit are its label,
/// bit 8 says that a value follows at label 0, bit 9 scales the offset in bits 10-30 by 256, and bit 31 marks a value.
/// - Invariant: every transition from every unit stays inside `units`, every value is an offset inside `replacements`,
///   and `replacements` ends with a zero byte. `init` checks this once, so that lookups need no bounds checks.
package struct CharacterMap {
    /// The reference keeps at most this many matches of one prefix.
    static let matchLimit = 32

    /// Little-endian and not aligned: where the map is not copied, it lies as it does in the model file.
    private let bytes: UnsafeRawPointer
    let unitCount: Int
    package let replacements: UnsafePointer<UInt8>
    let replacementCount: Int
    private let isCopy: Bool

    /// - Parameter copies: whether the map is copied; if not, the blob must outlive it.
    /// - Throws: `invalidCharacterMap`.
    init(_ blob: UnsafeRawBufferPointer, copies: Bool) throws(TokenizerError) {
        guard blob.count > 4, let base = blob.baseAddress else {
            throw .invalidCharacterMap(expected: "more than 4 bytes", found: "\(blob.count)")
        }
        let trieBytes = Int(clamping: UInt32(littleEndian: blob.loadUnaligned(fromByteOffset: 0, as: UInt32.self)))
        guard trieBytes < blob.count - 4 else {
            throw .invalidCharacterMap(expected: "a trie of less than \(blob.count - 4) bytes", found: "\(trieBytes)")
        }
        guard trieBytes >= 1024, trieBytes % 1024 == 0 else {
            throw .invalidCharacterMap(expected: "a trie of a multiple of 1024 bytes", found: "\(trieBytes)")
        }
        guard blob[blob.count - 1] == 0 else {
            throw .invalidCharacterMap(expected: "a final zero byte", found: "\(blob[blob.count - 1])")
        }
        unitCount = trieBytes / 4
        replacementCount = blob.count - 4 - trieBytes
        if let broken = Self.firstBrokenUnit(blob, count: unitCount, replacementCount: replacementCount) {
            throw .invalidCharacterMap(
                expected: "transitions and values inside the map", found: "unit \(broken) leads outside")
        }
        isCopy = copies
        if copies {
            let copy = UnsafeMutableRawPointer.allocate(byteCount: blob.count - 4, alignment: 8)
            copy.copyMemory(from: base + 4, byteCount: blob.count - 4)
            bytes = UnsafeRawPointer(copy)
        } else {
            bytes = base + 4
        }
        replacements = (bytes + trieBytes).assumingMemoryBound(to: UInt8.self)
    }

    func deallocate() {
        if isCopy { bytes.deallocate() }
    }

    /// - Precondition: `index < unitCount`.
    @inline(__always)
    func unit(_ index: Int) -> UInt32 {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 &* index, as: UInt32.self))
    }

    private static func unit(_ blob: UnsafeRawBufferPointer, _ index: Int) -> UInt32 {
        UInt32(littleEndian: blob.loadUnaligned(fromByteOffset: 4 + 4 * index, as: UInt32.self))
    }

    private static func firstBrokenUnit(_ blob: UnsafeRawBufferPointer, count: Int, replacementCount: Int) -> Int? {
        let root = unit(blob, 0)
        guard label(root) == 0, !hasValue(root), offset(root) != 0, (offset(root) | 0xFF) < count else { return 0 }
        for index in 1..<count {
            let unit = unit(blob, index)
            if unit >> 31 == 0 {
                let base = index ^ offset(unit)
                if base | 0xFF >= count { return index }
                if hasValue(unit), Self.unit(blob, base) >> 31 == 0 { return index }
            } else if Int(unit & 0x7FFF_FFFF) >= replacementCount {
                return index
            }
        }
        return nil
    }

    @inline(__always) static func label(_ unit: UInt32) -> UInt32 { unit & 0x8000_00FF }
    @inline(__always) static func hasValue(_ unit: UInt32) -> Bool { unit & 0x100 != 0 }
    @inline(__always) static func offset(_ unit: UInt32) -> Int {
        Int(truncatingIfNeeded: (unit >> 10) << ((unit & 0x200) >> 6))
    }

    /// The longest key that starts at `text`: its length, 0 for none, and where its replacement starts.
    /// - Complexity: O(length of the longest key).
    @inline(__always)
    package func longestMatch(_ text: UnsafePointer<UInt8>, _ count: Int) -> (length: Int, replacement: Int) {
        var length = 0
        var replacement = 0
        var matches = 0
        // In bounds: `init` checked that a block of 256 units from every base lies inside.
        var position = Self.offset(unit(0))
        var index = 0
        while index < count {
            position ^= Int(text[index])
            let unit = self.unit(position)
            if Self.label(unit) != UInt32(text[index]) { break }
            position ^= Self.offset(unit)
            index &+= 1
            if Self.hasValue(unit) {
                length = index
                replacement = Int(self.unit(position) & 0x7FFF_FFFF)
                matches &+= 1
                if matches == Self.matchLimit { break }
            }
        }
        return (length, replacement)
    }

    /// The child of the unit at `position` for `byte`, nil if there is none.
    func child(of position: Int, _ byte: UInt8) -> Int? {
        let child = position ^ Self.offset(unit(position)) ^ Int(byte)
        return Self.label(unit(child)) == UInt32(byte) ? child : nil
    }

    /// The replacement of the key that ends at a unit, nil if none does.
    func value(at position: Int) -> [UInt8]? {
        guard Self.hasValue(unit(position)) else { return nil }
        let start = Int(unit(position ^ Self.offset(unit(position))) & 0x7FFF_FFFF)
        // In bounds: the replacements end with a zero byte.
        var end = start
        while replacements[end] != 0 { end += 1 }
        return Array(UnsafeBufferPointer(start: replacements + start, count: end - start))
    }

    /// Whether any key has `byte` at any place but the first, or goes on after a first `byte`.
    ///
    /// Units that no key uses carry labels too, so each unit that looks like such a transition is traced back to the
    /// root. - Complexity: O(unitCount).
    func crosses(_ byte: UInt8) -> Bool {
        // A chain of units for each base, to find the parents of a unit.
        let none = UInt32.max
        var first = [UInt32](repeating: none, count: unitCount)
        var next = [UInt32](repeating: none, count: unitCount)
        for index in 0..<unitCount where unit(index) >> 31 == 0 {
            let base = index ^ Self.offset(unit(index))
            next[index] = first[base]
            first[base] = UInt32(index)
        }
        var reachable = [UInt8](repeating: 0, count: unitCount)  // 0 unknown, 1 no (or being looked at), 2 yes
        reachable[0] = 2
        for index in 1..<unitCount where Self.label(unit(index)) == UInt32(byte) {
            var parent = first[index ^ Int(byte)]
            while parent != none {
                if parent == 0 {
                    if (0...255).contains(where: { $0 != 0 && child(of: index, UInt8($0)) != nil }) { return true }
                } else if reaches(Int(parent), first, next, &reachable) {
                    return true
                }
                parent = next[Int(parent)]
            }
        }
        return false
    }

    private func reaches(_ start: Int, _ first: [UInt32], _ next: [UInt32], _ reachable: inout [UInt8]) -> Bool {
        if reachable[start] != 0 { return reachable[start] == 2 }
        var seen = [start]
        reachable[start] = 1
        var index = 0
        var found = false
        while index < seen.count, !found {
            let unit = self.unit(seen[index])
            var parent = first[seen[index] ^ Int(unit & 0xFF)]
            while parent != UInt32.max {
                if reachable[Int(parent)] == 2 {
                    found = true
                    break
                }
                if reachable[Int(parent)] == 0 {
                    reachable[Int(parent)] = 1
                    seen.append(Int(parent))
                }
                parent = next[Int(parent)]
            }
            index += 1
        }
        // What was seen on the way to a find is not all reachable: forget it, keep only the start's own answer.
        if found {
            for unit in seen { reachable[unit] = 0 }
            reachable[start] = 2
        }
        return found
    }
}

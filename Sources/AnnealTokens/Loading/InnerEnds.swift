/// Keys of a character map that end words inside of words: `os.path` becomes `os. path`, `readFile` becomes `read file`.
///
/// A key is a pair of ASCII characters, of which the second begins a word: a mark and a letter, or a small letter and a
/// capital. Its replacement is the first, a space, and the second in lower case. A scan that knows this needs no map.
enum InnerEnds {
    private static let printable: ClosedRange<UInt8> = 0x21...0x7E

    /// Whether these are all the keys of a map that begin with ASCII and are longer than a character, each has its
    /// replacement, and of the single printable characters only the capitals become others.
    /// - Complexity: O(1), some 30,000 looks at units.
    static func areAll(of map: CharacterMap) -> Bool {
        for first in UInt8(1)..<0x80 {
            let unit = map.child(of: 0, first)
            if printable.contains(first) {
                guard (unit.flatMap { map.value(at: $0) } ?? [first]) == [replacement(first)] else { return false }
            }
            for second in UInt8(1)...0xFF {
                let key = unit.flatMap { map.child(of: $0, second) }
                guard arePair(first, second) else {
                    if key != nil { return false }
                    continue
                }
                guard let key, map.value(at: key) == [first, 0x20, second | 0x20],
                    !(UInt8(1)...0xFF).contains(where: { map.child(of: key, $0) != nil })
                else { return false }
            }
        }
        return true
    }

    /// What a character becomes that is in no pair, 0xFF for what is not printable or a space.
    static func replacement(_ byte: UInt8) -> UInt8 {
        guard printable.contains(byte) else { return NormalizationRules.notSimple }
        return NormalizationRules.isLetter(byte) ? byte | 0x20 : byte
    }

    /// Whether two characters are a pair.
    @inline(__always)
    static func arePair(_ first: UInt8, _ second: UInt8) -> Bool {
        guard NormalizationRules.isLetter(second) else { return false }
        return isMark(first) || first &- 0x61 < 26 && second < 0x61
    }

    /// Whether a byte is printable ASCII, and no letter, digit or space.
    @inline(__always)
    static func isMark(_ byte: UInt8) -> Bool {
        byte &- 0x21 < 0x5E && !NormalizationRules.isLetter(byte) && byte &- 0x30 >= 10
    }
}

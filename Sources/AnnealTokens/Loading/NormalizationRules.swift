/// How a model turns text into the bytes that its pieces are looked for in.
struct NormalizationRules {
    let characterMap: CharacterMap?
    let userDefined: PieceTrie?
    let addDummyPrefix: Bool
    let removeExtraWhitespaces: Bool
    let escapeWhitespaces: Bool
    let whitespaceAsSuffix: Bool
    /// Whether normalising a text word by word gives the same bytes as normalising it as a whole.
    let wordsStandAlone: Bool
    /// For each ASCII byte its replacement if that is one byte, no space, whatever ASCII byte follows; else 0xFF.
    let simple: UnsafeMutablePointer<UInt8>
    static let notSimple: UInt8 = 0xFF

    /// - Throws: `invalidCharacterMap`.
    init(_ model: ModelFile, _ file: UnsafeRawBufferPointer, userDefined: PieceTrie?) throws(TokenizerError) {
        let map =
            model.characterMap.isEmpty
            ? nil : try CharacterMap(UnsafeRawBufferPointer(rebasing: file[model.characterMap]))
        characterMap = map
        self.userDefined = userDefined
        addDummyPrefix = model.addDummyPrefix
        removeExtraWhitespaces = model.removeExtraWhitespaces
        escapeWhitespaces = model.escapeWhitespaces
        whitespaceAsSuffix = model.whitespaceAsSuffix
        simple = .allocate(capacity: 256)
        for byte in 0..<256 { simple[byte] = Self.simpleReplacement(UInt8(byte), map, userDefined) }

        // A space must stay a space: no key goes over one, and the key " " alone, if there is one, gives " ".
        var spacesStay = true
        if let map {
            spacesStay = !map.crosses(0x20)
            let space: [UInt8] = [0x20]
            let match = space.withUnsafeBufferPointer { map.longestMatch($0.baseAddress!, 1) }
            if match.length == 1,
                !(map.replacements[match.replacement] == 0x20 && map.replacements[match.replacement + 1] == 0)
            {
                spacesStay = false
            }
        }
        wordsStandAlone = spacesStay && removeExtraWhitespaces && escapeWhitespaces && !whitespaceAsSuffix
    }

    func deallocate() {
        characterMap?.deallocate()
        simple.deallocate()
    }

    private static func simpleReplacement(_ byte: UInt8, _ map: CharacterMap?, _ userDefined: PieceTrie?) -> UInt8 {
        guard byte < 0x80, byte != 0x20 else { return notSimple }
        if let userDefined, PieceTrie.matches(userDefined.units[PieceTrie.slot(userDefined.root, byte)], byte) {
            return notSimple
        }
        guard let map, let unit = map.child(of: 0, byte) else { return byte }
        for next in 0..<UInt8(0x80) where map.child(of: unit, next) != nil { return notSimple }
        guard CharacterMap.hasValue(map.units[unit]) else { return byte }
        let start = Int(map.units[unit ^ CharacterMap.offset(map.units[unit])] & 0x7FFF_FFFF)
        let replacement = map.replacements[start]
        guard replacement != 0, replacement != 0x20, replacement < 0x80, map.replacements[start + 1] == 0 else {
            return notSimple
        }
        return replacement
    }
}

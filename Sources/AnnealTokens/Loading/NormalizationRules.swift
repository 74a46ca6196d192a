/// How a model turns text into the bytes that its pieces are looked for in.
package struct NormalizationRules {
    package let characterMap: CharacterMap?
    let userDefined: PieceTrie?
    package let addDummyPrefix: Bool
    package let removeExtraWhitespaces: Bool
    package let escapeWhitespaces: Bool
    package let whitespaceAsSuffix: Bool
    /// Whether a space stays a space, whatever stands next to it.
    let spacesStay: Bool
    /// Whether normalising a text word by word gives the same bytes as normalising it as a whole.
    let wordsStandAlone: Bool
    /// Whether words end inside of words, by keys of two ASCII characters: a mark and a letter become `mark letter`, a small
    /// letter and a capital `small small`, letters in lower case; and no other key begins with ASCII and is longer than a
    /// character. See ``InnerEnds``.
    package let endsWordsInside: Bool
    /// For each ASCII byte its replacement if that is one byte, no space, whatever ASCII byte follows; else 0xFF. If
    /// `endsWordsInside`, the printable bytes have theirs, which holds where they make no pair with what follows, and no
    /// other byte has one.
    let simple: UnsafeMutablePointer<UInt8>
    static let notSimple: UInt8 = 0xFF
    /// Whether each printable ASCII character but the space is simple, and letters and others keep apart.
    let classesStandAlone: Bool
    /// Whether these become themselves, letters in lower case.
    let foldsCase: Bool
    /// Whether they become themselves, letters in lower case if `foldsCase`.
    let keepsPrintable: Bool

    /// What an index says of a character map.
    struct Stored {
        var spacesStay: Bool
        var endsWordsInside: Bool
    }

    /// - Parameters:
    ///   - stored: what an index says of the map; nil to find out, which is most of the work here. The character map of
    ///     a file with an index is not copied: the file must outlive the rules.
    /// - Throws: `invalidCharacterMap`.
    init(
        _ model: ModelFile, _ file: UnsafeRawBufferPointer, userDefined: PieceTrie?, stored: Stored? = nil
    ) throws(TokenizerError) {
        let map =
            model.characterMap.isEmpty
            ? nil
            : try CharacterMap(
                UnsafeRawBufferPointer(rebasing: file[model.characterMap]), copies: stored == nil)
        characterMap = map
        self.userDefined = userDefined
        addDummyPrefix = model.addDummyPrefix
        removeExtraWhitespaces = model.removeExtraWhitespaces
        escapeWhitespaces = model.escapeWhitespaces
        whitespaceAsSuffix = model.whitespaceAsSuffix
        simple = .allocate(capacity: 256)
        endsWordsInside =
            stored?.endsWordsInside ?? (userDefined == nil && map.map { InnerEnds.areAll(of: $0) } ?? false)
        for byte in 0..<256 {
            simple[byte] =
                endsWordsInside
                ? InnerEnds.replacement(UInt8(byte)) : Self.simpleReplacement(UInt8(byte), map, userDefined)
        }

        let replacements = simple
        let printable: ClosedRange<UInt8> = 0x21...0x7E
        classesStandAlone = printable.allSatisfy {
            let replacement = replacements[Int($0)]
            return replacement != Self.notSimple && Self.isLetter(replacement) == Self.isLetter($0)
        }
        foldsCase = printable.allSatisfy { replacements[Int($0)] == (Self.isLetter($0) ? $0 | 0x20 : $0) }
        keepsPrintable = foldsCase || printable.allSatisfy { replacements[Int($0)] == $0 }

        self.spacesStay = stored?.spacesStay ?? map.map { Self.spacesStay($0) } ?? true
        wordsStandAlone = self.spacesStay && removeExtraWhitespaces && escapeWhitespaces && !whitespaceAsSuffix
    }

    /// Whether no key goes over a space, and the key " " alone, if there is one, gives " ".
    private static func spacesStay(_ map: CharacterMap) -> Bool {
        if map.crosses(0x20) { return false }
        let space: [UInt8] = [0x20]
        let match = space.withUnsafeBufferPointer { map.longestMatch($0.baseAddress!, 1) }
        return match.length != 1
            || (map.replacements[match.replacement] == 0x20 && map.replacements[match.replacement + 1] == 0)
    }

    /// What the ASCII letters become, as bits from that of `A` on. - Precondition: `classesStandAlone`.
    var letters: UInt64 {
        (UInt8(0x41)...0x7A).reduce(0) { bits, byte in
            Self.isLetter(byte) ? bits | 1 << UInt64(simple[Int(byte)] &- 0x41) : bits
        }
    }

    /// Whether two bytes end a word between them, if the first is no end of such a pair.
    /// - Precondition: a second byte may be read.
    @inline(__always)
    func arePair(_ text: UnsafePointer<UInt8>) -> Bool { endsWordsInside && InnerEnds.arePair(text[0], text[1]) }

    /// Whether the first byte of a word is the second of a pair of which a mark before the word is the first.
    static func isTakenByMark(_ text: UnsafePointer<UInt8>, at position: Int) -> Bool {
        position > 0 && isLetter(text[position]) && InnerEnds.isMark(text[position &- 1])
    }

    /// Whether a byte is an ASCII letter.
    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

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
        guard CharacterMap.hasValue(map.unit(unit)) else { return byte }
        let start = Int(map.unit(unit ^ CharacterMap.offset(map.unit(unit))) & 0x7FFF_FFFF)
        let replacement = map.replacements[start]
        guard replacement != 0, replacement != 0x20, replacement < 0x80, map.replacements[start + 1] == 0 else {
            return notSimple
        }
        return replacement
    }
}

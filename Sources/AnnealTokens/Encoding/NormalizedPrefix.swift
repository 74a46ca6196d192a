/// What the normaliser makes of the start of a text: its longest user-defined piece as it is, else the replacement of
/// the longest key of the character map, else the first character as it is, U+FFFD for a byte that is no UTF-8.
struct NormalizedPrefix {
    /// How many bytes of the text are used up.
    var length: Int
    var output: UnsafePointer<UInt8>
    var outputLength: Int

    /// U+FFFD. Never freed, never written.
    private nonisolated(unsafe) static let replacementCharacter: UnsafePointer<UInt8> = {
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 3)
        bytes[0] = 0xEF
        bytes[1] = 0xBF
        bytes[2] = 0xBD
        return UnsafePointer(bytes)
    }()

    /// - Precondition: `count > 0`.
    init(_ text: UnsafePointer<UInt8>, _ count: Int, _ rules: NormalizationRules) {
        if let userDefined = rules.userDefined {
            let match = userDefined.longestMatch(text, count)
            if match > 0 {
                self.init(length: match, output: text, outputLength: match)
                return
            }
        }
        if let map = rules.characterMap {
            let match = map.longestMatch(text, count)
            if match.length > 0 {
                // In bounds: the replacements end with a zero byte, which ends this loop.
                var end = match.replacement
                while map.replacements[end] != 0 { end &+= 1 }
                self.init(
                    length: match.length, output: UnsafePointer(map.replacements + match.replacement),
                    outputLength: end &- match.replacement)
                return
            }
        }
        let length = Self.characterLength(text, count)
        if length > 0 {
            self.init(length: length, output: text, outputLength: length)
        } else {
            self.init(length: 1, output: Self.replacementCharacter, outputLength: 3)
        }
    }

    private init(length: Int, output: UnsafePointer<UInt8>, outputLength: Int) {
        self.length = length
        self.output = output
        self.outputLength = outputLength
    }

    /// The length of the UTF-8 character at the start, 0 if there is none: a stray, missing or overlong sequence, a
    /// surrogate, or a number above U+10FFFF.
    static func characterLength(_ text: UnsafePointer<UInt8>, _ count: Int) -> Int {
        let first = text[0]
        func trail(_ index: Int) -> Bool { index < count && text[index] & 0xC0 == 0x80 }
        switch first {
        case 0..<0x80: return 1
        case 0xC2..<0xE0: return trail(1) ? 2 : 0
        case 0xE0..<0xF0:
            guard trail(1), trail(2) else { return 0 }
            if first == 0xE0, text[1] < 0xA0 { return 0 }
            if first == 0xED, text[1] >= 0xA0 { return 0 }
            return 3
        case 0xF0..<0xF5:
            guard trail(1), trail(2), trail(3) else { return 0 }
            if first == 0xF0, text[1] < 0x90 { return 0 }
            if first == 0xF4, text[1] >= 0x90 { return 0 }
            return 4
        default: return 0
        }
    }
}

/// Cuts texts into words as BERT's models of lower case do, and words into pieces.
///
/// Source: Devlin et al., https://arxiv.org/abs/1810.04805; the order of steps is that of `BertNormalizer`,
/// `BertPreTokenizer` and `WordPiece` in tokenizers.
struct WordPieceEncoder: ~Copyable {
    private let pieces: WordPieces
    /// A word as it is sought, behind the mark of a beginning; and where in the text each of its bytes comes from.
    private var word = WordPieceEncoder.mark
    private var origins: [Range<UInt32>] = []
    private var characterCount = 0

    /// U+2581, which stands before the pieces that begin a word.
    private static let mark: [UInt8] = [0xE2, 0x96, 0x81]

    init(_ pieces: WordPieces) { self.pieces = pieces }

    mutating func encode(_ text: UnsafeBufferPointer<UInt8>, into tokens: inout [GGUFToken]) {
        var position = 0
        while position < text.count {
            let start = position
            // What is no UTF-8 is left out.
            guard let scalar = WordPieceEncoder.scalar(text, &position) else { continue }
            append(scalar, UInt32(start)..<UInt32(position), &tokens)
        }
        endWord(&tokens)
    }

    private mutating func append(_ scalar: Unicode.Scalar, _ origin: Range<UInt32>, _ tokens: inout [GGUFToken]) {
        if scalar.isASCII {
            let byte = UInt8(scalar.value)
            switch byte {
            case 0x61...0x7A, 0x30...0x39: put(byte, origin)
            case 0x41...0x5A: put(byte | 0x20, origin)
            case 0x09, 0x0A, 0x0D, 0x20: endWord(&tokens)
            case 0x21...0x7E:
                endWord(&tokens)
                put(byte, origin)
                endWord(&tokens)
            default: break
            }
            return
        }
        switch CanonicalBases.category(of: scalar) {
        case .control, .format, .privateUse: return
        case .spaceSeparator, .lineSeparator, .paragraphSeparator:
            endWord(&tokens)
            return
        default: break
        }
        guard scalar != "\u{FFFD}" else { return }
        let isIdeograph = WordPieceEncoder.isIdeograph(scalar)
        if isIdeograph { endWord(&tokens) }
        CanonicalBases.forEach(of: scalar) { base in
            for lowered in base.properties.lowercaseMapping.unicodeScalars {
                let isAlone = WordPieceEncoder.isPunctuation(lowered)
                if isAlone { endWord(&tokens) }
                UTF8.encode(lowered).unsafelyUnwrapped.forEach { word.append($0) }
                while origins.count + WordPieceEncoder.mark.count < word.count { origins.append(origin) }
                characterCount += 1
                if isAlone { endWord(&tokens) }
            }
        }
        if isIdeograph { endWord(&tokens) }
    }

    private mutating func put(_ byte: UInt8, _ origin: Range<UInt32>) {
        word.append(byte)
        origins.append(origin)
        characterCount += 1
    }

    private mutating func endWord(_ tokens: inout [GGUFToken]) {
        guard !origins.isEmpty else { return }
        let first = tokens.count
        var isCovered = characterCount <= WordPieces.longestWord
        if isCovered { isCovered = cover(&tokens) }
        if !isCovered {
            tokens.removeLast(tokens.count - first)
            tokens.append(
                GGUFToken(
                    id: pieces.unknownID, start: origins[0].lowerBound, end: origins[origins.count - 1].upperBound))
        }
        word.removeLast(origins.count)
        origins.removeAll(keepingCapacity: true)
        characterCount = 0
    }

    /// The longest piece from the left, again and again; false where there is none.
    private func cover(_ tokens: inout [GGUFToken]) -> Bool {
        word.withUnsafeBufferPointer { word in
            var place = 0
            while place < word.count {
                // Behind the beginning, U+2581 is a character of the word and begins no piece but itself.
                let isCharacter = place > 0 && word[place...].starts(with: WordPieceEncoder.mark)
                let end = isCharacter ? place + WordPieceEncoder.mark.count : word.count
                let rest = UnsafeBufferPointer(rebasing: word[place..<end])
                // The mark alone is no piece of a word.
                guard let (id, count) = pieces.longestPrefix(of: rest), place > 0 || count > WordPieceEncoder.mark.count
                else { return false }
                let start = max(0, place - WordPieceEncoder.mark.count)
                place += count
                let last = place - WordPieceEncoder.mark.count - 1
                tokens.append(GGUFToken(id: id, start: origins[start].lowerBound, end: origins[last].upperBound))
            }
            return true
        }
    }

    /// The character at a place, which moves behind it; nil for a byte that begins none.
    private static func scalar(_ text: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> Unicode.Scalar? {
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
        // Not in more bytes than it takes, and no half of a pair.
        guard value >= (count == 1 ? 0x80 : count == 2 ? 0x800 : 0x1_0000), let scalar = Unicode.Scalar(value) else {
            return nil
        }
        position += count
        return scalar
    }

    private static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x2_0000...0x2_A6DF, 0x2_A700...0x2_B81F,
            0x2_B920...0x2_CEAF, 0x2_F800...0x2_FA1F:
            true
        default: false
        }
    }

    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: return true
        case 0..<0x80: return false
        default: break
        }
        switch CanonicalBases.category(of: scalar) {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            return true
        default: return false
        }
    }
}

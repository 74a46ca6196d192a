/// Cuts texts into words as BERT's models of lower case do, and words into pieces.
///
/// Source: Devlin et al., https://arxiv.org/abs/1810.04805; the order of steps is that of `BertNormalizer`,
/// `BertPreTokenizer` and `WordPiece` in tokenizers.
struct WordPieceEncoder: ~Copyable {
    private let pieces: PieceTable
    private let unknownID: UInt32
    /// A word as it is sought, behind the mark of a beginning; and where in the text each of its bytes comes from. Of a
    /// word that is too long the beginning is enough.
    private var word = WordPieceEncoder.mark
    private var origins: [Range<UInt32>] = []
    private var characterCount = 0
    private var end: UInt32 = 0
    /// Those of the words that have ended since they were handed on.
    private var tokens: [GGUFToken] = []

    /// Longer words are unknown, as in tokenizers.
    private static let longestWord = 100
    /// U+2581, which stands before the pieces that begin a word.
    private static let mark = MergeVocabulary.mark

    init(_ pieces: PieceTable, unknownID: UInt32) {
        self.pieces = pieces
        self.unknownID = unknownID
    }

    /// Hands on the tokens of a text in order.
    /// - Complexity: O(bytes · longest piece); storage is for one word.
    mutating func forEachToken<Failure: Error>(
        of text: UnsafeBufferPointer<UInt8>, _ body: (GGUFToken) throws(Failure) -> Void
    ) throws(Failure) {
        clearWord()
        tokens.removeAll(keepingCapacity: true)
        var position = 0
        while position < text.count {
            let start = position
            // What is no UTF-8 is left out.
            guard let scalar = UTF8Characters.next(text, &position) else { continue }
            append(scalar, UInt32(start)..<UInt32(position))
            if !tokens.isEmpty { try handOn(body) }
        }
        endWord()
        try handOn(body)
    }

    private mutating func handOn<Failure: Error>(_ body: (GGUFToken) throws(Failure) -> Void) throws(Failure) {
        for token in tokens { try body(token) }
        tokens.removeAll(keepingCapacity: true)
    }

    private mutating func append(_ scalar: Unicode.Scalar, _ origin: Range<UInt32>) {
        if scalar.isASCII {
            let byte = UInt8(scalar.value)
            switch byte {
            case 0x61...0x7A, 0x30...0x39: put(byte, origin)
            case 0x41...0x5A: put(byte | 0x20, origin)
            case 0x09, 0x0A, 0x0D, 0x20: endWord()
            case 0x21...0x7E:
                endWord()
                put(byte, origin)
                endWord()
            default: break
            }
            return
        }
        switch CanonicalBases.category(of: scalar) {
        case .control, .format, .privateUse: return
        case .spaceSeparator, .lineSeparator, .paragraphSeparator:
            endWord()
            return
        default: break
        }
        guard scalar != "\u{FFFD}" else { return }
        let isIdeograph = Self.isIdeograph(scalar)
        if isIdeograph { endWord() }
        CanonicalBases.forEach(of: scalar) { base in
            for lowered in base.properties.lowercaseMapping.unicodeScalars {
                let isAlone = Self.isPunctuation(lowered)
                if isAlone { endWord() }
                put(lowered, origin)
                if isAlone { endWord() }
            }
        }
        if isIdeograph { endWord() }
    }

    private mutating func put(_ byte: UInt8, _ origin: Range<UInt32>) {
        characterCount += 1
        end = origin.upperBound
        guard characterCount <= Self.longestWord else { return }
        word.append(byte)
        origins.append(origin)
    }

    private mutating func put(_ scalar: Unicode.Scalar, _ origin: Range<UInt32>) {
        characterCount += 1
        end = origin.upperBound
        guard characterCount <= Self.longestWord else { return }
        UTF8.encode(scalar).unsafelyUnwrapped.forEach { word.append($0) }
        while origins.count + Self.mark.count < word.count { origins.append(origin) }
    }

    private mutating func endWord() {
        guard !origins.isEmpty else { return }
        let first = tokens.count
        if characterCount > Self.longestWord || !cover() {
            tokens.removeLast(tokens.count - first)
            tokens.append(GGUFToken(id: unknownID, start: origins[0].lowerBound, end: end))
        }
        clearWord()
    }

    private mutating func clearWord() {
        word.removeLast(origins.count)
        origins.removeAll(keepingCapacity: true)
        characterCount = 0
    }

    /// The longest piece from the left, again and again; false where there is none.
    private mutating func cover() -> Bool {
        word.withUnsafeBufferPointer { word in
            var place = 0
            while place < word.count {
                // Behind the beginning, U+2581 is a character of the word and begins no piece but itself.
                let isCharacter = place > 0 && word[place...].starts(with: Self.mark)
                let end = isCharacter ? place + Self.mark.count : word.count
                let rest = UnsafeBufferPointer(rebasing: word[place..<end])
                // The mark alone is no piece of a word.
                guard let (id, count) = pieces.longestPrefix(of: rest), place > 0 || count > Self.mark.count
                else { return false }
                let start = max(0, place - Self.mark.count)
                place += count
                let last = place - Self.mark.count - 1
                tokens.append(GGUFToken(id: id, start: origins[start].lowerBound, end: origins[last].upperBound))
            }
            return true
        }
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

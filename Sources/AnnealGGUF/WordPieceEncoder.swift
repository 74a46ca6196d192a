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
    /// Short words of ASCII that were met, each in the place of its hash.
    private let known = UnsafeMutablePointer<KnownWord>.allocate(capacity: 1 << WordPieceEncoder.knownBits)

    /// Longer words are unknown, as in tokenizers.
    private static let longestWord = 100
    /// U+2581, which stands before the pieces that begin a word.
    private static let mark = MergeVocabulary.mark

    init(_ pieces: PieceTable, unknownID: UInt32) {
        self.pieces = pieces
        self.unknownID = unknownID
        known.initialize(repeating: KnownWord(), count: 1 << Self.knownBits)
    }

    deinit { known.deallocate() }

    /// Bytes that are kept from text to text.
    static var memory: Int { MemoryLayout<KnownWord>.stride << knownBits }

    /// Hands on the tokens of a text in order.
    /// - Complexity: O(bytes · longest piece), O(bytes) for short words of ASCII that were met; storage is for one word.
    mutating func forEachToken<Failure: Error>(
        of text: UnsafeBufferPointer<UInt8>, _ body: (GGUFToken) throws(Failure) -> Void
    ) throws(Failure) {
        clearWord()
        tokens.removeAll(keepingCapacity: true)
        var position = 0
        while position < text.count {
            let start = position
            if origins.isEmpty, let end = Self.endOfShort(text, start) {
                position = end
                try forEachToken(ofShort: text, start..<end, body)
                continue
            }
            // What is no UTF-8 is left out.
            guard let scalar = UTF8Characters.next(text, &position) else { continue }
            append(scalar, UInt32(start)..<UInt32(position))
            if !tokens.isEmpty { try handOn(body) }
        }
        endWord()
        try handOn(body)
    }

    // MARK: Short words

    /// Longer words are cut anew each time.
    private static let shortWord = 15
    private static let knownBits = 14

    /// What became of a word.
    private struct KnownWord {
        /// The word in lower case, and its length in the last byte; zero for none.
        var key: (UInt64, UInt64) = (0, 0)
        var ids: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
        /// Where its tokens end, in the word.
        var ends: (UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0)
        /// At most four.
        var count = 0
    }

    /// For each byte what it is: 1 of a word, 2 a word by itself, 3 between words, 0 for what is to be looked at.
    private static let classes: [UInt8] = (0...255).map { (byte: UInt8) in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: 1
        case 0x21...0x7E: 2
        case 0x09, 0x0A, 0x0D, 0x20: 3
        default: 0
        }
    }

    /// Where a short word of ASCII ends that begins here; nil for all else, as what may be a part of a word of others.
    private static func endOfShort(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        classes.withUnsafeBufferPointer { classes in
            let first = classes[Int(text[start])]
            if first != 1 { return first == 2 ? start + 1 : nil }
            var end = start + 1
            while end < text.count {
                let next = classes[Int(text[end])]
                if next != 1 { return next == 0 ? nil : end }
                if end - start == shortWord { return nil }
                end += 1
            }
            return end
        }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    /// A short word in lower case, and its length in the last byte.
    @inline(__always)
    private static func key(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> (UInt64, UInt64) {
        var key: (UInt64, UInt64) = (0, 0)
        if range.count > 1, range.lowerBound + 16 <= text.count {
            // Of letters and digits, of which this changes capitals alone.
            let bytes = UnsafeRawPointer(text.baseAddress! + range.lowerBound)
            let bits = UInt64(8 * range.count)
            let small: UInt64 = 0x2020_2020_2020_2020
            key.0 = (UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)) | small) & ~(~0 << bits)
            key.1 =
                (UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)) | small)
                & (bits > 64 ? ~(~0 << (bits - 64)) : 0)
        } else {
            for (index, place) in range.enumerated() {
                let byte = UInt64(lowered(text[place]))
                if index < 8 { key.0 |= byte << UInt64(8 * index) } else { key.1 |= byte << UInt64(8 * index - 64) }
            }
        }
        key.1 |= UInt64(range.count) << 56
        return key
    }

    private mutating func forEachToken<Failure: Error>(
        ofShort text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>,
        _ body: (GGUFToken) throws(Failure) -> Void
    ) throws(Failure) {
        let start = UInt32(range.lowerBound)
        let key = Self.key(text, range)
        let hash = (key.0 ^ key.1 &* 0x9E37_79B9_7F4A_7C15) &* 0xD6E8_FEB8_6659_FD93
        let place = known + Int(hash >> UInt64(64 - Self.knownBits))
        if place.pointee.key == key {
            let word = place.pointee
            var begin = start
            for index in 0..<word.count {
                let (id, end) =
                    switch index {
                    case 0: (word.ids.0, word.ends.0)
                    case 1: (word.ids.1, word.ends.1)
                    case 2: (word.ids.2, word.ends.2)
                    default: (word.ids.3, word.ends.3)
                    }
                try body(GGUFToken(id: id, start: begin, end: start + UInt32(end)))
                begin = start + UInt32(end)
            }
            return
        }
        for place in range { put(Self.lowered(text[place]), UInt32(place)..<UInt32(place + 1)) }
        endWord()
        if tokens.count <= 4 {
            var word = KnownWord(key: key, count: tokens.count)
            withUnsafeMutableBytes(of: &word.ids) { ids in
                for (index, token) in tokens.enumerated() {
                    ids.storeBytes(of: token.id, toByteOffset: 4 * index, as: UInt32.self)
                }
            }
            withUnsafeMutableBytes(of: &word.ends) { ends in
                for (index, token) in tokens.enumerated() { ends[index] = UInt8(token.end - start) }
            }
            place.pointee = word
        }
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

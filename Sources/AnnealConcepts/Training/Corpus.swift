/// Texts as numbers of their words, in bounded memory.
///
/// Of a corpus that is too large every second text is let go, then every second of those, and so on: what is left is drawn
/// from all of it.
struct Corpus {
    /// What stands between words.
    private static let sentenceEnd: UInt32 = 0
    private static let textEnd: UInt32 = 1
    private static let unknown: UInt32 = 2
    private static let firstWord: UInt32 = 3
    /// Spellings that are told apart; what comes later is unknown.
    private static let spellingsMost = 1 << 22

    private let wordsMost: Int
    private var tokens: [UInt32] = []
    private var spellings = WordTable()
    private var cutter = LineCutter()
    /// One text of so many is kept.
    private(set) var step = 1
    private var texts = 0

    init(wordsMost: Int) { self.wordsMost = wordsMost }

    /// Adds a text.
    /// - Complexity: O(bytes).
    mutating func add(_ text: UnsafeBufferPointer<UInt8>) {
        defer { texts += 1 }
        guard texts % step == 0 else { return }
        cutter.cut(text)
        if cutter.words.isEmpty { return }
        for (place, word) in cutter.words.enumerated() {
            if word.isFirst, place > 0 { tokens.append(Self.sentenceEnd) }
            let bytes = UnsafeBufferPointer(rebasing: text[word.range])
            let number =
                bytes.count > Vocabulary.wordBytesMost ? nil : spellings.number(of: bytes, most: Self.spellingsMost)
            tokens.append(number.map { UInt32($0) + Self.firstWord } ?? Self.unknown)
        }
        tokens.append(Self.textEnd)
        while tokens.count > wordsMost, thin() {}
    }

    /// Lets go of every second text.
    /// - Returns: false if there is only one.
    private mutating func thin() -> Bool {
        step *= 2
        var (kept, isKept, texts) = (0, true, 0)
        for index in tokens.indices {
            let token = tokens[index]
            if isKept {
                tokens[kept] = token
                kept += 1
            }
            if token == Self.textEnd {
                isKept.toggle()
                texts += 1
            }
        }
        tokens.removeLast(tokens.count - kept)
        return texts > 1
    }

    /// Calls `body` with the spelling numbers of each sentence, and whether its text ends with it. Unknown words are nil.
    private func forEachSentence(_ body: (_ words: ArraySlice<UInt32>, _ endsText: Bool) -> Void) {
        var start = 0
        for (index, token) in tokens.enumerated() where token <= Self.textEnd {
            body(tokens[start..<index], token == Self.textEnd)
            start = index + 1
        }
    }

    /// What the words of the corpus are, and its texts in their numbers.
    struct Numbered {
        /// Folded words in the order of their bytes, and as they are spelled most often; the first has the number 3.
        var folded: [[UInt8]] = []
        var spelled: [[UInt8]] = []
        /// How often each number was seen.
        var counts: [UInt32] = []
        /// Of all texts, one behind the other: the number of each word, and its folded bytes in `table`.
        var words: [UInt16] = []
        var foldings: [UInt32] = []
        var table = WordTable()
        /// Where sentences and texts end in `words`.
        var sentenceEnds: [Int] = []
        var textEnds: [Int] = []
    }

    /// Numbers the words: the most frequent ones that were seen twice, at most `most` of them.
    consuming func numbered(most: Int) -> Numbered {
        var result = Numbered()
        // How often each spelling was seen, and how often where no sentence begins, which says nothing of capitals.
        var (counts, inside) = (
            [Int](repeating: 0, count: spellings.count), [Int](repeating: 0, count: spellings.count)
        )
        forEachSentence { words, _ in
            for (place, word) in words.enumerated() where word >= Self.firstWord {
                counts[Int(word - Self.firstWord)] += 1
                if place > 0 { inside[Int(word - Self.firstWord)] += 1 }
            }
        }
        var foldingOf = [UInt32](repeating: 0, count: spellings.count)
        var folded: [UInt8] = []
        for spelling in 0..<spellings.count {
            folded.removeAll(keepingCapacity: true)
            spellings.withBytes(of: spelling) { LineCutter.fold($0, into: &folded) }
            foldingOf[spelling] = UInt32(folded.withUnsafeBufferPointer { result.table.number(of: $0)! })
        }
        var (totals, bestSpelling) = (
            [Int](repeating: 0, count: result.table.count), [Int](repeating: -1, count: result.table.count)
        )
        for spelling in 0..<spellings.count {
            let folding = Int(foldingOf[spelling])
            totals[folding] += counts[spelling]
            let best = bestSpelling[folding]
            if best < 0 || (inside[spelling], counts[spelling]) > (inside[best], counts[best]) {
                bestSpelling[folding] = spelling
            }
        }
        let frequent = totals.indices.filter { folding in
            totals[folding] > 1 && result.table.withBytes(of: folding) { $0.count <= Vocabulary.wordBytesMost }
        }
        let chosen = frequent.sorted { (-totals[$0], $0) < (-totals[$1], $1) }.prefix(most)
        let sorted = chosen.map { (folding: $0, bytes: result.table.withBytes(of: $0) { Array($0) }) }
            .sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        var numberOf = [UInt16](repeating: Vocabulary.unknown, count: result.table.count)
        for (place, word) in sorted.enumerated() {
            numberOf[word.folding] = UInt16(place + Vocabulary.firstWord)
            result.folded.append(word.bytes)
            result.spelled.append(spellings.withBytes(of: bestSpelling[word.folding]) { Array($0) })
        }
        result.counts = [UInt32](repeating: 0, count: sorted.count + Vocabulary.firstWord)
        forEachSentence { words, endsText in
            for word in words {
                let folding = word >= Self.firstWord ? foldingOf[Int(word - Self.firstWord)] : UInt32.max
                let number = folding == .max ? Vocabulary.unknown : numberOf[Int(folding)]
                result.words.append(number)
                result.foldings.append(folding)
                result.counts[Int(number)] += 1
            }
            result.counts[Int(Vocabulary.end)] += 1
            result.sentenceEnds.append(result.words.count)
            if endsText { result.textEnds.append(result.words.count) }
        }
        return result
    }
}

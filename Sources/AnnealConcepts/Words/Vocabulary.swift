import AnnealContainer

/// The words that a model of completions knows, in the order of their folded bytes: those that begin alike stand together.
///
/// The first three numbers are no words: ``unknown``, ``begin`` and ``end`` of a sentence.
struct Vocabulary: Sendable {
    static let unknown: UInt16 = 0
    static let begin: UInt16 = 1
    static let end: UInt16 = 2
    static let firstWord = 3
    /// Numbers have 16 bits.
    static let most = 1 << 16
    static let wordBytesMost = 48

    /// Words, and the three that are none.
    let count: Int
    private let folded: Strings
    private let spelled: Strings

    /// - Throws: for words that are not in order, which searching goes by, and ends that lead out of the bytes.
    init(_ container: OpenContainer, count: Int) throws(CompletionError) {
        self.count = count
        folded = try Strings(container, .foldedBytes, .foldedEnds, count: count - Self.firstWord)
        spelled = try Strings(container, .spelledBytes, .spelledEnds, count: count - Self.firstWord)
        for word in 1..<max(1, count - Self.firstWord) {
            guard folded[word - 1].lexicographicallyPrecedes(folded[word]) else {
                throw .value(
                    .foldedBytes, what: "word \(word)", expected: "words in ascending order", found: "another order")
            }
        }
    }

    /// A word folded. Valid as long as the container.
    func folded(_ word: Int) -> UnsafeBufferPointer<UInt8> { folded[word - Self.firstWord] }

    /// A word as texts most often have it.
    func spelled(_ word: Int) -> UnsafeBufferPointer<UInt8> { spelled[word - Self.firstWord] }

    /// The number of a folded word; ``unknown`` if there is none.
    /// - Complexity: O(log words).
    func number(of word: some Collection<UInt8>) -> UInt16 {
        let place = lowerBound(word)
        guard place < count, folded(place).elementsEqual(word) else { return Self.unknown }
        return UInt16(place)
    }

    /// The words that begin with folded letters; all words for none.
    func words(beginningWith letters: some Collection<UInt8>) -> Range<Int> {
        let first = lowerBound(letters)
        // Words have at most 48 bytes, so no word is behind all that begin so: 0xFF is no byte of UTF-8.
        return first..<lowerBound(Array(letters) + [0xFF])
    }

    private func lowerBound(_ word: some Collection<UInt8>) -> Int {
        var (low, high) = (Self.firstWord, count)
        while low < high {
            let middle = (low + high) / 2
            if folded(middle).lexicographicallyPrecedes(word) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Byte strings of two sections: their bytes, one behind the other, and where each ends.
private struct Strings: @unchecked Sendable {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let ends: SectionIntegers<UInt32>

    init(
        _ container: OpenContainer, _ text: SectionTag, _ places: SectionTag, count: Int
    ) throws(CompletionError) {
        let raw = try container.section(text)
        bytes = UnsafeBufferPointer(
            start: raw.baseAddress?.assumingMemoryBound(to: UInt8.self), count: raw.count)
        ends = try SectionIntegers(container, places, count: count)
        var last: UInt32 = 0
        for word in 0..<count {
            guard ends[word] > last, ends[word] - last <= Vocabulary.wordBytesMost else {
                throw .value(
                    places, what: "length of word \(word)", expected: "1 to \(Vocabulary.wordBytesMost)",
                    found: "\(Int(ends[word]) - Int(last))")
            }
            last = ends[word]
        }
        guard last == UInt32(clamping: raw.count) else {
            throw .sectionLength(text, expectedBytes: Int(last), foundBytes: raw.count)
        }
        guard String(decoding: bytes, as: UTF8.self).utf8.elementsEqual(bytes) else {
            throw .value(text, what: "words", expected: "UTF-8", found: "other bytes")
        }
    }

    subscript(word: Int) -> UnsafeBufferPointer<UInt8> {
        // In bounds: ends ascend to the number of the bytes.
        UnsafeBufferPointer(rebasing: bytes[(word == 0 ? 0 : Int(ends[word - 1]))..<Int(ends[word])])
    }
}

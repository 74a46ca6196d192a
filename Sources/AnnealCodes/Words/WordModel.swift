public import AnnealContainer
import AnnealPlatform

/// How probable the words of packed texts are, and which words there are at all.
///
/// The words are sorted by their bytes, so that the model is an index of itself. A word that it does not have is spelled.
///
/// Immutable, for any number of threads. All that decoding goes by is whole numbers, so that it is the same everywhere.
public final class WordModel: Sendable {
    /// The most words that a model can have.
    public static let wordLimit = 1 << 16
    /// The most bytes of a word, spelled or not.
    public static let wordBytesLimit = 32
    /// Words that are coded together; a text of more is coded in groups of as many.
    public static let groupLimit = 32

    /// What the file says of itself, lines `key = value`.
    public let metadata: String
    /// The identity of the file's content.
    public let contentHash: ContentHash
    /// The number of words.
    public var count: Int { offsets.count - 1 }

    /// The words' bytes one behind the other, and where each begins.
    private let text: [UInt8]
    private let offsets: [UInt32]
    /// Sums of the frequencies of the words before each one. The last one stands for all words that are spelled.
    let sums: [UInt64]
    /// How frequent groups of 0, 1, … words are; the last also says that another group follows.
    let lengths: [UInt32]
    let lengthTotal: UInt32
    let speller: Speller

    /// The sections of a file.
    enum Tag {
        static let metadata = SectionTag(known: "META")
        /// Each word with its length in front of it.
        static let words = SectionTag(known: "WORD")
        /// A ``SmallFrequency`` a word, and that of spelled words.
        static let frequencies = SectionTag(known: "FREQ")
        /// UInt16 of the frequency of groups of 0, 1, … words.
        static let lengths = SectionTag(known: "LENG")

        static let all = [metadata, words, frequencies, lengths]
    }

    static let kind = ContainerKind(letters: "WORD", known: Tag.all, required: Tag.all)

    /// Opens and checks a model file.
    /// - Complexity: O(bytes); a few milliseconds for 50,000 words.
    /// - Throws: ``WordModelError``.
    public convenience init(path: String) throws(WordModelError) {
        let file: FileStorage
        do throws(ContainerError) { file = try FileStorage(mapping: path) } catch { throw .container(error) }
        try self.init(file)
    }

    /// Checks a model that lies in memory.
    public convenience init(bytes: [UInt8]) throws(WordModelError) {
        try self.init(bytes.withUnsafeBytes { FileStorage(copying: $0) })
    }

    private init(_ file: FileStorage) throws(WordModelError) {
        let container: OpenContainer
        do throws(ContainerError) { container = try OpenContainer(file, as: Self.kind) } catch {
            throw .container(error)
        }
        defer { withExtendedLifetime(container) {} }
        func section(_ tag: SectionTag) -> UnsafeRawBufferPointer {
            guard let bytes = container[tag] else { preconditionFailure("opening has asked for all that are required") }
            return bytes
        }
        metadata = String(decoding: section(Tag.metadata), as: UTF8.self)
        contentHash = container.contentHash
        (text, offsets) = try Self.words(section(Tag.words))
        sums = try Self.sums(section(Tag.frequencies), count: offsets.count)
        lengths = try Self.lengths(section(Tag.lengths))
        lengthTotal = lengths.reduce(0, +)
        speller = Speller(text, offsets)
    }

    /// The bytes of a word.
    /// - Precondition: `word < count`.
    public func bytes(of word: Int) -> ArraySlice<UInt8> { text[Int(offsets[word])..<Int(offsets[word + 1])] }

    /// The number of a word; nil if the model does not have it.
    /// - Complexity: O(log count).
    public func number(of word: [UInt8]) -> Int? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if bytes(of: middle).lexicographicallyPrecedes(word) { low = middle + 1 } else { high = middle }
        }
        return low < count && bytes(of: low).elementsEqual(word) ? low : nil
    }

    /// What a word costs among others, in sixty-fourths of a bit, with the order of words counted as if it were written. To
    /// choose words by, not to code by.
    /// - Precondition: `word < count`.
    public func cost(of word: Int) -> Int {
        Self.cost(of: Double(sums[word + 1] - sums[word]) / Double(sums[count + 1]))
    }

    /// The same for a word that is spelled.
    public func cost(ofSpelled word: [UInt8]) -> Int {
        var counter = BitCounter()
        _ = speller.code(word, with: &counter)
        return cost(of: count) + Int((counter.bits * 64).rounded())
    }

    /// What it costs to say that a text has so many words, less what their order would have cost.
    public func cost(ofCount count: Int) -> Int {
        var cost = Self.cost(of: Double(lengths[min(count, Self.groupLimit)]) / Double(lengthTotal))
        for index in stride(from: 2, through: count, by: 1) { cost += Self.cost(of: Double(index)) }
        return cost
    }

    /// Rounded, so that the last bits of a C library's logarithm decide nothing.
    private static func cost(of share: Double) -> Int { Int((-64 * CMath.log2(share)).rounded()) }

    /// The words, each with its length in front of it.
    private static func words(_ section: UnsafeRawBufferPointer) throws(WordModelError) -> ([UInt8], [UInt32]) {
        var text: [UInt8] = []
        var offsets: [UInt32] = [0]
        text.reserveCapacity(section.count)
        var place = 0
        var last = 0..<0
        while place < section.count {
            let length = Int(section[place])
            guard (1...wordBytesLimit).contains(length), place + 1 + length <= section.count else {
                throw .value(
                    Tag.words, what: "length of word \(offsets.count - 1)", expected: "1 to \(wordBytesLimit), inside",
                    found: "\(length) at byte \(place) of \(section.count)")
            }
            let word = section[place + 1..<place + 1 + length]
            guard word.allSatisfy(isLetter), section[last].lexicographicallyPrecedes(word) else {
                throw .value(
                    Tag.words, what: "word \(offsets.count - 1)",
                    expected: "letters and digits, behind \"\(String(decoding: section[last], as: UTF8.self))\"",
                    found: "\"\(String(decoding: word, as: UTF8.self))\"")
            }
            text.append(contentsOf: word)
            offsets.append(UInt32(text.count))
            last = place + 1..<place + 1 + length
            place += 1 + length
        }
        guard (1...wordLimit).contains(offsets.count - 1) else {
            throw .value(Tag.words, what: "words", expected: "1 to \(wordLimit)", found: "\(offsets.count - 1)")
        }
        return (text, offsets)
    }

    /// Sums of frequencies in eight bits each.
    private static func sums(_ bytes: UnsafeRawBufferPointer, count: Int) throws(WordModelError) -> [UInt64] {
        guard bytes.count == count else {
            throw .value(Tag.frequencies, what: "frequencies", expected: "\(count)", found: "\(bytes.count)")
        }
        var sums: [UInt64] = [0]
        sums.reserveCapacity(count + 1)
        for (index, byte) in bytes.enumerated() {
            guard let value = SmallFrequency(stored: byte)?.value else {
                throw .value(
                    Tag.frequencies, what: "frequency \(index)", expected: "at most \(SmallFrequency.greatest.stored)",
                    found: "\(byte)")
            }
            sums.append(sums[index] + value)
        }
        return sums
    }

    private static func lengths(_ bytes: UnsafeRawBufferPointer) throws(WordModelError) -> [UInt32] {
        guard bytes.count == 2 * (groupLimit + 1) else {
            throw .value(Tag.lengths, what: "bytes", expected: "\(2 * (groupLimit + 1))", found: "\(bytes.count)")
        }
        let lengths = (0...groupLimit).map { UInt32(bytes.littleEndian(at: 2 * $0) as UInt16) }
        let total = lengths.reduce(0, +)
        guard lengths.allSatisfy({ $0 > 0 }), total <= RangeEncoder.totalLimit else {
            throw .value(
                Tag.lengths, what: "frequencies",
                expected: "each at least 1, at most \(RangeEncoder.totalLimit) in sum",
                found: "\(total) in sum, the least \(lengths.min() ?? 0)")
        }
        return lengths
    }

    /// Whether a byte may stand in a word: all but ASCII's spaces, signs and controls.
    public static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...0xFF: true
        default: false
        }
    }
}

/// What is wrong with a word model. Every case says what was expected and what was found.
public enum WordModelError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file as such: see ``ContainerError``.
    case container(ContainerError)
    /// A value of a section.
    case value(SectionTag, what: String, expected: String, found: String)

    public var description: String {
        switch self {
        case .container(let error): error.description(of: "word model")
        case .value(let tag, let what, let expected, let found):
            "the word model's section \(tag): \(what): expected \(expected), found \(found)"
        }
    }
}

/// A frequency in eight bits: three of mantissa, so that it is at most a sixteenth off, which costs nothing to speak of.
struct SmallFrequency: Equatable {
    /// The largest, 15 · 2^20: 2^16 of them and one stay below 2^40.
    static let greatest = SmallFrequency(checked: 167)

    let stored: UInt8

    /// (8 + low three bits) · 2^(the others).
    var value: UInt64 { UInt64(8 + (stored & 7)) << UInt64(stored >> 3) }

    init?(stored: UInt8) {
        guard stored <= 167 else { return nil }
        self.stored = stored
    }

    private init(checked: UInt8) { stored = checked }

    /// The nearest there is.
    init(nearest value: Double) {
        var shift = 0
        var value = max(8, value)
        while value >= 15.5, shift < 20 {
            value /= 2
            shift += 1
        }
        stored = UInt8(shift * 8 + min(15, Int(value.rounded())) - 8)
    }
}

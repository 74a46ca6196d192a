/// The words of a text that a code holds: a bag, whose order is nowhere.
public struct WordSet: Hashable, Sendable {
    /// Numbers of the model's words, ascending; a word may be there more than once.
    public var known: [Int] = []
    /// The bytes of words that the model does not have, in the order in which they are spelled.
    public var spelled: [[UInt8]] = []

    public init() {}

    public var count: Int { known.count + spelled.count }
}

/// Codes sets of words with a model: splits the row of all words in two halves again and again, and says how many words
/// are in the left one.
///
/// With the counts binomially distributed that is the set's probability exactly, with all its orders taken together: no
/// bit is spent on the order of words.
///
/// One thread's: it has memory for the counts.
struct WordSetCoder: ~Copyable {
    private let model: WordModel
    private let frequencies: UnsafeMutableBufferPointer<UInt32>
    /// The words of the group that is coded, ascending: there at once, or as they are decoded. ``WordModel/count`` stands
    /// for one that is spelled.
    private var leaves: [Int] = []
    /// How many of them lie left of where the coder is.
    private var place = 0

    init(_ model: WordModel) {
        self.model = model
        frequencies = .allocate(capacity: WordModel.groupLimit + 1)
    }

    deinit { frequencies.deallocate() }

    /// Codes one set.
    /// - Parameter set: what is written; a coder that decodes gives another one its place.
    /// - Complexity: O(words · log words of the model).
    mutating func code<Coder: SymbolCoder & ~Copyable>(_ set: inout WordSet, with coder: inout Coder) {
        let limit = WordModel.groupLimit
        let spellings = set.spelled
        let all = Coder.decodes ? [] : set.known + [Int](repeating: model.count, count: spellings.count)
        if Coder.decodes { set = WordSet() }
        var first = 0
        var spelled = 0
        while true {
            leaves.removeAll(keepingCapacity: true)
            if !Coder.decodes { leaves.append(contentsOf: all[first..<min(all.count, first + limit)]) }
            let count = model.lengths.withUnsafeBufferPointer {
                coder.code(leaves.count, frequencies: $0, total: model.lengthTotal)
            }
            place = 0
            code(0..<model.count + 1, count: count, with: &coder)
            if Coder.decodes { set.known.append(contentsOf: leaves.prefix { $0 < model.count }) }
            for _ in 0..<leaves.reversed().prefix(while: { $0 == model.count }).count {
                if Coder.decodes {
                    set.spelled.append(model.speller.code([], with: &coder))
                } else {
                    _ = model.speller.code(spellings[spelled], with: &coder)
                    spelled += 1
                }
            }
            if count < limit { return }
            first += limit
        }
    }

    private mutating func code<Coder: SymbolCoder & ~Copyable>(
        _ words: Range<Int>, count: Int, with coder: inout Coder
    ) {
        if count == 0 { return }
        if words.count == 1 {
            if Coder.decodes { leaves.append(contentsOf: repeatElement(words.lowerBound, count: count)) }
            place += count
            return
        }
        let middle = (words.lowerBound + words.upperBound) / 2
        var known = 0
        if !Coder.decodes { while known < count, leaves[place + known] < middle { known += 1 } }
        let total = CountSplit.fill(frequencies, count: count, share: CountSplit.share(model.sums, words, middle))
        let left = coder.code(known, frequencies: UnsafeBufferPointer(frequencies.extracting(0...count)), total: total)
        code(words.lowerBound..<middle, count: left, with: &coder)
        code(middle..<words.upperBound, count: count - left, with: &coder)
    }
}

/// How probable it is that so many of a number of words are in the left half, in whole numbers.
enum CountSplit {
    /// Probability 1. Products of two probabilities stay in 48 bits.
    static let one: UInt64 = 1 << 24

    /// The part of the frequencies of a range that lies left of the middle, of ``one``.
    /// - Precondition: the sums stay below 2^40, which ``SmallFrequency`` sees to.
    static func share(_ sums: [UInt64], _ range: Range<Int>, _ middle: Int) -> UInt64 {
        let start = sums[range.lowerBound]
        return (sums[middle] - start) * one / (sums[range.upperBound] - start)
    }

    /// Frequencies of the counts 0 to `count`, none of them 0: the binomial distribution, rounded down at each step.
    /// - Parameter row: room for one more than `count`, which is at most ``WordModel/groupLimit``.
    /// - Returns: their sum, at most ``RangeEncoder/totalLimit``.
    static func fill(_ row: UnsafeMutableBufferPointer<UInt32>, count: Int, share: UInt64) -> UInt32 {
        func product(_ row: UInt32, _ share: UInt64) -> UInt64 { UInt64(row) * share }
        let rest = one - share
        row[0] = UInt32(one)
        for step in 0..<count {
            row[step + 1] = UInt32(product(row[step], share) >> 24)
            for index in stride(from: step, to: 0, by: -1) {
                row[index] = UInt32((product(row[index], rest) + product(row[index - 1], share)) >> 24)
            }
            row[0] = UInt32(product(row[0], rest) >> 24)
        }
        var total: UInt32 = 0
        for index in 0...count {
            row[index] = 1 + row[index] >> 8
            total += row[index]
        }
        return total
    }
}

/// Spells words, with letters as probable as after the same two letters in the model's words.
struct Speller: Sendable {
    private static let other = 36
    private static let end = 37
    private static let symbols = 38

    /// Frequencies of symbols, a row for each two symbols before; ``end`` stands before the first.
    private let frequencies: [UInt32]

    /// Counts the letters of words.
    /// - Complexity: O(bytes).
    init(_ text: [UInt8], _ offsets: [UInt32]) {
        let rows = Self.symbols * Self.symbols
        var counts = [UInt32](repeating: 0, count: rows * Self.symbols)
        for word in 0..<offsets.count - 1 {
            var row = rows - 1
            for byte in text[Int(offsets[word])..<Int(offsets[word + 1])] {
                let symbol = Self.symbol(of: byte)
                counts[row * Self.symbols + symbol] += 1
                row = Self.row(row, symbol)
            }
            counts[row * Self.symbols + Self.end] += 1
        }
        // A count is worth 24 times a symbol that was never seen there.
        let room: UInt64 = 1 << 16
        for row in 0..<rows {
            let places = row * Self.symbols..<(row + 1) * Self.symbols
            let sum = counts[places].reduce(UInt64(0)) { $0 + UInt64($1) }
            for place in places {
                let count = UInt64(counts[place])
                counts[place] = 1 + UInt32(truncatingIfNeeded: sum * 24 <= room ? count * 24 : count * room / sum)
            }
        }
        frequencies = counts
    }

    private static func symbol(of byte: UInt8) -> Int {
        switch byte {
        case 0x61...0x7A: Int(byte - 0x61)
        case 0x30...0x39: 26 + Int(byte - 0x30)
        default: other
        }
    }

    private static func row(_ row: Int, _ symbol: Int) -> Int { row % symbols * symbols + symbol }

    /// Codes a word of 1 to ``WordModel/wordBytesLimit`` bytes.
    /// - Returns: the word.
    func code<Coder: SymbolCoder & ~Copyable>(_ word: [UInt8], with coder: inout Coder) -> [UInt8] {
        var result: [UInt8] = []
        var row = Self.symbols * Self.symbols - 1
        while result.count < WordModel.wordBytesLimit {
            let place = result.count
            let known = Coder.decodes ? 0 : place < word.count ? Self.symbol(of: word[place]) : Self.end
            // A word cannot end before its first letter.
            let width = place == 0 ? Self.end : Self.symbols
            let start = row * Self.symbols
            let total = frequencies[start..<start + width].reduce(0, +)
            let symbol = frequencies[start..<start + width].withUnsafeBufferPointer {
                coder.code(known, frequencies: $0, total: total)
            }
            switch symbol {
            case Self.end: return result
            case Self.other: result.append(Self.codeByte(Coder.decodes ? 0 : word[place], with: &coder))
            case 26...: result.append(UInt8(0x30 + symbol - 26))
            default: result.append(UInt8(0x61 + symbol))
            }
            row = Self.row(row, symbol)
        }
        return result
    }

    /// A byte of which nothing is known, in its two halves.
    private static func codeByte<Coder: SymbolCoder & ~Copyable>(_ byte: UInt8, with coder: inout Coder) -> UInt8 {
        let even = [UInt32](repeating: 1, count: 16)
        return even.withUnsafeBufferPointer { even in
            let high = coder.code(Int(byte >> 4), frequencies: even, total: 16)
            let low = coder.code(Int(byte & 15), frequencies: even, total: 16)
            return UInt8(high << 4 | low)
        }
    }
}

/// Counts the bits of sets of words to a fraction.
public struct WordSetMeter: ~Copyable {
    private var coder: WordSetCoder

    public init(_ model: WordModel) { coder = WordSetCoder(model) }

    /// The bits that a set takes in a file, without its share of what a block takes beside.
    /// - Complexity: that of coding it.
    public mutating func bits(of set: WordSet) -> Double {
        var counter = BitCounter()
        var set = set
        coder.code(&set, with: &counter)
        return counter.bits
    }
}

import AnnealContainer

/// How likely each word is behind two others: interpolated Kneser-Ney smoothing with three discounts.
///
/// A trigram's count, less a discount, over how often its first two words were seen; what the discounts leave goes to the bigrams in the
/// same way, and from there to the words, by behind how many different words each was seen; the last of it to all words alike.
/// - Source: Kneser and Ney, Improved backing-off for m-gram language modeling, ICASSP 1995; Chen and Goodman, An empirical
///   study of smoothing techniques for language modeling, Computer Speech & Language 13, 1999 (the discounts).
struct NGrams: Sendable {
    static let order = 3

    let bigrams: CountRows
    let trigrams: CountRows
    private let discounts: [Discounts]
    /// The probability of each word behind nothing.
    private let unigrams: [Float]

    init(_ container: OpenContainer, vocabulary: Int, discounts: [Discounts]) throws(CompletionError) {
        bigrams = try CountRows(
            container, starts: .bigramStarts, words: .bigramWords, counts: .bigramCounts, rows: vocabulary,
            vocabulary: vocabulary)
        trigrams = try CountRows(
            container, starts: .trigramStarts, words: .trigramWords, counts: .trigramCounts, rows: bigrams.entryCount,
            vocabulary: vocabulary)
        self.discounts = discounts
        let continuations: SectionIntegers<UInt32> = try SectionIntegers(container, .continuations, count: vocabulary)
        let counts = (0..<vocabulary).map { $0 == Vocabulary.begin ? 0 : Double(continuations[$0]) }
        let total = counts.reduce(0, +)
        guard total > 0 else {
            throw .value(.continuations, what: "sum", expected: "above 0", found: "0")
        }
        let own = counts.map { $0 - (discounts[0].of($0)) }
        let rest = (total - own.reduce(0, +)) / Double(vocabulary - 1)
        unigrams = own.enumerated().map { $0 == Vocabulary.begin ? 0 : Float(($1 + rest) / total) }
    }

    /// Writes the probabilities of all words behind a history; they sum to 1.
    /// - Parameters:
    ///   - history: the words before; the last two are looked at. A sentence's first has ``Vocabulary/begin`` before it.
    ///   - order: 3 for trigrams, 2 for bigrams, 1 for words alone.
    ///   - probabilities: room for the vocabulary.
    /// - Complexity: O(vocabulary).
    func write(
        after history: ArraySlice<UInt16>, order: Int = order, into probabilities: UnsafeMutablePointer<Float>
    ) {
        unigrams.withUnsafeBufferPointer {
            probabilities.update(from: $0.baseAddress!, count: $0.count)
        }
        guard order > 1, let last = history.last else { return }
        mix(bigrams, Int(last), discounts[1], into: probabilities)
        guard order > 2, let before = history.dropLast().last,
            let bigram = bigrams.entry(of: last, in: Int(before))
        else { return }
        mix(trigrams, bigram, discounts[2], into: probabilities)
    }

    private func mix(
        _ rows: CountRows, _ row: Int, _ discounts: Discounts, into probabilities: UnsafeMutablePointer<Float>
    ) {
        let entries = rows.row(row)
        if entries.isEmpty { return }
        var (total, left) = (Float(0), Float(0))
        for entry in entries {
            let count = rows.count(entry)
            total += count
            left += rows.word(entry) == Vocabulary.begin ? count : discounts.of(count)
        }
        let share = left / total
        for word in unigrams.indices { probabilities[word] *= share }
        for entry in entries {
            let word = rows.word(entry)
            if word == Vocabulary.begin { continue }
            let count = rows.count(entry)
            // In bounds: words of rows are below the vocabulary, which the probabilities have room for.
            probabilities[word] += (count - discounts.of(count)) / total
        }
    }
}

/// What is taken from counts of 1, 2, and more.
struct Discounts: Equatable, Sendable {
    let one: Float
    let two: Float
    let more: Float

    @inline(__always)
    func of(_ count: Float) -> Float { count > 2 ? more : count > 1 ? two : count > 0 ? one : 0 }

    func of(_ count: Double) -> Double { Double(of(Float(count))) }

    /// The discounts of Chen and Goodman.
    /// - Parameter kinds: of how many n-grams the count is 1, 2, 3 and 4. Where that gives no discount from 0 to the count, as with few
    ///   texts, they are a half, one and one and a half.
    init(kinds: [Int]) {
        let n = kinds.map { Double($0) }
        let found: [Double]
        if kinds.contains(0) {
            found = []
        } else {
            let y = n[0] / (n[0] + 2 * n[1])
            found = (1...3).map { Double($0) - Double($0 + 1) * y * n[$0] / n[$0 - 1] }
        }
        let isGood = !found.isEmpty && found.enumerated().allSatisfy { $1 >= 0 && $1 <= Double($0 + 1) }
        let used = isGood ? found : [0.5, 1, 1.5]
        (one, two, more) = (Float(used[0]), Float(used[1]), Float(used[2]))
    }

    /// - Returns: nil for numbers that are no discounts.
    init?(one: Float, two: Float, more: Float) {
        guard (0...1).contains(one), (0...2).contains(two), (0...3).contains(more) else { return nil }
        (self.one, self.two, self.more) = (one, two, more)
    }
}

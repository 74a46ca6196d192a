import Anneal
import AnnealPlatform
import Testing

@testable import AnnealConcepts

struct NGramTests {
    /// "3 4", "3 5" and "3 4" by hand: `<s>` is 1, `</s>` is 2.
    @Test func `counts by hand`() {
        var counter = NGramCounter(vocabulary: 6)
        for sentence: [UInt16] in [[3, 4], [3, 5], [3, 4]] { counter.add(sentence) }
        let tables = counter.finish(bytesMost: .max)
        // Behind how many different words: 2 behind 4 and 5; 3 behind `<s>`; 4 and 5 behind 3.
        #expect(tables.continuations == [0, 0, 2, 1, 1, 1])
        // `<s> 3` three times; 3 4 and 3 5 behind `<s>` only; 4 2 and 5 2 behind 3 only.
        #expect(tables.bigrams.starts == [0, 0, 1, 1, 3, 4, 5])
        #expect(tables.bigrams.words == [3, 4, 5, 2, 2])
        #expect(tables.bigrams.codes.map { CountCode.values[Int($0)] } == [3, 1, 1, 1, 1])
        // `<s> 3 4` twice, `<s> 3 5` once, `3 4 </s>` twice, `3 5 </s>` once.
        #expect(tables.trigrams.starts == [0, 2, 3, 4, 4, 4])
        #expect(tables.trigrams.words == [4, 5, 2, 2])
        #expect(tables.trigrams.codes.map { CountCode.values[Int($0)] } == [2, 1, 2, 1])
        // Too few to know discounts by.
        #expect(tables.discounts[2] == Discounts(one: 0.5, two: 1, more: 1.5))
        #expect(tables.least == (1, 1))
    }

    /// n1 = 8, n2 = 4, n3 = 2, n4 = 1: Y = 8/16, D1 = 1 - 2·½·4/8, D2 = 2 - 3·½·2/4, D3 = 3 - 4·½·1/2.
    @Test func `discounts by hand`() throws {
        #expect(Discounts(kinds: [8, 4, 2, 1]) == Discounts(one: 0.5, two: 1.25, more: 2))
        #expect(Discounts(kinds: [8, 4, 2, 0]) == Discounts(one: 0.5, two: 1, more: 1.5))
        // D2 would be below 0.
        #expect(Discounts(kinds: [100, 10, 100, 1]) == Discounts(one: 0.5, two: 1, more: 1.5))
        #expect(Discounts(one: .nan, two: 1, more: 1) == nil)
        #expect(Discounts(one: 1.5, two: 1, more: 1) == nil)
    }

    @Test func `count codes are near and do not fall`() {
        for count in 1...128 { #expect(CountCode.values[Int(CountCode.code(count))] == UInt32(count)) }
        var (count, last) = (129, UInt32(128))
        while count < 900_000 {
            let value = CountCode.values[Int(CountCode.code(count))]
            #expect(abs(Double(value) / Double(count) - 1) < 0.04)
            #expect(value >= last)
            (last, count) = (value, count + count / 50)
        }
        #expect(CountCode.code(.max) == 255)
    }

    @Test func `radix sort sorts`() {
        var random = SplitMix64(seed: 3)
        for count in [0, 1, 2, 1000] {
            var keys = (0..<count).map { _ in random.next() >> 16 }
            let sorted = keys.sorted()
            RadixSort.sort(&keys, from: 0, bits: 48)
            #expect(keys == sorted)
        }
    }

    @Test(arguments: [UInt64(1), 2, 3]) func `probabilities are those of the definition`(seed: UInt64) throws {
        let sentences = Sentences(seed: seed, words: 9, sentences: 120)
        let model = try sentences.model()
        let reference = ReferenceKneserNey(sentences.numbered(model), vocabulary: model.vocabulary.count)
        let count = model.vocabulary.count
        var found = [Float](repeating: 0, count: count)
        for before in 1..<UInt16(count) where before != Vocabulary.end {
            for last in UInt16(3)..<UInt16(count) {
                for order in 1...3 {
                    found.withUnsafeMutableBufferPointer {
                        model.ngrams.write(after: [before, last], order: order, into: $0.baseAddress!)
                    }
                    for word in 0..<UInt16(count) {
                        let expected = reference.probability(of: word, after: Array([before, last].suffix(order - 1)))
                        #expect(
                            abs(Double(found[Int(word)]) - expected) < 1e-6, "\(before) \(last) \(word) order \(order)")
                    }
                    #expect(abs(found.reduce(0.0) { $0 + Double($1) } - 1) < 1e-5)
                }
            }
        }
    }

    @Test func `what is left out goes to shorter sequences`() {
        var counter = NGramCounter(vocabulary: 300)
        var random = SplitMix64(seed: 8)
        for _ in 0..<3000 { counter.add((0..<5).map { _ in UInt16(3 + min(random.below(297), random.below(297))) }) }
        var (whole, small) = (counter, counter)
        let all = whole.finish(bytesMost: .max)
        let some = small.finish(bytesMost: 60_000)
        #expect(some.least.trigrams > 1)
        #expect(7 * some.bigrams.words.count + 3 * some.trigrams.words.count <= 60_000)
        #expect(some.trigrams.starts.count == some.bigrams.words.count + 1)
        #expect(some.discounts == all.discounts)
        // Rows keep how often their words were seen: what is left out has an entry of its own.
        for row in 0..<300 {
            func total(_ tables: NGramCounter.Tables) -> Int {
                (Int(tables.bigrams.starts[row])..<Int(tables.bigrams.starts[row + 1])).reduce(0) {
                    $0 + Int(CountCode.values[Int(tables.bigrams.codes[$1])])
                }
            }
            if total(some) > 0 { #expect(abs(Double(total(some)) / Double(total(all)) - 1) < 0.04) }
        }
    }
}

/// Opened once: in a debug build that takes a while.
let shippedEngine = Result { try Engine() }

/// Interpolated Kneser-Ney as it is defined, on lists of n-grams.
struct ReferenceKneserNey {
    private let vocabulary: Int
    /// Each n-gram of each order, and its count.
    private var counts: [[[UInt16]: Int]] = [[:], [:], [:]]
    private var discounts: [[Double]] = []
    /// The same by the words before: what follows how often.
    private var rows: [[[UInt16]: [UInt16: Int]]] = [[:], [:], [:]]

    init(_ sentences: [[UInt16]], vocabulary: Int) {
        self.vocabulary = vocabulary
        for sentence in sentences {
            let words = [Vocabulary.begin] + sentence + [Vocabulary.end]
            for place in words.indices.dropFirst(2) { counts[2][Array(words[place - 2...place]), default: 0] += 1 }
            counts[1][Array(words[0...1]), default: 0] += 1
        }
        for trigram in counts[2].keys { counts[1][Array(trigram[1...]), default: 0] += 1 }
        for bigram in counts[1].keys { counts[0][[bigram[1]], default: 0] += 1 }
        for order in 0..<3 {
            for (words, count) in counts[order] {
                rows[order][Array(words.dropLast()), default: [:]][words.last!] = count
            }
        }
        for order in counts {
            func n(_ count: Int) -> Double { Double(order.values.count { $0 == count }) }
            let y = n(1) / (n(1) + 2 * n(2))
            let found = (1...3).map { Double($0) - Double($0 + 1) * y * n($0 + 1) / n($0) }
            let isGood =
                (1...4).allSatisfy { n($0) > 0 } && (0..<3).allSatisfy { found[$0] >= 0 && found[$0] <= Double($0 + 1) }
            discounts.append(isGood ? found : [0.5, 1, 1.5])
        }
    }

    func probability(of word: UInt16, after history: [UInt16]) -> Double {
        if word == Vocabulary.begin { return 0 }
        let order = history.count
        let row = rows[order][history] ?? [:]
        let lower =
            order == 0
            ? 1 / Double(vocabulary - 1) : probability(of: word, after: Array(history.dropFirst()))
        let total = Double(row.values.reduce(0, +))
        if total == 0 { return lower }
        func discount(_ count: Int) -> Double { count == 0 ? 0 : discounts[order][min(count, 3) - 1] }
        let count = row[word] ?? 0
        let left = row.values.reduce(0.0) { $0 + discount($1) }
        return (Double(count) - discount(count)) / total + left / total * lower
    }
}

/// Sentences of made-up words, some much more frequent than others, each a line.
struct Sentences {
    let lines: [String]

    init(seed: UInt64, words: Int, sentences: Int) {
        var random = SplitMix64(seed: seed)
        lines = (0..<sentences).map { _ in
            (0..<2 + random.below(20)).map { _ in
                "word" + String(Unicode.Scalar(UInt8(97 + min(random.below(words), random.below(words)))))
            }.joined(separator: " ")
        }
    }

    func model(threads: Int = 1) throws -> CompletionModel {
        try CompletionModel(bytes: bytes(threads: threads))
    }

    func bytes(threads: Int = 1) throws -> [UInt8] {
        var settings = CompletionTrainingSettings()
        settings.concepts = 4
        settings.threads = threads
        var training = try CompletionTraining(settings)
        for line in lines { training.add(line) }
        return try training.finish(with: shippedEngine.get())
    }

    func numbered(_ model: CompletionModel) -> [[UInt16]] {
        lines.map { line in line.split(separator: " ").map { model.vocabulary.number(of: Array($0.utf8)) } }
    }
}

import AnnealPlatform

/// Counts n-grams of words and makes the tables of ``NGrams``.
///
/// Trigrams are counted as often as they are seen, bigrams and words by behind how many different words they are: but what begins
/// a sentence is behind nothing, and counts as often as it is seen.
struct NGramCounter {
    private let vocabulary: Int
    private var trigrams: [UInt64] = []
    private var firsts: [Int]

    init(vocabulary: Int) {
        self.vocabulary = vocabulary
        firsts = [Int](repeating: 0, count: vocabulary)
    }

    /// Adds a sentence.
    mutating func add(_ words: some Sequence<UInt16>) {
        var (before, last) = (UInt16?.none, Vocabulary.begin)
        func follow(_ word: UInt16) {
            if let before {
                trigrams.append(UInt64(before) << 32 | UInt64(last) << 16 | UInt64(word))
            } else {
                firsts[Int(word)] += 1
            }
            (before, last) = (last, word)
        }
        for word in words { follow(word) }
        follow(Vocabulary.end)
    }

    struct Tables {
        var continuations: [UInt32]
        var bigrams = CountRowsWriter()
        var trigrams = CountRowsWriter()
        var discounts: [Discounts]
        /// The least count of trigrams, and of bigrams that no trigram goes on from, that are in the tables.
        var least: (bigrams: Int, trigrams: Int)
    }

    /// Makes the tables. Where they would take more than `bytesMost`, the rarest are left out.
    /// - Complexity: O(n-grams).
    mutating func finish(bytesMost: Int) -> Tables {
        RadixSort.sort(&trigrams, from: 0, bits: 48)
        let (keys, counts) = Self.distinct(trigrams)
        trigrams = []
        var pairs = keys.map { $0 & 0xFFFF_FFFF }
        RadixSort.sort(&pairs, from: 0, bits: 32)
        var (bigramKeys, bigramCounts) = Self.distinct(pairs)
        pairs = []
        // A word that begins a sentence is behind nothing; its row has its place by its number, which is not the first.
        let begin = UInt64(Vocabulary.begin) << 16
        let place = bigramKeys.firstIndex { $0 >= begin } ?? bigramKeys.count
        let first = firsts.indices.filter { firsts[$0] > 0 }
        bigramKeys.insert(contentsOf: first.map { begin | UInt64($0) }, at: place)
        bigramCounts.insert(contentsOf: first.map { UInt32(firsts[$0]) }, at: place)
        var continuations = [UInt32](repeating: 0, count: vocabulary)
        for key in bigramKeys { continuations[Int(key & 0xFFFF)] += 1 }
        let discounts = [continuations.filter { $0 > 0 }, bigramCounts, counts].map { Self.discounts($0) }
        // Raised one after the other until the tables fit.
        var least = (bigrams: 1, trigrams: 1)
        while true {
            let tables = Self.tables(
                vocabulary, (bigramKeys, bigramCounts), (keys, counts), continuations, discounts, least)
            let bytes = 7 * tables.bigrams.words.count + 3 * tables.trigrams.words.count
            if bytes <= bytesMost || least.trigrams > 1 << 20 { return tables }
            if least.trigrams >= 2 * least.bigrams { least.bigrams += 1 } else { least.trigrams += 1 }
        }
    }

    /// What follows a bigram, in ascending order, and how often something followed that is not in the table.
    private struct Row {
        var kept: [(word: UInt16, count: Int)] = []
        var leftOut = 0

        /// With an entry for what is left out: see ``CountRows``.
        var entries: [(word: UInt16, count: Int)] {
            if kept.isEmpty || leftOut == 0 { return kept }
            let place = kept.firstIndex { $0.word > Vocabulary.begin } ?? kept.count
            return kept[..<place] + [(Vocabulary.begin, leftOut)] + kept[place...]
        }
    }

    private static func tables(
        _ vocabulary: Int, _ bigrams: (keys: [UInt64], counts: [UInt32]),
        _ trigrams: (keys: [UInt64], counts: [UInt32]),
        _ continuations: [UInt32], _ discounts: [Discounts], _ least: (bigrams: Int, trigrams: Int)
    ) -> Tables {
        var tables = Tables(continuations: continuations, discounts: discounts, least: least)
        var (bigram, trigram) = (0, 0)
        for first in 0..<UInt64(vocabulary) {
            var leftOut = 0
            var row: [(word: UInt16, count: Int, thirds: Row)] = []
            while bigram < bigrams.keys.count, bigrams.keys[bigram] >> 16 == first {
                let key = bigrams.keys[bigram]
                var thirds = Row()
                while trigram < trigrams.keys.count, trigrams.keys[trigram] >> 16 == key {
                    let count = Int(trigrams.counts[trigram])
                    if count >= least.trigrams {
                        thirds.kept.append((UInt16(truncatingIfNeeded: trigrams.keys[trigram]), count))
                    } else {
                        thirds.leftOut += count
                    }
                    trigram += 1
                }
                let count = Int(bigrams.counts[bigram])
                if count >= least.bigrams || !thirds.kept.isEmpty {
                    row.append((UInt16(truncatingIfNeeded: key), count, thirds))
                } else {
                    leftOut += count
                }
                bigram += 1
            }
            if !row.isEmpty, leftOut > 0 {
                let place = row.firstIndex { $0.word > Vocabulary.begin } ?? row.count
                row.insert((Vocabulary.begin, leftOut, Row()), at: place)
            }
            for entry in row {
                tables.bigrams.add(entry.word, entry.count)
                for (word, count) in entry.thirds.entries { tables.trigrams.add(word, count) }
                tables.trigrams.endRow()
            }
            tables.bigrams.endRow()
        }
        return tables
    }

    private static func distinct(_ sorted: [UInt64]) -> (keys: [UInt64], counts: [UInt32]) {
        var (keys, counts) = ([UInt64](), [UInt32]())
        for key in sorted {
            if keys.last == key {
                counts[counts.count - 1] += 1
            } else {
                keys.append(key)
                counts.append(1)
            }
        }
        return (keys, counts)
    }

    private static func discounts(_ counts: [UInt32]) -> Discounts {
        var kinds = [0, 0, 0, 0]
        for count in counts where (1...4).contains(count) { kinds[Int(count) - 1] += 1 }
        return Discounts(kinds: kinds)
    }
}

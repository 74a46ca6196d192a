import AnnealPlatform

/// Names prefixes by what the texts under them share.
struct PrefixNames {
    /// For each word that enough texts have: its text.
    private var vocabulary: [String] = []
    /// For each text its words, as places in the vocabulary.
    private var wordsOf: [[Int32]] = []

    /// Words that fewer of all texts have tell nothing.
    private static let textsLeast = 8

    /// - Complexity: O(bytes).
    init(_ texts: [String], threads: Int) {
        let found = Parallel.map(texts.count, threads: threads) { Array(distinctWords(texts[$0])) }
        var counts: [String: Int] = [:]
        for words in found { for word in words { counts[word, default: 0] += 1 } }
        vocabulary = counts.filter { $0.value >= Self.textsLeast }.keys.sorted()
        let places = Dictionary(uniqueKeysWithValues: vocabulary.enumerated().map { ($1, Int32($0)) })
        wordsOf = found.map { $0.compactMap { places[$0] }.sorted() }
    }

    /// The most telling words of some texts beside all those they are among, and the part of them with any of these.
    ///
    /// A word's worth is the part of the texts that have it, times the logarithm of its lift: how many times as often as
    /// among all. Rare words have great lifts and common ones great parts; neither alone tells much.
    /// - Parameters:
    ///   - among: how many of all texts have each word.
    ///   - all: how many there are.
    private func telling(_ texts: [Int], among: [Int32], of all: Int, most: Int) -> (words: [String], purity: Double) {
        var counts: [Int32: Int] = [:]
        for text in texts { for word in wordsOf[text] { counts[word, default: 0] += 1 } }
        let least = max(2, texts.count / 50)
        let worths = counts.compactMap { word, count -> (worth: Double, word: Int32)? in
            let part = Double(count) / Double(texts.count)
            let lift = part * Double(all) / Double(among[Int(word)])
            return count >= least && lift >= 2 ? (part * CMath.log(lift), word) : nil
        }
        let best = worths.sorted { ($0.worth, $1.word) > ($1.worth, $0.word) }.prefix(most).map(\.word)
        let having = texts.count { text in best.contains { wordsOf[text].contains($0) } }
        return (best.map { vocabulary[Int($0)] }, best.isEmpty ? 0 : Double(having) / Double(texts.count))
    }

    private func counts(_ texts: some Sequence<Int>) -> [Int32] {
        var counts = [Int32](repeating: 0, count: vocabulary.count)
        for text in texts { for word in wordsOf[text] { counts[Int(word)] += 1 } }
        return counts
    }

    /// The most telling class of some words of a list, and the part of them that is of it: of the classes that are pure
    /// enough for a name the one of the greatest lift, and otherwise the purest.
    private static func telling(
        _ members: [Int], _ classesOf: [[Int32]], among: [Int], of all: Int
    ) -> (place: Int32, purity: Double)? {
        guard members.count >= membersLeast else { return nil }
        var counts: [Int32: Int] = [:]
        for member in members { for place in classesOf[member] { counts[place, default: 0] += 1 } }
        let found = counts.map { place, count -> (purity: Double, lift: Double, place: Int32) in
            let purity = Double(count) / Double(members.count)
            return (purity, purity * Double(all) / Double(among[Int(place)]), place)
        }
        let pure = found.filter { $0.purity >= IDName.leastPurity && $0.lift >= 2 }
        if let best = pure.max(by: { ($0.lift, $1.place) < ($1.lift, $0.place) }) { return (best.place, best.purity) }
        return found.filter { $0.lift >= 2 }.max { ($0.purity, $1.place) < ($1.purity, $0.place) }.map {
            ($0.place, $0.purity)
        }
    }

    /// Words of a list under a prefix for which a class is looked for.
    private static let membersLeast = 10

    /// The name of each prefix of the first levels, in the order of ``IDModel/place(of:)``.
    /// - Parameters:
    ///   - digits: of each text; nil for those without content.
    ///   - listed: the digits of each word of a list, likewise.
    func names(
        sizes: [Int], levels: Int, digits: [[Int]?], list: [ListedWord], listed: [[Int]?], threads: Int
    ) -> (names: [IDName], counts: [UInt32]) {
        let classes = Array(Set(list.flatMap(\.classes))).sorted()
        let placeOf = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, Int32($0)) })
        let classesOf = list.map { word in Set(word.classes).compactMap { placeOf[$0] }.sorted() }
        var classCounts = [Int](repeating: 0, count: classes.count)
        for own in classesOf { for place in own { classCounts[Int(place)] += 1 } }
        let list = list.count
        let classCountsFixed = classCounts

        func groups(_ digits: [[Int]?], level: Int, prefixes: Int) -> [[Int]] {
            var groups = [[Int]](repeating: [], count: prefixes)
            for (index, digits) in digits.enumerated() {
                guard let digits else { continue }
                var prefix = 0
                for (digit, size) in zip(digits, sizes[..<level]) { prefix = prefix * size + digit }
                groups[prefix].append(index)
            }
            return groups
        }
        var (names, counts) = ([IDName](), [UInt32]())
        var parents = [digits.indices.filter { digits[$0] != nil }]
        var prefixes = 1
        for level in 1...levels {
            prefixes *= sizes[level - 1]
            let (texts, members) = (
                groups(digits, level: level, prefixes: prefixes), groups(listed, level: level, prefixes: prefixes)
            )
            let (size, fixed) = (sizes[level - 1], parents)
            // A prefix is named by what sets it off from its siblings: together they are the texts of the one above.
            let found: [[IDName]] = Parallel.map(fixed.count, threads: threads) { parent in
                let among = self.counts(fixed[parent])
                var names: [IDName] = []
                for prefix in parent * size..<(parent + 1) * size {
                    var words: (words: [String], purity: Double) = ([], 0)
                    if texts[prefix].count >= Self.textsLeast {
                        words = self.telling(
                            texts[prefix], among: among, of: fixed[parent].count, most: level == 1 ? 5 : 3)
                    }
                    let best = Self.telling(members[prefix], classesOf, among: classCountsFixed, of: list)
                    names.append(
                        IDName(
                            words: words.words, purity: words.purity, category: best.map { classes[Int($0.place)] },
                            categoryPurity: best?.purity ?? 0))
                }
                return names
            }
            names += found.joined()
            counts += texts.map { UInt32($0.count) }
            parents = texts
        }
        return (names, counts)
    }
}

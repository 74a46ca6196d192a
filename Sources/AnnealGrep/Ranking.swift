import AnnealPlatform

/// Makes an order of what a query has found: the one place where the parts of a score come together.
struct Ranking {
    struct Ranked {
        let file: Int
        let passage: Int
        let parts: ScoreParts
        var score: Double { parts.sum }
    }

    /// BM25's two numbers: how soon a word that comes again counts no more, and how much long passages are put behind.
    private static let saturation = 1.2
    private static let lengthShare = 0.6
    /// Occurrences that a word in the path, in the names around and in the name counts as, fitted as the weights are.
    private static let pathCount = 1.0
    private static let enclosingCount = 2.0
    private static let nameCount = 2.0

    private let signals: Signals
    private let weights: RankingWeights
    private let frequencies: [Double]
    private let frequencySum: Double
    private let lengthMean: Double
    /// Which words of the query each file's path has.
    private let pathMasks: [UInt32]

    /// The best passages, one a declaration.
    /// - Parameter pathWords: of each file, as ``words(of:)`` has them.
    /// - Complexity: O(passages · (words + count)).
    static func best(
        _ count: Int, of signals: Signals, _ weights: RankingWeights, pathWords: [[UInt32]]
    ) -> [Ranked] {
        guard !signals.rows.isEmpty, count > 0 else { return [] }
        return Ranking(signals, weights, pathWords).best(count)
    }

    /// The words of a path from its root.
    static func words(of path: Path) -> [UInt32] { WordCutter.words(of: path.bytes).map(\.hash) }

    private init(_ signals: Signals, _ weights: RankingWeights, _ pathWords: [[UInt32]]) {
        self.signals = signals
        self.weights = weights
        let width = signals.query.words.count
        var found = [Int](repeating: 0, count: width)
        var length = 0
        var place = 0
        for row in signals.rows {
            length += Int(row.length)
            for word in 0..<width where signals.counts[place + word] > 0 { found[word] += 1 }
            place += width
        }
        let total = Double(signals.rows.count)
        frequencies = found.map { CMath.log1p((total - Double($0) + 0.5) / (Double($0) + 0.5)) }
        frequencySum = max(frequencies.reduce(0, +), .leastNormalMagnitude)
        lengthMean = max(1, Double(length) / total)
        let words = signals.query.words
        pathMasks = pathWords.map { found in
            var mask: UInt32 = 0
            for (number, word) in words.enumerated() where found.contains(word) { mask |= 1 << UInt32(number) }
            return mask
        }
    }

    /// The share of the query's words that a mask has, by how rare they are.
    private func share(_ mask: UInt32) -> Double {
        guard mask != 0 else { return 0 }
        var sum = 0.0
        for word in frequencies.indices where mask & 1 << UInt32(word) != 0 { sum += frequencies[word] }
        return sum / frequencySum
    }

    private func wordScore(_ index: Int) -> Double {
        let row = signals.rows[index]
        let width = frequencies.count
        let path = pathMasks[Int(row.file)]
        let penalty = Self.saturation * (1 - Self.lengthShare + Self.lengthShare * Double(row.length) / lengthMean)
        var sum = 0.0
        for word in 0..<width {
            var count = Double(signals.counts[index * width + word])
            if count == 0, (row.enclosingMask | row.nameMask | path) & 1 << UInt32(word) == 0 { continue }
            if row.enclosingMask & 1 << UInt32(word) != 0 { count += Self.enclosingCount }
            if path & 1 << UInt32(word) != 0 { count += Self.pathCount }
            if row.nameMask & 1 << UInt32(word) != 0 { count += Self.nameCount }
            sum += frequencies[word] * count * (Self.saturation + 1) / (count + penalty)
        }
        return sum
    }

    private func best(_ count: Int) -> [Ranked] {
        let rows = signals.rows
        let words = rows.indices.map { wordScore($0) }
        let wordsMax = max(words.max() ?? 0, .leastNormalMagnitude)
        let cosineMax = max(Double(rows.map(\.cosine).max() ?? 0), 0.05)
        let files = support(words, wordsMax, cosineMax)
        // Parts are made anew for what is returned: they would take more memory than all else that is known of a passage.
        func parts(_ index: Int) -> ScoreParts {
            var parts = scored(rows[index], words[index] / wordsMax, vector(rows[index], cosineMax))
            parts.file = files[Int(rows[index].file)]
            return parts
        }
        let scores = rows.indices.map { parts($0).sum }
        // Nothing that has no word of the query and is nothing like it.
        func answers(_ index: Int) -> Bool {
            scores[index] > 0 && (words[index] > 0 || rows[index].cosine > Self.cosineMin)
        }
        func precedes(_ left: Int, _ right: Int) -> Bool {
            scores[left] != scores[right]
                ? scores[left] > scores[right]
                : (rows[left].file, rows[left].passage) < (rows[right].file, rows[right].passage)
        }
        var top: [Int] = []
        var start = 0
        while start < rows.count {
            // The parts of a declaration lie side by side.
            var end = start + 1
            var best = start
            while end < rows.count, rows[end].file == rows[start].file, rows[end].group == rows[start].group {
                if precedes(end, best) { best = end }
                end += 1
            }
            start = end
            guard answers(best), top.count < count || precedes(best, top[count - 1]) else { continue }
            top.insert(best, at: top.firstIndex { precedes(best, $0) } ?? top.count)
            if top.count > count { top.removeLast() }
        }
        return top.map { Ranked(file: Int(rows[$0].file), passage: Int(rows[$0].passage), parts: parts($0)) }
    }

    /// A passage without a word of the query is an answer from this cosine on.
    private static let cosineMin: Float = 0.25

    private func scored(_ row: Signals.Row, _ words: Double, _ vector: Double) -> ScoreParts {
        let query = signals.query
        var parts = ScoreParts()
        parts.words = weights.words * words
        parts.vector = weights.vector * vector
        let matched = row.nameMask.nonzeroBitCount
        if matched > 0 {
            // A name that says little else is nearer than a long one with the same words.
            let coverage = min(1, Double(matched) / Double(max(1, row.nameWords)))
            parts.name = weights.name * share(row.nameMask) * (0.5 + 0.5 * coverage)
        }
        parts.path = weights.path * share(pathMasks[Int(row.file)] | row.enclosingMask)
        parts.definition = weights.definition * definitionShare(row.defines) * (query.isName ? 1 : Self.nameInText)
        let nature = FileNature(rawValue: UInt32(row.nature)).subtracting(query.wanted)
        if nature.contains(.test) { parts.demotion *= weights.test }
        if nature.contains(.generated) { parts.demotion *= weights.generated }
        if nature.contains(.vendored) { parts.demotion *= weights.vendored }
        if nature.contains(.prose) {
            parts.demotion *= weights.prose
        } else if row.isText {
            parts.demotion *= weights.text
        }
        // A later part of a definition is not where it begins, nor is an extension; nor is what is written about it.
        if row.isContinuation || nature.contains(.prose) { parts.definition *= 0.5 }
        return parts
    }

    /// What a name in a longer query counts of one that is asked for alone.
    private static let nameInText = 0.15

    private func definitionShare(_ definition: Signals.Definition) -> Double {
        switch definition {
        case .none: 0
        case .folded: 0.4
        case .member: 0.7
        case .exact: 1
        }
    }

    private func vector(_ row: Signals.Row, _ cosineMax: Double) -> Double { max(0, Double(row.cosine)) / cosineMax }

    /// What each file's next best passage says for it: a file about something has more than one.
    private func support(_ words: [Double], _ wordsMax: Double, _ cosineMax: Double) -> [Double] {
        var first = [Double](repeating: 0, count: pathMasks.count)
        var second = first
        for (index, row) in signals.rows.enumerated() {
            let file = Int(row.file)
            let score = weights.words * words[index] / wordsMax + weights.vector * vector(row, cosineMax)
            if score > first[file] {
                (first[file], second[file]) = (score, first[file])
            } else {
                second[file] = max(second[file], score)
            }
        }
        let most = max(second.max() ?? 0, .leastNormalMagnitude)
        return second.map { weights.file * $0 / most }
    }
}

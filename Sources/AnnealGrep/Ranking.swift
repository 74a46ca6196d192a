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
    /// Occurrences that a word in the path and in the names around count as.
    private static let pathCount = 0.5
    private static let enclosingCount = 1.0

    private let signals: Signals
    private let weights: RankingWeights
    private let frequencies: [Double]
    private let frequencySum: Double
    private let lengthMean: Double
    /// Which words of the query each file's path has.
    private let pathMasks: [UInt32]

    /// The best passages, one a declaration.
    /// - Parameter paths: of the files, from their roots.
    /// - Complexity: O(passages · words + passages · log passages).
    static func best(_ count: Int, of signals: Signals, _ weights: RankingWeights, paths: [Path]) -> [Ranked] {
        guard !signals.rows.isEmpty else { return [] }
        return Ranking(signals, weights, paths).best(count)
    }

    private init(_ signals: Signals, _ weights: RankingWeights, _ paths: [Path]) {
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
        pathMasks = paths.map { path in
            var mask: UInt32 = 0
            for word in WordCutter.words(of: path.bytes) {
                if let number = words.firstIndex(of: word.hash) { mask |= 1 << UInt32(number) }
            }
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
            sum += frequencies[word] * count * (Self.saturation + 1) / (count + penalty)
        }
        return sum
    }

    private func best(_ count: Int) -> [Ranked] {
        let rows = signals.rows
        let words = rows.indices.map { wordScore($0) }
        let wordsMax = max(words.max() ?? 0, .leastNormalMagnitude)
        let cosineMax = max(Double(rows.map(\.cosine).max() ?? 0), 0.05)
        var parts = [ScoreParts](repeating: ScoreParts(), count: rows.count)
        for (index, row) in rows.enumerated() {
            parts[index] = scored(row, words[index] / wordsMax, max(0, Double(row.cosine)) / cosineMax)
        }
        addFiles(&parts)
        // Nothing that has no word of the query and is nothing like it.
        var order = rows.indices.filter { parts[$0].sum > 0 && (words[$0] > 0 || rows[$0].cosine > Self.cosineMin) }
        order.sort { left, right in
            let (a, b) = (parts[left].sum, parts[right].sum)
            return a != b ? a > b : (rows[left].file, rows[left].passage) < (rows[right].file, rows[right].passage)
        }
        var seen: Set<UInt64> = []
        var ranked: [Ranked] = []
        for index in order where ranked.count < count {
            let row = rows[index]
            guard seen.insert(UInt64(row.file) << 32 | UInt64(row.group)).inserted else { continue }
            ranked.append(Ranked(file: Int(row.file), passage: Int(row.passage), parts: parts[index]))
        }
        return ranked
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
        if row.defines > 0 { parts.definition = weights.definition * (query.isName ? 1 : 0.5) }
        let nature = FileNature(rawValue: UInt32(row.nature)).subtracting(query.wanted)
        if nature.contains(.test) { parts.demotion *= weights.test }
        if nature.contains(.generated) { parts.demotion *= weights.generated }
        if nature.contains(.vendored) { parts.demotion *= weights.vendored }
        if nature.contains(.prose) { parts.demotion *= weights.prose }
        // A later part of a definition is not where it begins.
        if row.isPart { parts.definition *= 0.5 }
        return parts
    }

    /// Adds what the file's next best passage says for it: a file about something has more than one.
    private func addFiles(_ parts: inout [ScoreParts]) {
        guard weights.file > 0 else { return }
        var first = [Double](repeating: 0, count: pathMasks.count)
        var second = first
        for (index, row) in signals.rows.enumerated() {
            let (file, score) = (Int(row.file), parts[index].words + parts[index].vector)
            if score > first[file] {
                (first[file], second[file]) = (score, first[file])
            } else {
                second[file] = max(second[file], score)
            }
        }
        let most = max(second.max() ?? 0, .leastNormalMagnitude)
        for (index, row) in signals.rows.enumerated() {
            parts[index].file = weights.file * second[Int(row.file)] / most
        }
    }

}

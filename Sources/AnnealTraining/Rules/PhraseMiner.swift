import AnnealFormats
import AnnealPlatform
import AnnealRewrite

/// Finds the pairs of tokens to which a constant beside their own is worth most.
///
/// A pair that fires n times in text t changes the text's unit vector by about `a·n·c`, where `a` is one over the length
/// of its sum. The constant that leaves the least squared residual r is closed-form, and so is what it takes away:
/// `c = Σ a n r / (Σ a² n² + λ)`, `‖Σ a n r‖² / (Σ a² n² + λ)`. Of the latter, 1.5 times what noise alone is expected to
/// give, `Σ a² n² ‖r‖² / (Σ a² n² + λ)`, is taken off.
struct PhraseMiner {
    /// Two tokens and how far the second is behind the first.
    struct Pair: Hashable, Sendable {
        let first: UInt32
        let second: UInt32
        let distance: Int
    }

    /// Pairs seen less often are left out.
    var least = 6
    /// λ in units of the mean a².
    var shrink: Float = 4
    /// The distances between the tokens of a pair.
    var distances = [1, 2]
    /// How many pairs are kept.
    var limit = 100_000
    /// What the closed-form constants are multiplied by: overlapping phrases explain the same residual.
    var damping: Float = 0.5
    /// Pairs that have a rule already.
    var known: Set<Pair> = []

    /// The pairs, best first, each as a rule that attaches a constant to its second token. A pair's rank is its id, so that
    /// of two that compete for an item the annealer takes the better.
    /// - Complexity: O(tokens · (distances + dimension)); 8 bytes a token beside the residuals.
    func mine(_ corpus: TokenizedCorpus, _ residuals: Residuals, tokenCount: Int, threads: Int) -> RuleSet {
        let meanWeight =
            residuals.weights.reduce(0.0) { $0 + Double($1) } / Double(max(1, residuals.weights.count))
        let lambda = shrink * Float(meanWeight * meanWeight)
        var found: [MinedPair] = []
        for distance in distances {
            let sites = PairSites(corpus, distance: distance, tokenCount: tokenCount, least: least)
            found += measure(sites, distance, tokenCount, residuals, lambda, threads)
        }
        found.sort { one, other in
            (other.gain, one.distance, one.pair) < (one.gain, other.distance, other.pair)
        }
        let kept = Array(found.prefix(limit))
        let constants = Matrix(rows: kept.count, columns: residuals.rows.columns)
        // The sums are taken again for the few that are kept: to keep those of all would take gigabytes.
        for distance in distances {
            let sites = PairSites(corpus, distance: distance, tokenCount: tokenCount, least: least)
            let ranks = kept.indices.filter { kept[$0].distance == distance }
            Parallel.forEachChunk(of: ranks.count, size: 64, threads: threads) { _, range in
                for index in range {
                    let pair = kept[ranks[index]]
                    let sums = Self.sum(sites, sites.range(of: pair.pair), residuals, constants.row(ranks[index]))
                    let factor = damping / (sums.squares + lambda)
                    for column in 0..<constants.columns { constants.row(ranks[index])[column] *= factor }
                }
            }
        }
        let rules = kept.enumerated().map { rank, pair in
            let tokens = self.pair(pair.pair, pair.distance, tokenCount)
            return Rule.phrase(
                tokens.first, tokens.second, row: UInt32(rank),
                distance: UInt8(pair.distance)...UInt8(pair.distance),
                confidence: Int32(max(1, min(1_000_000, (pair.gain * 1000).rounded()))))
        }
        return RuleSet(rules: rules, constants: constants)
    }

    private func measure(
        _ sites: PairSites, _ distance: Int, _ tokenCount: Int, _ residuals: Residuals, _ lambda: Float,
        _ threads: Int
    ) -> [MinedPair] {
        let dimension = residuals.rows.columns
        return Parallel.mapChunks(of: sites.pairs.count, size: 256, threads: threads) { range in
            let sum = Matrix(rows: 1, columns: dimension)
            var part: [MinedPair] = []
            for index in range {
                sum.storage.update(repeating: 0, count: dimension)
                if !known.isEmpty, known.contains(pair(sites.pairs[index], distance, tokenCount)) { continue }
                let sums = Self.sum(sites, sites.starts[index]..<sites.starts[index + 1], residuals, sum.storage)
                let power = dot(sum.storage, sum.storage, dimension, .fastest)
                let gain = (power - 1.5 * sums.noise) / (sums.squares + lambda)
                if gain > 0 { part.append(MinedPair(pair: sites.pairs[index], distance: distance, gain: gain)) }
            }
            return part
        }.flatMap { $0 }
    }

    private func pair(_ number: UInt64, _ distance: Int, _ tokenCount: Int) -> Pair {
        Pair(
            first: UInt32(number / UInt64(tokenCount)), second: UInt32(number % UInt64(tokenCount)), distance: distance)
    }

    /// Adds `Σ a n r` over some sites to `sum`; returns `Σ a² n²` and `Σ a² n² ‖r‖²`.
    private static func sum(
        _ sites: PairSites, _ range: Range<Int>, _ residuals: Residuals, _ sum: UnsafeMutablePointer<Float>
    ) -> (squares: Float, noise: Float) {
        var squares: Float = 0
        var noise: Float = 0
        var site = range.lowerBound
        while site < range.upperBound {
            // Sites of a text lie together.
            let text = sites.texts[site]
            var times: Float = 0
            while site < range.upperBound, sites.texts[site] == text {
                times += 1
                site += 1
            }
            let weight = residuals.weights[Int(text)] * times
            addScaled(sum, residuals.rows.row(Int(text)), weight, residuals.rows.columns, .fastest)
            squares += weight * weight
            noise += weight * weight * residuals.energies[Int(text)]
        }
        return (squares, noise)
    }
}

/// A pair of tokens with what a constant for it is worth.
private struct MinedPair {
    /// `first · tokenCount + second`.
    let pair: UInt64
    let distance: Int
    let gain: Float
}

import AnnealPlatform

/// Where the pairs of tokens at one distance stand in a corpus, sorted by pair; rare pairs are left out.
struct PairSites: Sendable {
    /// `first · tokenCount + second`, ascending.
    let pairs: [UInt64]
    /// Pair `i` has the sites `starts[i]..<starts[i + 1]`.
    let starts: [Int]
    /// The text of each site, ascending within a pair.
    let texts: [UInt32]

    /// - Parameter least: pairs with fewer sites are left out.
    /// - Complexity: O(tokens), by sorting on digits.
    init(_ corpus: TokenizedCorpus, distance: Int, tokenCount: Int, least: Int) {
        var keys: [UInt64] = []
        keys.reserveCapacity(corpus.ids.count)
        // The text in the lower bits: sorting by the upper ones leaves it ascending.
        let textBits = UInt64(64 - UInt64(max(1, corpus.count)).leadingZeroBitCount)
        precondition(UInt64(64 - UInt64(tokenCount * tokenCount).leadingZeroBitCount) + textBits <= 64)
        for text in 0..<corpus.count {
            let range = corpus.offsets[text]..<corpus.offsets[text + 1]
            guard range.count > distance else { continue }
            for index in range.lowerBound + distance..<range.upperBound {
                let pair = UInt64(corpus.ids[index - distance]) * UInt64(tokenCount) + UInt64(corpus.ids[index])
                keys.append(pair << textBits | UInt64(text))
            }
        }
        let pairBits = 64 - UInt64(tokenCount * tokenCount).leadingZeroBitCount
        RadixSort.sort(&keys, from: Int(textBits), bits: pairBits)
        var pairs: [UInt64] = []
        var starts: [Int] = []
        var texts: [UInt32] = []
        var index = 0
        while index < keys.count {
            let pair = keys[index] >> textBits
            var end = index + 1
            while end < keys.count, keys[end] >> textBits == pair { end += 1 }
            if end - index >= least {
                pairs.append(pair)
                starts.append(texts.count)
                for site in index..<end { texts.append(UInt32(truncatingIfNeeded: keys[site] & (1 << textBits - 1))) }
            }
            index = end
        }
        starts.append(texts.count)
        self.pairs = pairs
        self.starts = starts
        self.texts = texts
    }

    /// The sites of a pair.
    /// - Precondition: the pair is one of ``pairs``.
    /// - Complexity: O(log pairs).
    func range(of pair: UInt64) -> Range<Int> {
        var low = 0
        var high = pairs.count
        while low < high {
            let middle = (low + high) / 2
            if pairs[middle] < pair { low = middle + 1 } else { high = middle }
        }
        precondition(low < pairs.count && pairs[low] == pair)
        return starts[low]..<starts[low + 1]
    }
}

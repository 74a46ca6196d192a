/// Words that ``WordCache`` does not have, handed out without a detour as long as they are plain.
extension TokenEncoder {
    /// Hands out a word from the cache of long words, or segments it if its characters are printable ASCII.
    ///
    /// It is segmented as if the sum of scores before it were zero: what makes a cached word exact makes this one exact
    /// too, and the sum, which costs a look at each token's score, need not be known.
    /// - Parameters:
    ///   - range: where it lies in the stretch.
    ///   - isMarked: whether the cache has it as one of the other cache.
    ///   - spaceOrigin: where its space symbol came from, in the stretch.
    ///   - bound: no less than the magnitude of the sum of scores.
    ///   - room: for so many tokens.
    /// - Returns: how many tokens there are; -1, with nothing done, if the word is to be encoded elsewhere.
    @inline(never)
    @_optimize(speed)  // where all else is made small
    mutating func copyRareWord(
        _ range: Range<Int>, isMarked: Bool, _ spaceOrigin: Int, _ bound: Float,
        _ output: UnsafeMutablePointer<UInt32>, _ starts: UnsafeMutablePointer<UInt32>?,
        _ ends: UnsafeMutablePointer<UInt32>?, _ room: Int
    ) -> Int {
        let length = range.count
        guard length <= LongWordCache.wordLimit, room >= LongWordCache.tokenLimit else { return -1 }
        let word = scan.copy + range.lowerBound
        let place = scan.start &+ range.lowerBound
        let origin = scan.start &+ spaceOrigin
        /// Hands out a token.
        func put(_ index: Int, _ id: UInt32, from start: Int, to end: Int) {
            output[index] = id
            if let starts, let ends {
                starts[index] = UInt32(truncatingIfNeeded: index == 0 ? origin : place &+ start)
                ends[index] = UInt32(truncatingIfNeeded: place &+ end)
            }
        }
        if isMarked || length > WordCache.wordLimit {
            let key = LongWordCache.key(word, length)
            let entry = longCache.place(key)
            if entry.pointee.holds(key, length, hasPrefix: hasPrefix), bound < entry.pointee.limit {
                let number = Int(entry.pointee.number)
                withUnsafeBytes(of: &entry.pointee.ids) { ids in
                    withUnsafeBytes(of: &entry.pointee.ends) { ends in
                        for index in 0..<number {
                            put(
                                index, ids.load(fromByteOffset: 4 &* index, as: UInt32.self),
                                from: index == 0 ? 0 : Int(ends[index &- 1]), to: Int(ends[index]))
                        }
                    }
                }
                return number
            }
        }
        guard tokenizer.modelKind == .unigram, tokenizer.normalization.keepsPrintable else { return -1 }
        var isPrintable = true
        var isLetters = true
        for index in 0..<length {
            isPrintable = isPrintable && word[index] &- 0x21 < 0x5E
            isLetters = isLetters && word[index] &- 0x61 < 26
        }
        let largest = Float(length + 4) * tokenizer.largestScore
        guard isPrintable, largest < UnigramLattice.resetThreshold else { return -1 }
        let behind = scan.copy[range.upperBound]
        scan.copy[range.upperBound] = 0
        let found = lattice.searchPlainWord(
            word, length, isLetters: isLetters, hasPrefix: hasPrefix, score: 0, path: &path, tokenizer: tokenizer)
        scan.copy[range.upperBound] = behind
        let number = path.count
        guard let found, number <= room else { return -1 }
        let limit = scoreLimit(gap: found, additions: length + 5, 0, largest)
        guard bound < limit else { return -1 }
        let last = path.pieces + (number &- 1)
        for index in 0..<number {
            let piece = (last - index).pointee
            put(index, UInt32(truncatingIfNeeded: piece.id), from: Int(piece.start), to: Int(piece.end))
        }
        if number <= LongWordCache.tokenLimit {
            _ = remember(word, length, ids: output, number, limit: limit) { Int((last - $0).pointee.end) }
        }
        return number
    }
}

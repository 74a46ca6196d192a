/// Words one by one: from the cache, or segmented and put there.
extension TokenEncoder {
    /// The place of the first space among eight bytes, as the number of bits before it; 64 if there is none.
    @inline(__always)
    static func bitsBeforeSpace(_ bytes: UInt64) -> UInt64 {
        let difference = bytes ^ 0x2020_2020_2020_2020
        let marks = (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
        // Marks above the first may be wrong (a borrow), the first one never is.
        return UInt64(truncatingIfNeeded: marks.trailingZeroBitCount) & ~7
    }

    /// The low `bits` bits. - Precondition: `bits < 64`.
    @inline(__always)
    static func keep(_ bytes: UInt64, _ bits: UInt64) -> UInt64 { bytes & ((1 &<< bits) &- 1) }

    /// Hands out words as long as the cache has them and there is room for a whole entry.
    /// - Returns: how many tokens `output` has now.
    mutating func copyCachedWords(
        _ output: UnsafeMutablePointer<UInt32>, _ starts: UnsafeMutablePointer<UInt32>?,
        _ ends: UnsafeMutablePointer<UInt32>?, _ alreadyFilled: Int, _ capacity: Int
    ) -> Int {
        // The first word of a text has no space symbol before it if the model adds none: the cache does not know it.
        if isFirst, !tokenizer.normalization.addDummyPrefix { return alreadyFilled }
        let entries = cache.entries
        let pathScores = tokenizer.pathScores
        let text = text
        let count = count
        let tailStart = tailStart
        let tail = UnsafePointer(tail)
        let lastWholeRead = count &- Self.tailLength
        let lastFilled = capacity &- WordCache.tokenLimit
        var filled = alreadyFilled
        var position = position
        var spaceOrigin = spaceOrigin
        var score = score
        while filled <= lastFilled, position < count {
            // In bounds: 16 bytes are read, from the text if it has as many left, else from its padded copy of the end.
            let word = UnsafeRawPointer(position <= lastWholeRead ? text + position : tail + (position &- tailStart))
            var key0 = word.loadUnaligned(as: UInt64.self).littleEndian
            var key1: UInt64 = 0
            var bits = Self.bitsBeforeSpace(key0)
            var length = bits >> 3
            if bits < 64 {
                key0 = Self.keep(key0, bits)
            } else {
                key1 = word.loadUnaligned(fromByteOffset: 8, as: UInt64.self).littleEndian
                bits = Self.bitsBeforeSpace(key1)
                length &+= bits >> 3
                if bits > 48 { break }
                key1 = Self.keep(key1, bits)
            }
            if length == 0 {
                position &+= 1
                continue
            }
            key1 |= length &<< 48
            let line = entries + WordCache.line(key0, key1)
            if !WordCache.holds(line, key0, key1) {
                if !WordCache.holds(line + WordCache.wordsPerEntry, key0, key1) { break }
                // The newcomer was asked for again: it changes places with the older entry of the line.
                WordCache.swap(line)
            }
            let last = line[3]
            if !(abs(score) < Float(bitPattern: UInt32(truncatingIfNeeded: last >> 32))) { break }
            let stored = line[1]
            let number = Int(truncatingIfNeeded: stored >> 52 & 3)
            let ids = line[2]
            let id0 = UInt32(truncatingIfNeeded: ids)
            let id1 = UInt32(truncatingIfNeeded: ids >> 32)
            let id2 = UInt32(truncatingIfNeeded: last)
            // In bounds: there is room for a whole entry; what is beyond `number` is overwritten by the next word.
            output[filled] = id0
            output[filled &+ 1] = id1
            output[filled &+ 2] = id2
            // One by one, as the reference adds them; beyond `number` they are zero.
            score += pathScores[Int(id0)]
            score += pathScores[Int(id1)]
            if number == 3 { score += pathScores[Int(id2)] }
            let end = position &+ Int(truncatingIfNeeded: length)
            if let starts, let ends, number > 0 {
                let place = UInt32(truncatingIfNeeded: position)
                let end0 = place &+ UInt32(truncatingIfNeeded: stored >> 54 & 15)
                let end1 = place &+ UInt32(truncatingIfNeeded: stored >> 58 & 15)
                starts[filled] = UInt32(truncatingIfNeeded: spaceOrigin)
                starts[filled &+ 1] = end0
                starts[filled &+ 2] = end1
                ends[filled] = end0
                ends[filled &+ 1] = end1
                ends[filled &+ number &- 1] = UInt32(truncatingIfNeeded: end)
            }
            filled &+= number
            position = end &+ 1
            if number > 0 { spaceOrigin = end }
        }
        if filled > alreadyFilled {
            lastIsUnknown = false
            isFirst = false
        }
        self.position = position
        self.spaceOrigin = spaceOrigin
        self.score = score
        return filled
    }

    /// Puts the tokens of a word into `pending` if the cache of long words has it.
    @inline(__always)
    mutating func copyLongWord(_ start: Int, _ end: Int) -> Bool {
        let length = end &- start
        guard length <= LongWordCache.wordLimit, !isFirst || tokenizer.normalization.addDummyPrefix else {
            return false
        }
        let key = LongWordCache.key(text + start, length)
        // A short word that is here left a mark in the other cache, whose line is at hand.
        if length <= WordCache.wordLimit, !cache.marksLong(key.0, key.1, length) { return false }
        let entry = longCache.place(key)
        guard entry.pointee.key == key, entry.pointee.length == length, abs(score) < entry.pointee.limit else {
            return false
        }
        let number = Int(entry.pointee.number)
        var origin = UInt32(truncatingIfNeeded: spaceOrigin)
        withUnsafeBytes(of: &entry.pointee.ids) { ids in
            withUnsafeBytes(of: &entry.pointee.ends) { ends in
                for index in 0..<number {
                    let id = ids.load(fromByteOffset: 4 &* index, as: UInt32.self)
                    let end = UInt32(truncatingIfNeeded: start &+ Int(ends[index]))
                    pending.append(id, origin, end)
                    score += tokenizer.pathScores[Int(id)]
                    origin = end
                }
            }
        }
        lastIsUnknown = false
        isFirst = false
        spaceOrigin = end
        position = end &+ 1
        return true
    }

    /// The longest word that is segmented in one go.
    static var wordLengthLimit: Int { 256 }

    /// Segments the word at `position` into `pending`, and puts it into the cache if it fits; or begins a unit if the
    /// word is long or its end cannot be told from the spaces after it.
    mutating func encodeWord() {
        let start = position
        if text[start] == 0x20 {
            position += 1
            return
        }
        var end = start
        while end < count, text[end] != 0x20 {
            end &+= 1
            if end &- start > Self.wordLengthLimit { return beginUnit() }
        }
        if copyLongWord(start, end) { return }
        let rules = tokenizer.normalization
        normalized.count = 0
        normalized.reserve(3)
        let hasPrefix = rules.addDummyPrefix || !isFirst
        if hasPrefix { normalized.appendSpace(origin: spaceOrigin, escaped: true) }
        normalized.afterSpace = true
        let prefixLength = normalized.count
        _ = normalized.append(text, from: start, until: end, end: end, rules: rules)
        if normalized.count == prefixLength {
            // Nothing is left of the word, and of the space after it.
            position = end &+ 1
            if hasPrefix { remember(start, end, firstToken: pending.count, limit: .infinity, spaceOrigin: spaceOrigin) }
            return
        }
        // The spaces that follow would be taken together with the one at the word's end.
        if normalized.endsWithSpace(escaped: true) { return beginUnit() }
        normalized.reserve(0)
        normalized.origins[normalized.count] = UInt32(truncatingIfNeeded: end)
        let firstToken = pending.count
        let firstOrigin = spaceOrigin
        let limit = segmentWord()
        let isWhole = path.count == pending.count - firstToken
        if hasPrefix, isWhole, limit > 0 {
            remember(start, end, firstToken: firstToken, limit: limit, spaceOrigin: firstOrigin)
        }
        isFirst = false
        spaceOrigin = end
        position = end &+ 1
    }

    /// Segments all of `normalized`, as it stands between two spaces, into `pending`.
    /// - Returns: the magnitude of the sum of scores below which the segmentation is the same; not positive if that is
    ///   not known.
    private mutating func segmentWord() -> Float {
        if tokenizer.modelKind == .bytePair {
            emitMerges()
            return .infinity
        }
        let carried = score
        let length = normalized.count
        // No sum inside the word is further off than one piece of the largest score for each byte.
        let largest = Float(length + 1) * tokenizer.largestScore
        if abs(carried) + largest < UnigramLattice.resetThreshold {
            normalized.bytes[length] = 0
            lattice.searchWord(normalized.bytes, length, score: carried, tokenizer: tokenizer)
        } else {
            lattice.restart(score: carried)
            lattice.advance(normalized.bytes, length, until: length, cutAfter: .max, tokenizer: tokenizer)
        }
        let gap = emitPath(to: length)
        // Each sum is off by at most one unit in the last place for each addition, so two candidates for one position
        // keep their order if they differ by more than twice that. 2^-23 times the largest sum is such a unit; the
        // measured gap itself may be off by as much.
        let additions = Float(2 * (length + 2))
        let unit: Float = 1.0 / 8_388_608
        let sureGap = gap - additions * unit * (abs(carried) + largest)
        let limit = sureGap / (additions * unit) - largest
        // Beyond the reset threshold sums are taken back to zero in the middle of a word.
        return min(limit, UnigramLattice.resetThreshold - 1 - largest)
    }

    /// Writes a word's tokens into a cache if they fit. A word without tokens is one that leaves nothing.
    private mutating func remember(_ start: Int, _ end: Int, firstToken: Int, limit: Float, spaceOrigin: Int) {
        let length = end - start
        let number = pending.count - firstToken
        guard length <= LongWordCache.wordLimit, number <= LongWordCache.tokenLimit else { return }
        var origin = UInt32(truncatingIfNeeded: spaceOrigin)
        for index in firstToken..<pending.count {
            // The caches have the tokens' ends only: each token must start where the one before ends. Byte pieces do not.
            guard pending.starts[index] == origin, pending.ends[index] >= start else { return }
            origin = pending.ends[index]
        }
        let key = LongWordCache.key(text + start, length)
        func pieceEnd(_ index: Int) -> Int { Int(pending.ends[firstToken + index]) - start }
        let none = UInt32(tokenizer.pieceCount)
        if length <= WordCache.wordLimit, number <= WordCache.tokenLimit {
            cache.insert(
                key.0, key.1, length: length, number: number,
                ids: (
                    number > 0 ? pending.ids[firstToken] : none, number > 1 ? pending.ids[firstToken + 1] : none,
                    number > 2 ? pending.ids[firstToken + 2] : none
                ),
                ends: (number > 1 ? pieceEnd(0) : 0, number > 2 ? pieceEnd(1) : 0), limit: limit)
        } else if number > 0 {
            var entry = LongWordCache.Entry()
            entry.key = key
            entry.length = UInt8(length)
            entry.number = UInt8(number)
            entry.limit = limit
            withUnsafeMutableBytes(of: &entry.ids) { ids in
                for index in 0..<number {
                    ids.storeBytes(of: pending.ids[firstToken + index], toByteOffset: 4 * index, as: UInt32.self)
                }
            }
            withUnsafeMutableBytes(of: &entry.ends) { ends in
                for index in 0..<number { ends[index] = UInt8(pieceEnd(index)) }
            }
            longCache.place(key).pointee = entry
            if length <= WordCache.wordLimit { cache.markLong(key.0, key.1, length: length, none: none) }
        }
    }
}

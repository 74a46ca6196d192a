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
            // In bounds: 24 bytes are read, from the text if it has as many left, else from its padded copy of the end.
            let word = UnsafeRawPointer(position <= lastWholeRead ? text + position : tail + (position &- tailStart))
            var key0 = word.loadUnaligned(as: UInt64.self).littleEndian
            var key1: UInt64 = 0
            var key2: UInt64 = 0
            var bits = Self.bitsBeforeSpace(key0)
            var length = bits >> 3
            if bits < 64 {
                key0 = Self.keep(key0, bits)
            } else {
                key1 = word.loadUnaligned(fromByteOffset: 8, as: UInt64.self).littleEndian
                bits = Self.bitsBeforeSpace(key1)
                length &+= bits >> 3
                if bits < 64 {
                    key1 = Self.keep(key1, bits)
                } else {
                    key2 = word.loadUnaligned(fromByteOffset: 16, as: UInt64.self).littleEndian
                    bits = Self.bitsBeforeSpace(key2)
                    length &+= bits >> 3
                    if bits == 64 { break }
                    key2 = Self.keep(key2, bits)
                }
            }
            if length == 0 {
                position &+= 1
                continue
            }
            key2 |= length &<< 56
            let set = entries + WordCache.slot(key0, key1, key2)
            var entry = UnsafeRawPointer(set)
            if !WordCache.holds(entry, key0, key1, key2) {
                entry += WordCache.entryBytes
                if !WordCache.holds(entry, key0, key1, key2) { break }
                // The newcomer was asked for again: it changes places with the older entry of the set.
                WordCache.swap(set)
                entry -= WordCache.entryBytes
            }
            if !(abs(score) < entry.load(fromByteOffset: 56, as: Float.self)) { break }
            let stored = entry.load(fromByteOffset: 16, as: UInt64.self)
            let number = Int(truncatingIfNeeded: stored &>> 61)
            // In bounds: there is room for a whole entry; what is beyond `number` is overwritten by the next word.
            UnsafeMutableRawPointer(output + filled).storeBytes(
                of: entry.loadUnaligned(fromByteOffset: 24, as: SIMD4<UInt32>.self), as: SIMD4<UInt32>.self)
            let scores = entry.loadUnaligned(fromByteOffset: 40, as: SIMD4<Float>.self)
            // One by one, as the reference adds them; beyond `number` they are zero.
            score += scores[0]
            score += scores[1]
            if number > 2 {
                score += scores[2]
                score += scores[3]
            }
            if let starts, let ends {
                let pieceEnds = entry.load(fromByteOffset: 60, as: UInt32.self)
                for index in 0..<number {
                    starts[filled &+ index] = UInt32(truncatingIfNeeded: spaceOrigin)
                    spaceOrigin = position &+ Int(truncatingIfNeeded: pieceEnds >> (8 &* UInt32(index)) & 0xFF)
                    ends[filled &+ index] = UInt32(truncatingIfNeeded: spaceOrigin)
                }
            }
            filled &+= number
            position &+= Int(truncatingIfNeeded: length)
            if number > 0 {
                spaceOrigin = position
                lastIsUnknown = false
                isFirst = false
            }
            position &+= 1
        }
        self.position = position
        self.spaceOrigin = spaceOrigin
        self.score = score
        return filled
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
        lattice.restart(score: carried)
        lattice.advance(normalized.bytes, length, until: length, cutAfter: .max, tokenizer: tokenizer)
        let gap = emitPath(to: length)
        // Each sum is off by at most one unit in the last place for each addition, so two candidates for one position
        // keep their order if they differ by more than twice that. 2^-23 times the largest sum is such a unit; the
        // measured gap itself may be off by as much.
        let largest = lattice.span + tokenizer.largestScore
        let additions = Float(2 * (lattice.steps + 2))
        let unit: Float = 1.0 / 8_388_608
        let sureGap = gap - additions * unit * (abs(carried) + largest)
        let limit = sureGap / (additions * unit) - largest
        // Beyond the reset threshold sums are taken back to zero in the middle of a word.
        return min(limit, UnigramLattice.resetThreshold - 1 - largest)
    }

    /// Writes a word's tokens into the cache if they fit. A word without tokens is one that leaves nothing.
    private mutating func remember(_ start: Int, _ end: Int, firstToken: Int, limit: Float, spaceOrigin: Int) {
        let length = end - start
        let number = pending.count - firstToken
        guard length <= WordCache.wordLimit, number <= WordCache.tokenLimit else { return }
        var key = (UInt64(0), UInt64(0), UInt64(0))
        var ids = SIMD4<UInt32>(repeating: 0)
        var scores = SIMD4<Float>(repeating: 0)
        var pieceEnds: UInt32 = 0
        withUnsafeMutableBytes(of: &key) { bytes in
            for index in 0..<length { bytes[index] = text[start + index] }
        }
        key = (key.0.littleEndian, key.1.littleEndian, key.2.littleEndian)
        var origin = UInt32(truncatingIfNeeded: spaceOrigin)
        for index in 0..<number {
            let id = pending.ids[firstToken + index]
            // A byte piece's span cannot be told from the ends alone.
            guard pending.starts[firstToken + index] == origin else { return }
            origin = pending.ends[firstToken + index]
            guard origin >= start else { return }
            ids[index] = id
            if tokenizer.modelKind == .unigram {
                // Unknown and byte pieces stand for an unknown character.
                let score = tokenizer.scores[Int(id)]
                scores[index] = score == -Float.infinity ? tokenizer.unknownScore : score
            }
            pieceEnds |= (origin - UInt32(start)) << (8 * UInt32(index))
        }
        key.2 |= UInt64(length) << 56
        let set = cache.entries + WordCache.slot(key.0, key.1, key.2)
        // An empty first place is taken first; the same word, with another limit, keeps its place.
        let first = UnsafeRawPointer(set)
        let takesFirst = set[2] == 0 || WordCache.holds(first, key.0, key.1, key.2)
        let entry = takesFirst ? set : set + WordCache.wordsPerEntry
        entry[0] = key.0
        entry[1] = key.1
        entry[2] = key.2 | UInt64(number) << 61
        let raw = UnsafeMutableRawPointer(entry)
        raw.storeBytes(of: ids, toByteOffset: 24, as: SIMD4<UInt32>.self)
        raw.storeBytes(of: scores, toByteOffset: 40, as: SIMD4<Float>.self)
        raw.storeBytes(of: limit, toByteOffset: 56, as: Float.self)
        raw.storeBytes(of: pieceEnds, toByteOffset: 60, as: UInt32.self)
    }
}

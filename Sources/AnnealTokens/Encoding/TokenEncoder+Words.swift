/// Words one by one: from the cache, or segmented and put there.
extension TokenEncoder {
    /// Hands out words as long as the cache has them and there is room for a whole entry.
    /// - Returns: how many tokens `output` has now.
    @_optimize(speed)  // where all else is made small
    mutating func copyCachedWords(
        _ output: UnsafeMutablePointer<UInt32>, _ starts: UnsafeMutablePointer<UInt32>?,
        _ ends: UnsafeMutablePointer<UInt32>?, _ alreadyFilled: Int, _ capacity: Int
    ) -> Int {
        // A text without words yet: whether a space symbol comes before the next one is not known to this loop.
        if isFirst, !tokenizer.normalization.addDummyPrefix { return alreadyFilled }
        var entries = cache.entries
        // The sum of scores is made up only when somebody asks for it; up to then no word adds more than this.
        let pieceScore = tokenizer.largestScore
        let wordScore = Float(WordCache.tokenLimit + 1) * pieceScore
        var summed = alreadyFilled
        var bound = abs(score)
        let stretch = scan.start
        let lastFilled = capacity &- WordCache.tokenLimit
        var filled = alreadyFilled
        let words = scan.words
        let boundaries = scan.boundaries
        let boundaryCount = scan.boundaryCount
        let first = scan.next
        var next = first
        /// The last word with tokens.
        var origin = -1
        // Where words start, and what comes before them, is looked up at the boundary before when somebody asks.
        let (firstPosition, firstOrigin, firstPrefix) = (position &- stretch, spaceOrigin &- stretch, hasPrefix)
        func start(_ next: Int) -> Int {
            next == first ? firstPosition : WordScan.start(behind: boundaries[next &- 1])
        }
        func prefix(_ next: Int) -> Bool {
            next == first ? firstPrefix : WordScan.hasPrefix(behind: boundaries[next &- 1])
        }
        func originOfSpace(_ origin: Int) -> Int {
            origin < 0 ? firstOrigin : WordScan.end(before: boundaries[origin])
        }
        // Words before this one need no preparing.
        var prepareAt = scan.lastPrepared == boundaryCount ? boundaryCount : scan.lastPrepared &- WordScan.groupSize
        while next < boundaryCount, filled <= lastFilled {
            // A group ahead, so that the lines of a group are there when it is looked at.
            if next >= prepareAt {
                // Words that were segmented elsewhere may have taken `next` beyond what is prepared.
                if next >= scan.lastPrepared {
                    scan.next = next
                    scan.prepare(cache, from: start(next), hasPrefix: prefix(next))
                }
                if scan.lastPrepared < boundaryCount { scan.prepareGroup(cache) }
                prepareAt =
                    scan.lastPrepared == boundaryCount ? boundaryCount : scan.lastPrepared &- WordScan.groupSize
            }
            let word = words + (next & WordScan.wordMask)
            let key = word.pointee.key
            let line = entries + word.pointee.line
            let isKnown = WordCache.holds(line, key.0, key.1)
            let last = line[3]
            if !isKnown || !(bound < Float(bitPattern: UInt32(truncatingIfNeeded: last >> 32))) {
                if !isKnown, WordCache.holds(line + WordCache.wordsPerEntry, key.0, key.1) {
                    // The newcomer was asked for again: it changes places with the older entry of the line.
                    WordCache.swap(line)
                    continue
                }
                if isKnown, !WordCache.marksLong(last) {
                    addScores(output + summed, filled &- summed)
                    summed = filled
                    bound = abs(score)
                    if bound < Float(bitPattern: UInt32(truncatingIfNeeded: last >> 32)) { continue }
                    break
                }
                let range = start(next)..<WordScan.end(before: boundaries[next])
                if range.isEmpty {
                    next &+= 1
                    continue
                }
                // Its tokens do not depend on the sum of scores as long as that is small: it need not be made up.
                hasPrefix = prefix(next)
                let number = copyRareWord(
                    range, isMarked: isKnown, originOfSpace(origin), bound, output + filled, starts.map { $0 + filled },
                    ends.map { $0 + filled }, capacity &- filled)
                if number < 0 { break }
                bound += Float(number &+ 1) * pieceScore
                filled &+= number
                origin = next
                next &+= 1
                if entries != cache.entries {
                    // The cache is another one: what is prepared is not.
                    entries = cache.entries
                    scan.next = next
                    scan.prepareAgain()
                    prepareAt = next
                }
                continue
            }
            bound += wordScore
            let stored = line[1]
            let number = WordCache.number(stored)
            let ids = line[2]
            // In bounds: there is room for a whole entry; what is beyond `number` is overwritten by the next word.
            output[filled] = UInt32(truncatingIfNeeded: ids)
            output[filled &+ 1] = UInt32(truncatingIfNeeded: ids >> 32)
            output[filled &+ 2] = UInt32(truncatingIfNeeded: last)
            if let starts, let ends, number > 0 {
                let place = UInt32(truncatingIfNeeded: stretch &+ start(next))
                let pieceEnds = WordCache.ends(stored)
                starts[filled] = UInt32(truncatingIfNeeded: stretch &+ originOfSpace(origin))
                starts[filled &+ 1] = place &+ pieceEnds.0
                starts[filled &+ 2] = place &+ pieceEnds.1
                ends[filled] = place &+ pieceEnds.0
                ends[filled &+ 1] = place &+ pieceEnds.1
                ends[filled &+ number &- 1] = UInt32(truncatingIfNeeded: stretch) &+ boundaries[next] >> 2
            }
            filled &+= number
            if number > 0 { origin = next }
            next &+= 1
        }
        hasPrefix = prefix(next)
        self.position = stretch &+ start(next)
        self.spaceOrigin = stretch &+ originOfSpace(origin)
        if filled > alreadyFilled {
            lastIsUnknown = false
            isFirst = false
        }
        scan.next = next
        // Nobody asks for it behind the last word.
        if self.position < count { addScores(output + summed, filled &- summed) }
        return filled
    }

    /// Adds tokens to the sum of scores, one by one, as the reference does.
    @inline(__always)
    private mutating func addScores(_ ids: UnsafeMutablePointer<UInt32>, _ count: Int) {
        let pathScores = tokenizer.pathScores
        var sum = score
        for index in 0..<count { sum += pathScores[Int(ids[index])] }
        score = sum
    }

    /// Goes to the next word, which begins after the boundary at hand.
    @inline(__always)
    private mutating func passBoundary() {
        let boundary = scan.boundaries[scan.next]
        position = scan.start &+ WordScan.start(behind: boundary)
        hasPrefix = WordScan.hasPrefix(behind: boundary) && (tokenizer.normalization.addDummyPrefix || !isFirst)
        scan.next &+= 1
    }

    /// Puts the tokens of a word into `pending` if the cache of long words has it.
    private mutating func copyLongWord(_ start: Int, _ length: Int) -> Bool {
        guard length <= LongWordCache.wordLimit else { return false }
        let key = LongWordCache.key(scan.copy + (start &- scan.start), length)
        // A short word that is here left a mark in the other cache, whose line is at hand.
        if length <= WordCache.wordLimit, !cache.marksLong(key.0, key.1, length: length, hasPrefix: hasPrefix) {
            return false
        }
        let entry = longCache.place(key)
        guard entry.pointee.holds(key, length, hasPrefix: hasPrefix), abs(score) < entry.pointee.limit else {
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
        return true
    }

    /// The longest word that is segmented in one go.
    static var wordLengthLimit: Int { 256 }

    /// Segments the word at `position` into `pending`, and puts it into the cache if it fits; or begins a unit if the
    /// word is long or its end cannot be told from the spaces after it.
    mutating func encodeWord() {
        guard scan.next < scan.boundaryCount else { return beginUnit() }
        let start = position
        let end = scan.start &+ WordScan.end(before: scan.boundaries[scan.next])
        let length = end &- start
        if length == 0 { return passBoundary() }
        if length > Self.wordLengthLimit { return beginUnit() }
        if !copyLongWord(start, length) {
            let firstToken = pending.count
            var limit = tokenizer.modelKind == .unigram ? segmentPlainWord(start, length) : nil
            if limit == nil {
                let rules = tokenizer.normalization
                normalized.count = 0
                normalized.reserve(3)
                if hasPrefix { normalized.appendSpace(origin: spaceOrigin, escaped: true) }
                normalized.afterSpace = true
                let prefixLength = normalized.count
                let behind = appendTakenLetter(at: start)
                _ = normalized.append(text, from: behind, until: end, end: end, rules: rules)
                if normalized.count == prefixLength {
                    // Nothing is left of the word, and of the space after it.
                    if hasPrefix { remember(start, length, firstToken: firstToken, limit: .infinity) }
                    return passBoundary()
                }
                // The spaces that follow would be taken together with the one at the word's end.
                if normalized.endsWithSpace(escaped: true) { return beginUnit() }
                normalized.reserve(0)
                normalized.origins[normalized.count] = UInt32(truncatingIfNeeded: end)
                let found = segmentWord()
                // Runs of unknown pieces became one token: only what stands before tells whether they do.
                limit = path.count == pending.count - firstToken ? found : 0
            }
            if let limit, limit > 0 { remember(start, length, firstToken: firstToken, limit: limit) }
        }
        isFirst = false
        spaceOrigin = end
        passBoundary()
    }

    /// Segments a word whose bytes are all normalised one by one, into `pending`.
    /// - Returns: as for `segmentWord`; nil if there are other bytes, unknown pieces or sums near the reset threshold,
    ///   and nothing was done.
    private mutating func segmentPlainWord(_ start: Int, _ length: Int) -> Float? {
        let carried = score
        let largest = Float(length + 4) * tokenizer.largestScore
        guard abs(carried) + largest < UnigramLattice.resetThreshold else { return nil }
        let simple = tokenizer.normalization.simple
        normalized.count = 0
        normalized.reserve(length)
        let bytes = normalized.bytes
        var isLetters = true
        for index in 0..<length {
            let replacement = simple[Int(text[start &+ index])]
            if replacement == NormalizationRules.notSimple { return nil }
            bytes[index] = replacement
            isLetters = isLetters && replacement &- 0x61 < 26
        }
        bytes[length] = 0
        guard
            let gap = lattice.searchPlainWord(
                bytes, length, isLetters: isLetters, hasPrefix: hasPrefix, score: carried, path: &path,
                tokenizer: tokenizer)
        else { return nil }
        var origin = UInt32(truncatingIfNeeded: spaceOrigin)
        var index = path.count
        while index > 0 {
            index &-= 1
            let piece = path.pieces[index]
            let end = UInt32(truncatingIfNeeded: start &+ Int(piece.end))
            pending.append(UInt32(truncatingIfNeeded: piece.id), origin, end)
            origin = end
        }
        score = lattice.nodes[length].score
        lastIsUnknown = false
        return scoreLimit(gap: gap, additions: length + 5, carried, largest)
    }

    /// The magnitude of the carried sum of scores below which a segmentation is the same.
    func scoreLimit(gap: Float, additions: Int, _ carried: Float, _ largest: Float) -> Float {
        // Each sum is off by at most one unit in the last place for each addition, so two candidates for one position
        // keep their order if they differ by more than twice that. 2^-23 times the largest sum is such a unit; the
        // measured gap itself may be off by as much.
        let additions = Float(2 * additions)
        let unit: Float = 1.0 / 8_388_608
        let sureGap = gap - additions * unit * (abs(carried) + largest)
        let limit = sureGap / (additions * unit) - largest
        // Beyond the reset threshold sums are taken back to zero in the middle of a word.
        return min(limit, UnigramLattice.resetThreshold - 1 - largest)
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
        return scoreLimit(gap: gap, additions: length + 2, carried, largest)
    }

    /// Writes a word's tokens into a cache if they fit. A word without tokens is one that leaves nothing.
    private mutating func remember(_ start: Int, _ length: Int, firstToken: Int, limit: Float) {
        let number = pending.count - firstToken
        guard length <= LongWordCache.wordLimit, number <= LongWordCache.tokenLimit else { return }
        var origin = UInt32(truncatingIfNeeded: spaceOrigin)
        for index in firstToken..<pending.count {
            // The caches have the tokens' ends only: each token must start where the one before ends. Byte pieces do not.
            guard pending.starts[index] == origin, pending.ends[index] >= start else { return }
            origin = pending.ends[index]
        }
        let ends = pending.ends + firstToken
        if remember(
            scan.copy + (start - scan.start), length, ids: pending.ids + firstToken, number, limit: limit,
            end: { Int(ends[$0]) - start })
        {
            scan.prepareAgain()
        }
    }

    /// Writes a word's tokens, at most ``LongWordCache/tokenLimit``, into the cache where they fit.
    /// - Parameters:
    ///   - word: of at most ``LongWordCache/wordLimit`` bytes, in the copy of the stretch.
    ///   - end: where a token ends in the word.
    /// - Returns: whether the cache became a larger one.
    @inline(__always)
    mutating func remember(
        _ word: UnsafePointer<UInt8>, _ length: Int, ids: UnsafePointer<UInt32>, _ number: Int, limit: Float,
        end: (Int) -> Int
    ) -> Bool {
        let didGrow = cache.growIfNeeded()
        let key = LongWordCache.key(word, length)
        let none = UInt32(tokenizer.pieceCount)
        if length <= WordCache.wordLimit, number <= WordCache.tokenLimit {
            cache.insert(
                key.0, key.1, length: length, hasPrefix: hasPrefix, number: number,
                ids: (number > 0 ? ids[0] : none, number > 1 ? ids[1] : none, number > 2 ? ids[2] : none),
                ends: (number > 1 ? end(0) : 0, number > 2 ? end(1) : 0), limit: limit)
        } else if number > 0 {
            let entry = longCache.place(key)
            entry.pointee = LongWordCache.Entry()
            entry.pointee.key = key
            entry.pointee.length = UInt8(length)
            entry.pointee.hasPrefix = hasPrefix
            entry.pointee.number = UInt8(number)
            entry.pointee.limit = limit
            withUnsafeMutableBytes(of: &entry.pointee.ids) { bytes in
                for index in 0..<number { bytes.storeBytes(of: ids[index], toByteOffset: 4 * index, as: UInt32.self) }
            }
            withUnsafeMutableBytes(of: &entry.pointee.ends) { bytes in
                for index in 0..<number { bytes[index] = UInt8(end(index)) }
            }
            if length <= WordCache.wordLimit {
                cache.markLong(key.0, key.1, length: length, hasPrefix: hasPrefix, none: none)
            }
        }
        return didGrow
    }
}

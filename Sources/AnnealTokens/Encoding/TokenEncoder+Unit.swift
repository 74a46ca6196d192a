/// Units: stretches of text that cannot be cut at every space. With a model whose pieces reach over spaces the whole
/// text is one; else a very long word, or words whose spaces have to be taken together.
extension TokenEncoder {
    struct Unit {
        /// Whether all of the unit is normalised.
        var isNormalized = false
        /// The end of the normalised bytes without the space symbols at the end, which may yet be taken off.
        var contentEnd = 0
        /// The position of the search from which on a cut is looked for.
        var nextCut = TokenEncoder.firstCut
    }

    /// Normalised bytes that are searched in one go.
    private static var chunkLength: Int { 1 << 14 }
    /// Normalised bytes without a cut after which one is looked for.
    fileprivate static var firstCut: Int { 1 << 14 }
    /// Normalised bytes without a cut that are kept. A text that has more, such as a million times the same letter, is cut
    /// where SentencePiece, which keeps all, would not cut it.
    static var unitLimit: Int { 1 << 20 }

    /// Begins a unit at `position`.
    mutating func beginUnit() {
        let rules = tokenizer.normalization
        normalized.count = 0
        normalized.reserve(3)
        unit = Unit()
        if tokenizer.splitsAtSpaces {
            if hasPrefix { normalized.appendSpace(origin: spaceOrigin, escaped: true) }
            normalized.afterSpace = true
            position = appendTakenLetter(at: position)
            if normalized.count > 0, !normalized.endsWithSpace(escaped: true) { unit?.contentEnd = normalized.count }
        } else {
            if rules.removeExtraWhitespaces { skipLeadingSpaces() }
            if position == count {
                unit = nil
                return
            }
            if rules.addDummyPrefix, !rules.whitespaceAsSuffix {
                normalized.appendSpace(origin: position, escaped: rules.escapeWhitespaces)
            }
            normalized.afterSpace = rules.removeExtraWhitespaces
        }
        lattice.restart(score: score)
    }

    /// Normalises the first letter of a word if a mark before the word took it: by itself, for it begins no pair.
    /// - Returns: where to go on.
    mutating func appendTakenLetter(at position: Int) -> Int {
        guard tokenizer.endsWordsInside, NormalizationRules.isTakenByMark(text, at: position) else { return position }
        // In bounds: a letter stands there.
        normalized.append(tokenizer.normalization.simple[Int(text[position])], origin: position)
        return position &+ 1
    }

    /// Goes on with the unit: adds tokens to `pending`, or ends the unit.
    mutating func advanceUnit() {
        guard var unit else { return }
        normalizeUnit(&unit)
        self.unit = unit
        if tokenizer.modelKind == .bytePair {
            // Merges may reach anywhere: the unit was normalised as a whole.
            emitMerges()
            return endUnit()
        }
        let length = unit.isNormalized ? normalized.count : unit.contentEnd
        let lookahead = unit.isNormalized ? 0 : max(tokenizer.longestPiece, 4)
        lattice.advance(
            normalized.bytes, normalized.count, until: max(lattice.position, length - lookahead),
            cutAfter: Self.chunkLength / 2, tokenizer: tokenizer)
        let position = lattice.position
        if unit.isNormalized, position == normalized.count {
            _ = emitPath(to: position)
            endUnit()
        } else if position > 0, lattice.frontier <= position {
            // No piece reaches over this position, so the best path goes through it.
            _ = emitPath(to: position)
            normalized.removeFirst(position)
            self.unit?.contentEnd -= position
            lattice.restart(score: score)
        } else if position >= unit.nextCut {
            cutUnit(at: position)
        }
    }

    /// Ends what is kept of a unit where nothing ends by itself: where the best paths meet, or, if they do not meet within
    /// ``unitLimit``, at the best path so far.
    private mutating func cutUnit(at position: Int) {
        var length = lattice.commonPosition()
        let isForced = length == 0 && position >= Self.unitLimit
        if isForced { length = position }
        if length > 0 {
            _ = emitPath(to: length)
            normalized.removeFirst(length)
            unit?.contentEnd -= length
            if isForced { lattice.restart(score: score) } else { lattice.removeFirst(length) }
        }
        // Looking again after twice as much keeps the whole linear.
        unit?.nextCut = length > 0 ? Self.firstCut : 2 * position
    }

    private mutating func endUnit() {
        unit = nil
        isFirst = false
        hasPrefix = true
        // The normaliser may have ended beyond the space at which the unit ended.
        scan.skip(to: position)
    }

    /// Normalises more of the unit: at least a chunk beyond what was searched, or up to its end.
    private mutating func normalizeUnit(_ unit: inout Unit) {
        let rules = tokenizer.normalization
        let target =
            tokenizer.modelKind == .bytePair ? Int.max : lattice.position + Self.chunkLength + tokenizer.longestPiece
        while !unit.isNormalized, unit.contentEnd < target {
            let old = normalized.count
            if position == count {
                finishUnit(rules)
                unit.isNormalized = true
                return
            }
            if tokenizer.splitsAtSpaces, text[position] == 0x20, unit.contentEnd == old, old > 0 {
                // The word's own end: the space begins the next one.
                spaceOrigin = position
                normalized.origins[old] = UInt32(truncatingIfNeeded: position)
                position += 1
                unit.isNormalized = true
                return
            }
            var stop = min(count, position + 4096)
            if tokenizer.splitsAtSpaces {
                let start = text[position] == 0x20 ? position + 1 : position
                var space = start
                while space < stop, text[space] != 0x20 { space &+= 1 }
                stop = space
            }
            position = normalized.append(text, from: position, until: stop, end: count, rules: rules)
            // Look for the end of the content in what is new; before that there is none if the rest is spaces.
            var end = normalized.count
            let symbol = rules.escapeWhitespaces ? 3 : 1
            while end > old, isSpace(before: end, symbol) { end -= symbol }
            if end > old { unit.contentEnd = end }
        }
    }

    private func isSpace(before end: Int, _ length: Int) -> Bool {
        guard end >= length else { return false }
        if length == 1 { return normalized.bytes[end - 1] == 0x20 }
        return normalized.bytes[end - 1] == NormalizedText.spaceSymbol.2
            && normalized.bytes[end - 2] == NormalizedText.spaceSymbol.1
            && normalized.bytes[end - 3] == NormalizedText.spaceSymbol.0
    }

    /// At the end of the text: takes space symbols off the end, or adds one.
    private mutating func finishUnit(_ rules: NormalizationRules) {
        var consumed = count
        if rules.removeExtraWhitespaces {
            let symbol = rules.escapeWhitespaces ? 3 : 1
            while normalized.count > 0, normalized.endsWithSpace(escaped: rules.escapeWhitespaces) {
                normalized.count -= symbol
                consumed = Int(normalized.origins[normalized.count])
            }
        }
        if rules.whitespaceAsSuffix, rules.addDummyPrefix {
            normalized.reserve(3)
            normalized.appendSpace(origin: consumed, escaped: rules.escapeWhitespaces)
        }
        normalized.reserve(0)
        normalized.origins[normalized.count] = UInt32(truncatingIfNeeded: consumed)
    }
}

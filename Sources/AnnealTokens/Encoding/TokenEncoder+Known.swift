/// The tokens that a vector is made of: all but those of text that the vocabulary does not know.
extension TokenEncoder {
    /// Gives the next known tokens of the text: as ``next(into:starts:ends:)``, without unknown pieces and without word
    /// boundaries (`▁` alone) that stand before one. ``tokenCount`` and ``unknownCount`` go on with every call.
    ///
    /// This is the one place where unknown pieces are left out: sessions, explanations' programs and training take their
    /// tokens from here. A text without unknown pieces gives the same tokens in the same windows as `next`, for one
    /// comparison a token. A model that has bytes instead of an unknown piece leaves nothing out.
    /// - Returns: how many tokens were given; fewer than there is room for only at the end of the text.
    /// - Precondition: `ids` is not empty; `next` is not called for the same text.
    @_optimize(speed)  // where all else is made small
    public mutating func nextKnown(
        into ids: UnsafeMutableBufferPointer<UInt32>, starts: UnsafeMutablePointer<UInt32>?,
        ends: UnsafeMutablePointer<UInt32>?
    ) -> Int {
        guard let output = ids.baseAddress, ids.count > 0 else { preconditionFailure("no room for a token") }
        guard let unknown = tokenizer.unknownID else {
            let count = next(into: ids, starts: starts, ends: ends)
            tokenCount += count
            return count
        }
        var filled = 0
        if let token = ahead {
            ahead = nil
            output[0] = token.id
            starts?[0] = token.start
            ends?[0] = token.end
            filled = 1
        }
        while true {
            let room = ids.count - filled
            if room > 0 {
                // In bounds: `filled + room` is the number of places.
                let rest = UnsafeMutableBufferPointer(start: output + filled, count: room)
                let count = next(into: rest, starts: starts.map { $0 + filled }, ends: ends.map { $0 + filled })
                tokenCount += count
                // An id that is the unknown one sets the highest bit. No branch: four are looked at together.
                var found: UInt32 = 0
                for index in 0..<count {
                    let difference = rest[index] ^ unknown
                    found |= (difference &- 1) & ~difference
                }
                filled =
                    found >> 31 == 0
                    ? filled + count : leaveOut(unknown, output, starts, ends, filled, filled + count)
                if count < room { return filled }
                if filled < ids.count { continue }
            }
            // Whether a boundary in the last place counts is for the token after it to say.
            guard output[filled - 1] == tokenizer.boundaryID, let token = nextToken() else { return filled }
            tokenCount += 1
            guard token.id == unknown else {
                ahead = token
                return filled
            }
            unknownCount += 1
            filled = leaveBoundaries(output, filled)
        }
    }

    /// Moves the known ones of the tokens from `first` up to `last` together.
    /// - Returns: how many tokens there are then, from the first of all.
    private mutating func leaveOut(
        _ unknown: UInt32, _ ids: UnsafeMutablePointer<UInt32>, _ starts: UnsafeMutablePointer<UInt32>?,
        _ ends: UnsafeMutablePointer<UInt32>?, _ first: Int, _ last: Int
    ) -> Int {
        var kept = first
        for index in first..<last {
            if ids[index] == unknown {
                unknownCount += 1
                kept = leaveBoundaries(ids, kept)
            } else {
                ids[kept] = ids[index]
                if let starts { starts[kept] = starts[index] }
                if let ends { ends[kept] = ends[index] }
                kept += 1
            }
        }
        return kept
    }

    /// How many of the first `count` tokens there are without the boundaries at their end.
    private mutating func leaveBoundaries(_ ids: UnsafeMutablePointer<UInt32>, _ count: Int) -> Int {
        var kept = count
        while kept > 0, ids[kept - 1] == tokenizer.boundaryID {
            kept -= 1
            unknownCount += 1
        }
        return kept
    }

    private mutating func nextToken() -> Token? {
        var id: UInt32 = 0
        var start: UInt32 = 0
        var end: UInt32 = 0
        let count = withUnsafeMutablePointer(to: &id) {
            next(into: UnsafeMutableBufferPointer(start: $0, count: 1), starts: &start, ends: &end)
        }
        return count == 0 ? nil : Token(id: id, start: start, end: end)
    }
}

extension Tokenizer {
    /// For each token of a whole text, whether ``TokenEncoder/nextKnown(into:starts:ends:)`` leaves it out.
    /// - Complexity: O(tokens.count)
    public func isLeftOut(_ tokens: [Token]) -> [Bool] {
        var left = [Bool](repeating: false, count: tokens.count)
        guard let unknownID else { return left }
        for index in tokens.indices where tokens[index].id == unknownID {
            left[index] = true
            var before = index - 1
            while before >= 0, tokens[before].id == boundaryID {
                left[before] = true
                before -= 1
            }
        }
        return left
    }
}

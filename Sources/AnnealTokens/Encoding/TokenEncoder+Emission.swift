/// From pieces of the normalised text to tokens of the original one.
extension TokenEncoder {
    /// Adds a piece, from normalised byte `start` to `end`; -1 is unknown. Unknown pieces become bytes if the model has
    /// byte pieces, else runs of them become one token.
    @inline(__always)
    mutating func emit(_ start: Int, _ end: Int, _ id: Int32) {
        let origin = normalized.origins[start]
        let originEnd = normalized.origins[end]
        if id >= 0 {
            pending.append(UInt32(truncatingIfNeeded: id), origin, originEnd)
            lastIsUnknown = false
            return
        }
        if tokenizer.byteFallback {
            for index in start..<end {
                let byteID = tokenizer.byteIDs[Int(normalized.bytes[index])]
                // The last byte stands for the whole character.
                pending.append(byteID, origin, index == end - 1 ? originEnd : origin)
            }
        } else if lastIsUnknown, !pending.isEmpty {
            pending.extendLast(to: originEnd)
        } else if let unknown = tokenizer.unknownID {
            pending.append(unknown, origin, originEnd)
        }
        lastIsUnknown = !tokenizer.byteFallback
    }

    /// Adds the pieces of the best path up to `end`, and takes its sum of scores over.
    /// - Returns: the smallest gap between a piece of the path and the next best one.
    mutating func emitPath(to end: Int) -> Float {
        path.removeAll()
        var gap = Float.infinity
        var position = end
        while position > 0 {
            let node = lattice.nodes[position]
            gap = min(gap, node.gap)
            let id = node.slot < 0 ? -1 : Int32(truncatingIfNeeded: tokenizer.trie.ids[Int(node.slot)])
            path.push(PathStack.Piece(start: node.start, end: Int32(truncatingIfNeeded: position), id: id))
            position = Int(node.start)
        }
        score = lattice.nodes[end].score
        var index = path.count
        while index > 0 {
            index &-= 1
            let piece = path.pieces[index]
            emit(Int(piece.start), Int(piece.end), piece.id)
        }
        return gap
    }

    /// Segments all of `normalized` by merges and adds its pieces.
    mutating func emitMerges() {
        path.removeAll()
        guard normalized.count > 0 else { return }
        merges.segment(normalized.bytes, normalized.count, tokenizer)
        var index = 0
        while index >= 0 {
            let symbol = merges.symbols[index]
            emitMerged(Int(symbol.start), Int(symbol.length), depth: 0)
            index = Int(symbol.next)
        }
    }

    /// The reference takes unused pieces apart again this many times.
    private static var splitLimit: Int { 100 }

    /// Adds a merged piece; an unused one is taken apart as it was merged last.
    private mutating func emitMerged(_ start: Int, _ length: Int, depth: Int) {
        let id = tokenizer.trie.find(normalized.bytes + start, length)
        if let id, tokenizer.hasUnused, tokenizer.pieces[Int(id)].kind == .unused, depth <= Self.splitLimit {
            let left = Int(merges.splits[Int(id)])
            if left > 0 {
                emitMerged(start, left, depth: depth + 1)
                emitMerged(start + left, length - left, depth: depth + 1)
                return
            }
            path.push(PathStack.Piece(start: 0, end: 0, id: -1))
            emit(start, start + length, -1)
            return
        }
        path.push(PathStack.Piece(start: 0, end: 0, id: id.map { Int32($0) } ?? -1))
        emit(start, start + length, id.map { Int32($0) } ?? -1)
    }
}

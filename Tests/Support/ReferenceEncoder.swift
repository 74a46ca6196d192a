package import AnnealTokens

/// The same tokens as ``TokenEncoder``, slowly and plainly: the whole text is normalised, then segmented as a whole, with
/// dictionaries and arrays and no cache. What the tests compare the encoder with.
package struct ReferenceEncoder {
    private struct Entry {
        var id: Int
        var score: Float
        var kind: PieceKind
    }

    private let tokenizer: Tokenizer
    private var entries: [[UInt8]: Entry] = [:]
    private var userDefined: Set<[UInt8]> = []
    private var longest = 0
    private var lowestScore = Float.greatestFiniteMagnitude

    package init(_ tokenizer: Tokenizer) {
        self.tokenizer = tokenizer
        for id in 0..<tokenizer.pieceCount {
            let bytes = Array(tokenizer.bytes(of: UInt32(id)))
            let kind = tokenizer.kind(of: UInt32(id))
            guard kind == .normal || kind == .userDefined || kind == .unused, bytes != [0] else { continue }
            let score = tokenizer.score(of: UInt32(id))
            entries[bytes] = Entry(id: id, score: score, kind: kind)
            longest = max(longest, bytes.count)
            if kind == .userDefined { userDefined.insert(bytes) }
            if kind == .normal { lowestScore = min(lowestScore, score) }
        }
    }

    /// - Complexity: O(n) for unigram models, O(n²) for byte-pair models, with large constants.
    package func tokens(of text: [UInt8]) -> [Token] {
        let (bytes, origins) = normalize(text)
        guard !bytes.isEmpty else { return [] }
        let pieces = tokenizer.modelKind == .unigram ? bestPath(bytes) : merge(bytes)
        var result: [Token] = []
        var afterUnknown = false
        for (range, id) in pieces {
            let start = UInt32(origins[range.lowerBound])
            let end = UInt32(origins[range.upperBound])
            if let id {
                result.append(Token(id: UInt32(id), start: start, end: end))
            } else if tokenizer.byteFallback {
                for index in range {
                    let last = index == range.upperBound - 1
                    result.append(
                        Token(id: tokenizer.byteIDs[Int(bytes[index])], start: start, end: last ? end : start))
                }
            } else if afterUnknown {
                result[result.count - 1].end = end
            } else if let unknown = tokenizer.unknownID {
                result.append(Token(id: unknown, start: start, end: end))
            }
            afterUnknown = id == nil
        }
        return result
    }

    /// One step of the normaliser: how much of the text it takes, and what it makes of it.
    private func prefix(_ text: ArraySlice<UInt8>) -> (length: Int, output: [UInt8]) {
        let matches = (1...longest).filter { $0 <= text.count && userDefined.contains(Array(text.prefix($0))) }
        if let length = matches.last { return (length, Array(text.prefix(length))) }
        return text.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return (0, []) }
            if let map = tokenizer.normalization.characterMap {
                let match = map.longestMatch(base, bytes.count)
                if match.length > 0 {
                    var output: [UInt8] = []
                    while map.replacements[match.replacement + output.count] != 0 {
                        output.append(map.replacements[match.replacement + output.count])
                    }
                    return (match.length, output)
                }
            }
            let length = (1...4).first { length in
                length <= bytes.count
                    && String(validating: bytes.prefix(length), as: UTF8.self)?.unicodeScalars.count == 1
            }
            guard let length else { return (1, [0xEF, 0xBF, 0xBD]) }
            return (length, Array(bytes.prefix(length)))
        }
    }

    /// The normalised text, and for each of its bytes and its end the offset in the original.
    private func normalize(_ text: [UInt8]) -> (bytes: [UInt8], origins: [Int]) {
        let rules = tokenizer.normalization
        let space: [UInt8] = rules.escapeWhitespaces ? [0xE2, 0x96, 0x81] : [0x20]
        var position = 0
        while rules.removeExtraWhitespaces, position < text.count {
            let step = prefix(text[position...])
            if step.output != [0x20] { break }
            position += step.length
        }
        if position == text.count { return ([], [position]) }
        var bytes: [UInt8] = []
        var origins: [Int] = []
        func addSpace() {
            bytes += space
            origins += Array(repeating: position, count: space.count)
        }
        if rules.addDummyPrefix, !rules.whitespaceAsSuffix { addSpace() }
        var afterSpace = rules.removeExtraWhitespaces
        while position < text.count {
            let step = prefix(text[position...])
            let output = afterSpace ? step.output.drop { $0 == 0x20 } : step.output[...]
            let start = position
            let last = position + step.length - 1
            for byte in output {
                if byte == 0x20 {
                    // Where words end inside of words the next one begins with its letter.
                    if rules.endsWordsInside, step.length > 1, isLetter(text[last]) { position = last }
                    addSpace()
                } else {
                    bytes.append(byte)
                    origins.append(position)
                }
            }
            position = start
            if let last = output.last { afterSpace = last == 0x20 }
            if !rules.removeExtraWhitespaces { afterSpace = false }
            position += step.length
        }
        while rules.removeExtraWhitespaces, bytes.count >= space.count, Array(bytes.suffix(space.count)) == space {
            bytes.removeLast(space.count)
            position = origins[bytes.count]
            origins.removeLast(space.count)
        }
        if rules.addDummyPrefix, rules.whitespaceAsSuffix { addSpace() }
        return (bytes, origins + [position])
    }

    private func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private func characterLength(_ bytes: [UInt8], at position: Int) -> Int {
        let first = bytes[position]
        return min(first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4, bytes.count - position)
    }

    /// The path with the highest sum of scores, as 32-bit sums from the left; the first found stays among equals.
    private func bestPath(_ bytes: [UInt8]) -> [(Range<Int>, Int?)] {
        struct Node {
            var score: Float = 0
            var start = -1
            var id: Int?
        }
        var nodes = [Node](repeating: Node(), count: bytes.count + 1)
        var frontier = 0
        func offer(_ start: Int, _ end: Int, _ id: Int?, _ score: Float) {
            frontier = max(frontier, end)
            if nodes[end].start < 0 || score > nodes[end].score {
                nodes[end] = Node(score: score, start: start, id: id)
            }
        }
        var start = 0
        while start < bytes.count {
            if abs(nodes[start].score) > 100_000 {
                let offset = nodes[start].score
                for index in start...max(start, frontier) where index == start || nodes[index].start >= 0 {
                    nodes[index].score -= offset
                }
            }
            let length = characterLength(bytes, at: start)
            var covered = false
            for end in start + 1...min(start + longest, bytes.count) {
                guard let entry = entries[Array(bytes[start..<end])], entry.kind != .unused else { continue }
                let score = entry.kind == .userDefined ? Float(0.1 * Double(end - start - 1)) : entry.score
                offer(start, end, entry.id, nodes[start].score + score)
                if end - start == length { covered = true }
            }
            if !covered { offer(start, start + length, nil, nodes[start].score + (lowestScore - 10)) }
            start += length
        }
        var path: [(Range<Int>, Int?)] = []
        var end = bytes.count
        while end > 0 {
            path.append((nodes[end].start..<end, nodes[end].id))
            end = nodes[end].start
        }
        return path.reversed()
    }

    /// Merges the best pair of neighbours again and again; leftmost first among equals.
    private func merge(_ bytes: [UInt8]) -> [(Range<Int>, Int?)] {
        var symbols: [(range: Range<Int>, frozen: Bool)] = []
        var position = 0
        while position < bytes.count {
            let lengths = (1...longest).filter {
                position + $0 <= bytes.count && userDefined.contains(Array(bytes[position..<position + $0]))
            }
            let length = lengths.last ?? characterLength(bytes, at: position)
            symbols.append((position..<position + length, !lengths.isEmpty))
            position += length
        }
        /// How unused pieces were put together last, by the length of the left part.
        var splits: [Int: Int] = [:]
        func pair(_ index: Int) -> Entry? {
            guard index >= 0, index + 1 < symbols.count, !symbols[index].frozen, !symbols[index + 1].frozen else {
                return nil
            }
            let range = symbols[index].range.lowerBound..<symbols[index + 1].range.upperBound
            guard range.count <= longest, let entry = entries[Array(bytes[range])] else { return nil }
            return entry
        }
        func note(_ index: Int) {
            if let entry = pair(index) { splits[entry.id] = symbols[index].range.count }
        }
        for index in symbols.indices { note(index) }
        while true {
            var best: (index: Int, score: Float)?
            for index in symbols.indices {
                if let entry = pair(index), best == nil || entry.score > best!.score { best = (index, entry.score) }
            }
            guard let index = best?.index else { break }
            symbols[index].range = symbols[index].range.lowerBound..<symbols[index + 1].range.upperBound
            symbols.remove(at: index + 1)
            note(index - 1)
            note(index)
        }
        var result: [(Range<Int>, Int?)] = []
        func add(_ range: Range<Int>, _ depth: Int) {
            let entry = entries[Array(bytes[range])]
            if let entry, entry.kind == .unused, depth <= 100 {
                guard let left = splits[entry.id] else { return result.append((range, nil)) }
                add(range.prefix(left), depth + 1)
                add(range.dropFirst(left), depth + 1)
            } else {
                result.append((range, entry?.id))
            }
        }
        for symbol in symbols { add(symbol.range, 0) }
        return result
    }
}

import AnnealProgram

/// Finds where a genome's pattern matches.
///
/// A *site* is the position of the target atom; a rule fires once at a site, however many ways lead there, because its
/// target must be bare and is not afterwards.
struct SiteMatcher {
    let texts: EvolvingTexts
    /// What ``find(_:in:)`` found: ascending, without repetition.
    private(set) var sites: [Int32] = []

    init(_ texts: EvolvingTexts) { self.texts = texts }

    /// Finds the sites of a genome in a range of texts.
    /// - Complexity: O(positions of the rarest token or class of the pattern · combinations of distances).
    mutating func find(_ genome: Genome, in range: Range<Int>) {
        sites.removeAll(keepingCapacity: true)
        var anchor = -1
        var fewest = Int.max
        for atom in 0..<genome.count where genome.isToken(atom) || genome.isClass(atom) {
            let count = texts.postings(genome, atom).count
            if count < fewest { (anchor, fewest) = (atom, count) }
        }
        guard anchor >= 0, fewest > 0, !range.isEmpty else { return }
        // Distance from the anchor to the target, least and greatest.
        var least = 0
        var greatest = 0
        if anchor < genome.target {
            for atom in anchor + 1...genome.target { (least, greatest) = shift(least, greatest, by: genome, atom) }
        } else if anchor > genome.target {
            for atom in genome.target + 1...anchor { (least, greatest) = shift(least, greatest, by: genome, atom) }
            (least, greatest) = (-greatest, -least)
        }
        let postings = texts.postings(genome, anchor)
        let begin = texts.offsets[range.lowerBound]
        let end = texts.offsets[range.upperBound]
        for index in SiteMatcher.lowerBound(postings, Int32(begin))..<postings.count {
            let position = Int(postings[index])
            if position >= end { break }
            // A gather of this generation may have moved the item since the index was built.
            guard fits(genome, anchor, position) else { continue }
            let text = Int(texts.textOf[position])
            let start = texts.offsets[text]
            let stop = start + Int(texts.lengths[text])
            for target in max(
                position + least, start)..<max(max(position + least, start), min(position + greatest + 1, stop))
            where fits(genome, genome.target, target) && places(genome, target, start, stop) != nil {
                sites.append(Int32(target))
            }
        }
        if least != greatest { removeRepetitions() }
    }

    private func shift(_ least: Int, _ greatest: Int, by genome: Genome, _ atom: Int) -> (Int, Int) {
        (least + genome.minimum(atom), greatest + genome.maximum(atom))
    }

    private mutating func removeRepetitions() {
        sites.sort()
        var kept = 0
        for index in sites.indices where index == 0 || sites[index] != sites[index - 1] {
            sites[kept] = sites[index]
            kept += 1
        }
        sites.removeLast(sites.count - kept)
    }

    /// Whether an item may be an atom.
    @inline(__always)
    func fits(_ genome: Genome, _ atom: Int, _ position: Int) -> Bool {
        guard genome.allows(atom, opcode: texts.opcodes[position]) else { return false }
        if genome.isToken(atom) { return texts.ids[position] == genome.value(atom) }
        guard genome.isClass(atom) else { return true }
        let token = Int(texts.ids[position])
        let tokens = texts.tokens
        let value = genome.value(atom)
        return value < tokens.fineCount ? tokens.fine[token] == value : tokens.coarse[token] == value
    }

    /// The places of all atoms when the target stands at a position, the first items as far left as may be, or nil.
    func places(_ genome: Genome, target position: Int) -> SIMD4<Int32>? {
        let text = Int(texts.textOf[position])
        let start = texts.offsets[text]
        let stop = start + Int(texts.lengths[text])
        guard position < stop, fits(genome, genome.target, position) else { return nil }
        return places(genome, position, start, stop)
    }

    @inline(__always)
    private func places(_ genome: Genome, _ position: Int, _ start: Int, _ stop: Int) -> SIMD4<Int32>? {
        var places = SIMD4<Int32>(repeating: -1)
        places[genome.target] = Int32(position)
        guard left(genome, genome.target, position, start, &places),
            right(genome, genome.target, position, stop, &places)
        else { return nil }
        return places
    }

    private func left(
        _ genome: Genome, _ atom: Int, _ position: Int, _ start: Int, _ places: inout SIMD4<Int32>
    ) -> Bool {
        guard atom > 0 else { return true }
        var distance = genome.maximum(atom)
        let least = genome.minimum(atom)
        while distance >= least {
            let place = position - distance
            if place >= start, fits(genome, atom - 1, place), left(genome, atom - 1, place, start, &places) {
                places[atom - 1] = Int32(place)
                return true
            }
            distance -= 1
        }
        return false
    }

    private func right(
        _ genome: Genome, _ atom: Int, _ position: Int, _ stop: Int, _ places: inout SIMD4<Int32>
    ) -> Bool {
        guard atom + 1 < genome.count else { return true }
        var distance = genome.minimum(atom + 1)
        let greatest = genome.maximum(atom + 1)
        while distance <= greatest {
            let place = position + distance
            if place < stop, fits(genome, atom + 1, place), right(genome, atom + 1, place, stop, &places) {
                places[atom + 1] = Int32(place)
                return true
            }
            distance += 1
        }
        return false
    }

    /// The first index whose position is not below `value`.
    private static func lowerBound(_ positions: UnsafeBufferPointer<Int32>, _ value: Int32) -> Int {
        var low = 0
        var high = positions.count
        while low < high {
            let middle = (low + high) / 2
            if positions[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

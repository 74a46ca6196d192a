import AnnealProgram
import AnnealRewrite

/// All patterns that are a given one and a token more, before its first or behind its last, and are seen often enough.
struct Extension {
    private let parent: Genome
    private let settings: EvolutionSettings

    /// - Precondition: the parent has room for an atom.
    init(of parent: Genome, settings: EvolutionSettings) {
        precondition(parent.count < Genome.atomLimit)
        self.parent = parent
        self.settings = settings
    }

    /// The children with their fitness, those before the parent first, then by distance and token. The added token's item
    /// gets the constant: the parent's own is taken.
    ///
    /// Sites are those found with the parent's, so that no child is searched for; of a parent with a range of distances a
    /// few may be missing.
    /// - Complexity: O(sites · distances · (log(sites) + dimension)).
    func children(_ meter: inout FitnessMeter) -> [(genome: Genome, fitness: Fitness)] {
        let texts = meter.texts
        let genome = parent.relaxed
        meter.matcher.find(genome, in: 0..<texts.count)
        guard meter.matcher.sites.count >= settings.minimumSites else { return [] }
        // Side and distance (9 bits), token (24), and where it stands (31): sorted, the sites of a child lie together.
        var found: [UInt64] = []
        func note(_ place: Int, side: UInt64, distance: Int) {
            guard OpcodeSet.bare.contains(raw: texts.opcodes[place]) else { return }
            found.append((side << 8 | UInt64(distance)) << 55 | UInt64(texts.ids[place]) << 31 | UInt64(place))
        }
        for site in meter.matcher.sites {
            guard let places = meter.matcher.places(genome, target: Int(site)) else { continue }
            let text = Int(texts.textOf[Int(site)])
            let start = texts.offsets[text]
            let stop = start + Int(texts.lengths[text])
            for distance in 1...settings.seedDistance {
                let before = Int(places[0]) - distance
                if before >= start { note(before, side: 0, distance: distance) }
                let behind = Int(places[genome.count - 1]) + distance
                if behind < stop { note(behind, side: 1, distance: distance) }
            }
        }
        found.sort()
        var children: [(genome: Genome, fitness: Fitness)] = []
        var sites: [Int32] = []
        var index = 0
        while index < found.count {
            let key = found[index] >> 31
            sites.removeAll(keepingCapacity: true)
            while index < found.count, found[index] >> 31 == key {
                let site = Int32(truncatingIfNeeded: found[index] & 0x7FFF_FFFF)
                if sites.last != site { sites.append(site) }
                index += 1
            }
            guard sites.count >= settings.minimumSites else { continue }
            let child = child(
                UInt32(key & 0xFF_FFFF), distance: UInt8(truncatingIfNeeded: key >> 24), isBehind: key >> 32 != 0)
            guard child.isValid else { continue }
            children.append((child, sites.withUnsafeBufferPointer { meter.measure($0, of: child) }))
        }
        return children
    }

    private func child(_ token: UInt32, distance: UInt8, isBehind: Bool) -> Genome {
        var atoms = Quad<Atom>()
        if !isBehind { atoms.append(Atom(.token(token), opcodes: .bare)) }
        for index in 0..<parent.count {
            var atom = parent.atom(index)
            atom.opcodes = .matchable
            if index == 0, !isBehind { (atom.distanceMin, atom.distanceMax) = (distance, distance) }
            atoms.append(atom)
        }
        if isBehind { atoms.append(Atom(.token(token), opcodes: .bare, distanceMin: distance)) }
        return Genome(atoms: atoms, action: .attach, target: isBehind ? parent.count : 0)
    }
}

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

    /// The children, those before the parent first, then by distance and token. The added token's item gets the constant:
    /// the parent's own is taken.
    /// - Complexity: O(sites · distances · log(sites)).
    func children(_ meter: inout FitnessMeter) -> [Genome] {
        let texts = meter.texts
        let genome = parent.relaxed
        meter.matcher.find(genome, in: 0..<texts.count)
        guard meter.matcher.sites.count >= settings.minimumSites else { return [] }
        // Side and distance, then the token.
        var found: [UInt64] = []
        for site in meter.matcher.sites {
            guard let places = meter.matcher.places(genome, target: Int(site)) else { continue }
            let text = Int(texts.textOf[Int(site)])
            let start = texts.offsets[text]
            let stop = start + Int(texts.lengths[text])
            for distance in 1...settings.seedDistance {
                let before = Int(places[0]) - distance
                if before >= start { found.append(UInt64(distance) << 32 | UInt64(texts.ids[before])) }
                let behind = Int(places[genome.count - 1]) + distance
                if behind < stop { found.append(UInt64(distance + 256) << 32 | UInt64(texts.ids[behind])) }
            }
        }
        found.sort()
        var children: [Genome] = []
        var index = 0
        while index < found.count {
            let key = found[index]
            let first = index
            while index < found.count, found[index] == key { index += 1 }
            guard index - first >= settings.minimumSites else { continue }
            let child = child(
                UInt32(truncatingIfNeeded: key), distance: UInt8(key >> 32 & 255), isBehind: key >> 40 != 0)
            if child.isValid { children.append(child) }
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

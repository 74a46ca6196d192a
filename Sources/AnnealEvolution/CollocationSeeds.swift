import AnnealProgram
import AnnealRewrite

/// The first population: every pair of tokens, and every pair of a token and a class, that stands together often enough
/// and has residual energy in common.
///
/// All pairs of a first token are gathered by one pass over its positions and a sort of their partners; nothing is counted
/// twice and no table of all pairs is needed.
struct CollocationSeeds {
    let texts: EvolvingTexts
    let settings: EvolutionSettings
    let workers: Workers

    /// What the first and the second atom of a seed are.
    private struct Shape: Sendable {
        let firstIsClass: Bool
        let secondIsClass: Bool
    }

    private struct Seed: Sendable {
        let genome: Genome
        let worth: Double
    }

    /// Seeds with a positive worth, the best first, at most `limit`.
    /// - Complexity: O(positions · dimension · distances · shapes).
    func find(limit: Int, worth: @escaping @Sendable (Genome, Fitness) -> Double) -> [(genome: Genome, worth: Double)] {
        var shapes = [Shape(firstIsClass: false, secondIsClass: false)]
        if settings.usesClasses && !settings.ordinaryOnly && texts.tokens.fineCount > 0 {
            shapes.append(Shape(firstIsClass: true, secondIsClass: false))
            shapes.append(Shape(firstIsClass: false, secondIsClass: true))
        }
        var seeds: [Seed] = []
        for shape in shapes {
            for distance in 1...settings.seedDistance {
                let keyCount = shape.firstIsClass ? texts.tokens.fineCount : texts.tokens.count
                let found = workers.map(keyCount, initial: [Seed]()) { key, meter in
                    pairs(of: key, shape, distance: distance, &meter, worth)
                }
                for some in found { seeds.append(contentsOf: some) }
            }
        }
        // Stable for equal worth: seeds come in the order of shape, distance, first and second.
        let order = seeds.indices.sorted { one, other in
            seeds[one].worth != seeds[other].worth ? seeds[one].worth > seeds[other].worth : one < other
        }
        return order.prefix(limit).map { (seeds[$0].genome, seeds[$0].worth) }
    }

    private func pairs(
        of first: Int, _ shape: Shape, distance: Int, _ meter: inout FitnessMeter,
        _ worth: (Genome, Fitness) -> Double
    ) -> [Seed] {
        let tokens = texts.tokens
        let postings = shape.firstIsClass ? texts.positions(ofFine: first) : texts.positions(ofToken: first)
        guard postings.count >= settings.minimumSites else { return [] }
        var partners: [UInt64] = []
        partners.reserveCapacity(postings.count)
        for posting in postings {
            let position = Int(posting)
            let text = Int(texts.textOf[position])
            let partner = position + distance
            guard partner < texts.offsets[text] + Int(texts.lengths[text]),
                OpcodeSet.bare.contains(raw: texts.opcodes[partner])
            else { continue }
            let token = Int(texts.ids[partner])
            let key = shape.secondIsClass ? UInt64(tokens.fine[token]) : UInt64(token)
            guard !shape.secondIsClass || key != UInt64(TokenKnowledge.noClass) else { continue }
            partners.append(key << 32 | UInt64(partner))
        }
        partners.sort()
        var seeds: [Seed] = []
        var sites: [Int32] = []
        var index = 0
        while index < partners.count {
            let second = partners[index] >> 32
            sites.removeAll(keepingCapacity: true)
            while index < partners.count, partners[index] >> 32 == second {
                sites.append(Int32(truncatingIfNeeded: partners[index]))
                index += 1
            }
            guard sites.count >= settings.minimumSites else { continue }
            let firstKind: Atom.Kind = shape.firstIsClass ? .tokenClass(UInt16(first)) : .token(UInt32(first))
            let secondKind: Atom.Kind = shape.secondIsClass ? .tokenClass(UInt16(second)) : .token(UInt32(second))
            let genome = Genome(
                atoms: [Atom(firstKind), Atom(secondKind, opcodes: .bare, distanceMin: UInt8(distance))], target: 1)
            let fitness = sites.withUnsafeBufferPointer { meter.measure($0, of: genome) }
            let value = worth(genome, fitness)
            if value > 0 { seeds.append(Seed(genome: genome, worth: value)) }
        }
        return seeds
    }
}

import AnnealPlatform

/// Who may have children, and who may have them together.
struct Parents: Sendable {
    struct Parent: Sendable {
        let genome: Genome
        let birth: Int64
    }

    private let candidates: [Parent]
    private let accepted: [Parent]
    /// Parents by token: `members[starts[t] ..< starts[t + 1]]`.
    private let starts: [Int32]
    private let members: [Int32]

    /// - Parameter population: ranked, the best first.
    init(population: [Candidate], accepted: [AcceptedRule], tokenCount: Int) {
        candidates = population.map { Parent(genome: $0.genome, birth: $0.birth) }
        self.accepted = accepted.map { Parent(genome: $0.genome, birth: $0.birth) }
        var starts = [Int32](repeating: 0, count: tokenCount + 2)
        let all = candidates + self.accepted
        for parent in all {
            for atom in 0..<parent.genome.count where parent.genome.isToken(atom) {
                starts[Int(parent.genome.value(atom)) + 2] += 1
            }
        }
        for token in 0..<tokenCount { starts[token + 2] += starts[token + 1] }
        var members = [Int32](repeating: 0, count: Int(starts[tokenCount + 1]))
        for (index, parent) in all.enumerated() {
            for atom in 0..<parent.genome.count where parent.genome.isToken(atom) {
                let token = Int(parent.genome.value(atom))
                members[Int(starts[token + 1])] = Int32(index)
                starts[token + 1] += 1
            }
        }
        self.starts = starts
        self.members = members
    }

    var count: Int { candidates.count + accepted.count }

    private subscript(index: Int) -> Parent {
        index < candidates.count ? candidates[index] : accepted[index - candidates.count]
    }

    /// A parent: every second time an accepted rule, else a candidate, the better ones more often.
    /// - Precondition: there is one.
    func pick(_ random: inout SplitMix64) -> Parent {
        if candidates.isEmpty || !accepted.isEmpty && random.below(2) == 0 {
            return accepted[random.below(accepted.count)]
        }
        return candidates[random.below(random.below(candidates.count) + 1)]
    }

    /// Another parent that has a token in common, or nil.
    func partner(of genome: Genome, _ random: inout SplitMix64) -> Parent? {
        let atom = random.below(genome.count)
        guard genome.isToken(atom) else { return nil }
        let token = Int(genome.value(atom))
        let start = Int(starts[token])
        let count = Int(starts[token + 1]) - start
        guard count > 1 else { return nil }
        let other = self[Int(members[start + random.below(count)])]
        return other.genome == genome ? nil : other
    }
}

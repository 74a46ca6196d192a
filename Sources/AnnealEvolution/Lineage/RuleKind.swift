import AnnealRewrite

/// What kind of rule a genome is, for counts and pictures: what it does, with how many atoms, over tokens or classes.
struct RuleKind: Hashable, CustomStringConvertible {
    let action: GenomeAction
    let atoms: Int
    let namesClasses: Bool
    let hasGap: Bool

    init(_ genome: Genome) {
        action = genome.action
        atoms = genome.count
        namesClasses = (0..<genome.count).contains { genome.isClass($0) }
        hasGap = (1..<max(genome.count, 1)).contains { genome.maximum($0) > 1 }
    }

    var description: String {
        "\(action.name) \(atoms)" + (hasGap ? " gap" : "") + (namesClasses ? " class" : "")
    }
}

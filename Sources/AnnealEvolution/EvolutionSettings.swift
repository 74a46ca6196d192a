/// What a run of evolution is asked for. All but ``threads`` change the result and are part of its hash.
public struct EvolutionSettings: Codable, Hashable, Sendable {
    public var seed: UInt64 = 1
    /// Changes nothing but the time.
    public var threads = 2
    public var generations: Int
    /// The most rules to accept in all; each generation accepts its share of what is left.
    public var ruleLimit = 60_000
    /// Candidates kept from one generation to the next.
    public var populationLimit = 150_000
    /// Genomes born in a generation.
    public var offspringLimit = 60_000
    /// The fewest sites of a rule.
    public var minimumSites = 6
    /// λ in units of the mean weight squared.
    public var shrink = 4.0
    /// How often the expected noise is subtracted from a gain.
    public var noise = 1.5
    /// A constant fitted on one half of the texts must take away more than this many times the expected noise on the
    /// other. At -0.5 on 131,072 texts 5,695 rules pass and leave 0.2729 of 0.2911 on others; at -2, without a row's cost,
    /// 9,343 pass and leave 0.2704: the gain less its noise is test enough, and this only stops the worst.
    public var crossMargin = -2.0
    /// What a constant row and what each atom beyond the second must gain, in squared residual over the corpus.
    public var rowCost = 0.0
    public var atomCost = 0.02
    /// Offspring are first measured on one part in so many of the texts, another in each generation.
    public var batches = 4
    /// Distances at which collocations are counted for seeds: 1 to this.
    public var seedDistance = 3
    /// The farthest that mutation puts an atom from the one before.
    public var distanceLimit = 4
    public var actions: [GenomeAction] = [.attach, .gather]
    /// Only pairs of tokens that the annealer fires in one quick pass. With 4,214 rules of other forms among 45,844,
    /// compiled mode embedded 11,098 texts a second where it embedded 148,782 without.
    public var ordinaryOnly = true
    /// Whether patterns may name token classes.
    public var usesClasses = false
    /// The fewest held-out sites at which a rule that loses there is refused.
    public var heldOutSites = 3

    public init(generations: Int = 8) { self.generations = generations }

    /// One line that tells runs apart.
    var line: String {
        "generations:\(generations),population:\(populationLimit),offspring:\(offspringLimit),shrink:\(shrink),"
            + "noise:\(noise),row:\(rowCost),atom:\(atomCost),batches:\(batches),distance:\(seedDistance)+"
            + "\(distanceLimit),actions:\(actions.map(\.name).joined(separator: "+")),classes:\(usesClasses),"
            + "ordinary:\(ordinaryOnly),margin:\(crossMargin),confirmed:\(heldOutSites)"
    }

    /// The bad setting's name and what was expected, or nil.
    public var fault: String? {
        if threads < 1 { return "threads: expected at least 1, found \(threads)" }
        if generations < 1 { return "generations: expected at least 1, found \(generations)" }
        if ruleLimit < 0 { return "rules: expected at least 0, found \(ruleLimit)" }
        if minimumSites < 1 { return "minimum sites: expected at least 1, found \(minimumSites)" }
        if batches < 1 { return "batches: expected at least 1, found \(batches)" }
        if !(1...8).contains(seedDistance) { return "seed distance: expected 1 to 8, found \(seedDistance)" }
        if !(1...8).contains(distanceLimit) { return "distance: expected 1 to 8, found \(distanceLimit)" }
        if !(shrink >= 0 && noise >= 0 && rowCost >= 0 && atomCost >= 0) {
            return "shrink, noise and costs: expected numbers of at least 0"
        }
        return nil
    }
}

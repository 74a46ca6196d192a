import Foundation

/// One generation as it is recorded.
public struct GenerationRecord: Hashable, Sendable {
    public var number: Int
    /// Births through the run, so far.
    public var births: Int64
    /// Children that were worth something on all texts; in the first generation, seeds.
    public var born: Int
    /// Candidates when the generation ended.
    public var population: Int
    /// Rules accepted in this generation, candidates refused on the way, and rules in all.
    public var accepted: Int
    public var refused: Int
    public var rules: Int
    /// The worth of the best candidate that is left.
    public var bestWorth: Double
    /// Squared residual a text, on the texts and on the held-out ones, when the generation ended.
    public var energy: Double
    public var heldOutEnergy: Double
    public var seconds: Double

    /// One line for people.
    public var line: String {
        func places(_ value: Double, _ count: Int) -> String { String(format: "%.\(count)f", value) }
        return "generation \(number): \(born) born, \(accepted) accepted, \(refused) refused, \(rules) rules; "
            + "residual \(places(energy, 5)), held out \(places(heldOutEnergy, 5)); best left \(places(bestWorth, 3)); "
            + "\(places(seconds, 1)) s"
    }
}

/// How one stage of training goes.
public struct StageSettings: Sendable, Equatable {
    public var epochs: Int
    /// The greatest learning rate.
    public var rate: Double
    /// Texts of a batch.
    public var batch: Int
    /// Weight of the structure's loss.
    public var structure: Double
    /// Texts of a batch that are compared with each other.
    public var part: Int
    /// Keeps rows with few occurrences small: each row is drawn to zero as by this many texts that do not want it.
    public var ridge: Double
    /// The same for the constants of rules; nil for as much as the tokens'.
    public var phraseRidge: Double?
    /// The share of the steps in which the rate rises.
    public var rise: Double
    public var seed: UInt64

    public init(
        epochs: Int, rate: Double = 0.02, batch: Int = 4096, structure: Double = 4, part: Int = 512,
        ridge: Double = 0, rise: Double = 0.15, seed: UInt64 = 1
    ) {
        precondition(epochs >= 0 && batch > 0 && part > 0)
        self.epochs = epochs
        self.rate = rate
        self.batch = batch
        self.structure = structure
        self.part = part
        self.ridge = ridge
        self.rise = rise
        self.seed = seed
    }
}

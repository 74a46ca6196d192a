/// The bid of an ordinary phrase rule at its two slots, with the row that the second item would get.
struct PhraseBid {
    var bid: Bid
    var row: UInt32
    /// The score without vetoes.
    var confidence: Int32
    /// How often the rule was vetoed, and the step before which it does not bid.
    var vetoes: UInt32 = 0
    var wake: Int32 = 0
}

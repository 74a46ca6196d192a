/// Where the items of a rule's action go.
public enum Placement: UInt8, Hashable, Sendable, CaseIterable {
    /// The matched slots receive the permuted items; nothing else moves.
    case inPlace = 0
    /// The matched items become neighbours: they take the slots from the first matched slot on, and the unmatched items
    /// that were between them shift right, their order kept.
    case gather = 1
}

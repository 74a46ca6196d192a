public import AnnealProgram

/// One atom of a rule's pattern: what an item must be, and how far from the item of the atom before.
public struct Atom: Hashable, Sendable {
    /// What the item's token must be.
    public enum Kind: Hashable, Sendable {
        case token(UInt32)
        /// A member of a class of ``TokenClasses``.
        case tokenClass(UInt16)
        case any
    }

    public var kind: Kind
    /// The opcodes that the item may have: a nonempty subset of ``AnnealProgram/OpcodeSet/matchable``.
    public var opcodes: OpcodeSet
    /// The least distance from the item of the atom before, counted in live items (all but `skip`); 1 is the neighbour.
    public var distanceMin: UInt8
    /// The greatest distance. Both are 1 and mean nothing for the first atom.
    public var distanceMax: UInt8

    public init(
        _ kind: Kind, opcodes: OpcodeSet = .matchable, distanceMin: UInt8 = 1, distanceMax: UInt8? = nil
    ) {
        self.kind = kind
        self.opcodes = opcodes
        self.distanceMin = distanceMin
        self.distanceMax = distanceMax ?? distanceMin
    }
}

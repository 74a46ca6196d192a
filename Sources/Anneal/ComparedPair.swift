/// What one pair of instructions, one of each text, adds to the cosine.
public struct ComparedPair: Sendable, Equatable {
    /// Index into the left text's final program.
    public let left: Int
    /// Index into the right text's final program.
    public let right: Int
    /// The dot product of the two instructions' integer contributions over the product of the vectors' norms.
    public let part: Double
}

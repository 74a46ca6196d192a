/// The cosine of two texts and its exact decomposition.
///
/// A vector is the sum of its instructions' integer contributions, so the dot product of two vectors is the sum, over
/// all pairs of instructions, of the contributions' dot products. These are integers: ``dot`` equals their sum exactly.
public struct Comparison: Sendable {
    /// The cosine of the two vectors; 0 if either text is empty.
    public let cosine: Double
    /// The dot product of the two integer vectors.
    public let dot: Int64
    /// How the first text became its vector.
    public let left: Explanation
    /// How the second text became its vector.
    public let right: Explanation
    /// All pairs of instructions of which neither contributes zero, the largest part first. Their parts sum to the
    /// cosine.
    public let pairs: [ComparedPair]
}

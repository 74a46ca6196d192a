public import AnnealFormats

/// What evolution knows of tokens: the classes that patterns may name, and the vectors that absorption takes away.
public struct TokenKnowledge: Sendable {
    /// Number of tokens.
    public let count: Int
    /// The fine class of each token, `0 ..< fineCount`, or ``noClass``.
    public let fine: [UInt16]
    /// The coarse class of each token, `fineCount ..< fineCount + coarseCount`, or ``noClass``.
    public let coarse: [UInt16]
    public let fineCount: Int
    public let coarseCount: Int
    /// What each token adds to a text's vector before its gain; without them no rule absorbs.
    public let vectors: Matrix?

    /// The class of a token that belongs to none.
    public static let noClass = UInt16.max

    /// - Precondition: `fine` and `coarse` have one class a token, in the ranges above.
    public init(fine: [UInt16], coarse: [UInt16], fineCount: Int, coarseCount: Int, vectors: Matrix? = nil) {
        precondition(fine.count == coarse.count && vectors.map { $0.rows == fine.count } ?? true)
        precondition(fineCount + coarseCount < Int(Self.noClass))
        count = fine.count
        self.fine = fine
        self.coarse = coarse
        self.fineCount = fineCount
        self.coarseCount = coarseCount
        self.vectors = vectors
    }

    /// Tokens without classes.
    public init(count: Int, vectors: Matrix? = nil) {
        let none = [UInt16](repeating: Self.noClass, count: count)
        self.init(fine: none, coarse: none, fineCount: 0, coarseCount: 0, vectors: vectors)
    }

    /// Number of classes, fine and coarse.
    public var classCount: Int { fineCount + coarseCount }
}

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
    /// All pairs of instructions, and of looked up rows, of which neither contributes zero, the largest part first. Their parts sum to the
    /// cosine.
    public let pairs: [ComparedPair]

    init(_ left: ExplainedRun, _ right: ExplainedRun) {
        let dimension = left.totals.count
        // A contribution is below 2^30 and the windows of 1,024 tokens at most four, so these stay inside 64 bits.
        let dot = zip(left.totals, right.totals).reduce(Int64(0)) { $0 + $1.0 * $1.1 }
        let squares = { (vector: [Int64]) in vector.reduce(0.0) { $0 + Double($1) * Double($1) } }
        let norms = squares(left.totals).squareRoot() * squares(right.totals).squareRoot()
        var pairs: [ComparedPair] = []
        var sum: Int64 = 0
        for one in 0..<left.explanation.partCount {
            for other in 0..<right.explanation.partCount {
                var part: Int64 = 0
                for index in 0..<dimension {
                    part +=
                        Int64(left.contributions[one * dimension + index])
                        * Int64(right.contributions[other * dimension + index])
                }
                sum += part
                if part != 0 { pairs.append(ComparedPair(left: one, right: other, part: Double(part) / norms)) }
            }
        }
        assert(sum == dot, "the pairs must sum to the whole exactly")
        self.dot = dot
        self.left = left.explanation
        self.right = right.explanation
        cosine = norms > 0 ? Double(dot) / norms : 0
        self.pairs = pairs.sorted { ($0.part, $1.left, $1.right) > ($1.part, $0.left, $0.right) }
    }
}

extension Explanation {
    /// How many instructions and looked up rows the vector is the sum of.
    fileprivate var partCount: Int { final.count + lookedUp.count }
}

/// What one pair of instructions, one of each text, adds to the cosine.
public struct ComparedPair: Sendable, Equatable {
    /// Index into the left text's final program; its looked up rows are counted on behind it.
    public let left: Int
    /// The same of the right text.
    public let right: Int
    /// The dot product of the two instructions' integer contributions over the product of the vectors' norms.
    public let part: Double
}

extension Engine {
    /// The longest text whose instructions are compared pair by pair.
    public static let comparedTokenLimit = 1024

    /// The cosine of two texts and what each pair of their instructions adds to it.
    /// - Complexity: O(left instructions · right instructions · dimension).
    /// - Throws: ``EngineError/tooLong(limit:unit:found:)`` for more than ``comparedTokenLimit`` tokens on a side.
    public func compare(_ left: [UInt8], _ right: [UInt8], mode: Mode = .compiled) throws(EngineError) -> Comparison {
        let (one, other) = (try run(left, mode: mode), try run(right, mode: mode))
        for tokens in [one.explanation.tokens.count, other.explanation.tokens.count]
        where tokens > Engine.comparedTokenLimit {
            throw .tooLong(limit: Engine.comparedTokenLimit, unit: "tokens", found: tokens)
        }
        return Comparison(one, other)
    }

    /// As ``compare(_:_:mode:)-([UInt8],[UInt8],_)`` for strings.
    public func compare(_ left: String, _ right: String, mode: Mode = .compiled) throws(EngineError) -> Comparison {
        try compare(Array(left.utf8), Array(right.utf8), mode: mode)
    }
}

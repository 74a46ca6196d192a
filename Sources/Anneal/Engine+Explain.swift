extension Engine {
    /// The longest text that is explained instruction by instruction.
    public static let explainedTokenLimit = 4096
    /// The longest text whose instructions are compared pair by pair.
    public static let comparedTokenLimit = 1024

    /// Everything that happens between a text and its vector.
    /// - Parameters:
    ///   - text: UTF-8; other bytes count as U+FFFD.
    ///   - mode: how far the program is rewritten.
    ///   - stepLimit: stop rewriting after so many steps; nil for no such limit.
    /// - Complexity: O(instructions · dimension) time and memory.
    /// - Throws: ``EngineError/tooLong(limit:unit:found:)`` for more than ``explainedTokenLimit`` tokens.
    public func explain(
        _ text: [UInt8], mode: Mode = .compiled, stepLimit: Int? = nil
    ) throws(EngineError) -> Explanation {
        var explainer = Explainer(self, mode: mode, stepLimit: stepLimit)
        return try explainer.run(text)
    }

    /// As ``explain(_:mode:stepLimit:)`` for a string.
    public func explain(
        _ text: String, mode: Mode = .compiled, stepLimit: Int? = nil
    ) throws(EngineError) -> Explanation {
        try explain(Array(text.utf8), mode: mode, stepLimit: stepLimit)
    }

    /// The cosine of two texts and what each pair of their instructions adds to it.
    /// - Complexity: O(left instructions · right instructions · dimension).
    /// - Throws: ``EngineError/tooLong(limit:unit:found:)`` for more than ``comparedTokenLimit`` tokens on a side.
    public func compare(_ left: [UInt8], _ right: [UInt8], mode: Mode = .compiled) throws(EngineError) -> Comparison {
        var one = Explainer(self, mode: mode, stepLimit: nil)
        var other = Explainer(self, mode: mode, stepLimit: nil)
        let explained = (try one.run(left), try other.run(right))
        for side in [explained.0, explained.1] where side.tokens.count > Engine.comparedTokenLimit {
            throw .tooLong(limit: Engine.comparedTokenLimit, unit: "tokens", found: side.tokens.count)
        }
        return Comparison(
            explained, parts: (one.contributions, other.contributions), totals: (one.totals, other.totals))
    }

    /// As ``compare(_:_:mode:)`` for strings.
    public func compare(_ left: String, _ right: String, mode: Mode = .compiled) throws(EngineError) -> Comparison {
        try compare(Array(left.utf8), Array(right.utf8), mode: mode)
    }
}

extension Comparison {
    init(
        _ explained: (left: Explanation, right: Explanation), parts: (left: [Int32], right: [Int32]),
        totals: (left: [Int64], right: [Int64])
    ) {
        let dimension = totals.left.count
        // A contribution is below 2^30 and the windows of 1,024 tokens at most four, so these stay inside 64 bits.
        let dot = zip(totals.left, totals.right).reduce(Int64(0)) { $0 + $1.0 * $1.1 }
        let squares = { (vector: [Int64]) in vector.reduce(0.0) { $0 + Double($1) * Double($1) } }
        let norms = squares(totals.left).squareRoot() * squares(totals.right).squareRoot()
        var pairs: [ComparedPair] = []
        var sum: Int64 = 0
        for left in 0..<explained.left.final.count {
            for right in 0..<explained.right.final.count {
                var part: Int64 = 0
                for index in 0..<dimension {
                    part += Int64(parts.left[left * dimension + index]) * Int64(parts.right[right * dimension + index])
                }
                sum += part
                if part != 0 { pairs.append(ComparedPair(left: left, right: right, part: Double(part) / norms)) }
            }
        }
        assert(sum == dot, "the pairs must sum to the whole exactly")
        self.dot = dot
        self.left = explained.left
        self.right = explained.right
        cosine = norms > 0 ? Double(dot) / norms : 0
        self.pairs = pairs.sorted { ($0.part, $1.left, $1.right) > ($1.part, $0.left, $0.right) }
    }
}

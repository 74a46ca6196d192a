import AnnealMachine
import AnnealModel

extension Engine {
    /// What each token of a text adds to its vector: rows that sum to the vector before it is normalised.
    ///
    /// A token whose instruction was absorbed by a rule adds nothing itself; its row is zero, and what the rule made of it
    /// is in the row of the instruction that absorbed it.
    /// - Parameters:
    ///   - text: UTF-8; other bytes count as U+FFFD.
    ///   - mode: how far the program is rewritten.
    /// - Returns: a row of ``dimension`` numbers for each token, in the order of the text.
    /// - Complexity: that of explaining the text.
    /// - Throws: ``EngineError/tooLong(limit:unit:found:)`` for more than ``explainedTokenLimit`` tokens.
    public func contributions(_ text: [UInt8], mode: Mode = .compiled) throws(EngineError) -> [[Float]] {
        var explainer = Explainer(self, mode: mode, stepLimit: nil)
        let explanation = try explainer.run(text)
        var sums = [[Int64]](
            repeating: [Int64](repeating: 0, count: dimension), count: explanation.tokens.count)
        for (number, item) in explanation.final.enumerated() {
            for index in 0..<dimension {
                sums[item.position][index] += Int64(explainer.contributions[number * dimension + index])
            }
        }
        let unit = Double(sign: .plus, exponent: -Int(model.constants.exponent), significand: 1)
        return sums.map { $0.map { Float(Double($0) * unit) } }
    }
}

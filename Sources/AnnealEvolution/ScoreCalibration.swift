import AnnealFormats
import AnnealProgram
import AnnealRewrite
import AnnealTraining

/// Chooses the scores that make the best horse the right horse.
///
/// Where two rules bid for one item, the annealer takes the higher score, and the constants were fitted for one order only:
/// that of acceptance. Others may leave less. So the rules are fired on held-out texts, by the annealer itself, under each
/// ranking, and the one that leaves the least squared residual gives the confidences.
public struct ScoreCalibration: Sendable {
    /// What rules may rank by.
    public enum Ranking: String, Sendable, CaseIterable {
        case acceptance
        /// The gain over the corpus.
        case gain
        /// The gain for each firing.
        case benefit
    }

    /// The best.
    public let ranking: Ranking
    /// Squared residual a held-out text under each; under none, that without rules.
    public let energies: [Ranking: Double]
    public let energyWithoutRules: Double
    /// Indices of the accepted rules, the highest confidence first.
    public let order: [Int]

    /// - Parameter heldOut: texts with their first residuals.
    /// - Throws: if the rules are no valid table.
    init(_ accepted: [AcceptedRule], heldOut: EvolutionTexts, tokens: TokenKnowledge) throws {
        var energies: [Ranking: Double] = [:]
        for ranking in Ranking.allCases {
            energies[ranking] = try RuleReplay(
                accepted, order: Self.order(accepted, by: ranking), tokens: tokens
            ).energy(of: heldOut)
        }
        // Of equal ones the first in the order of declaration.
        let best = Ranking.allCases.min { energies[$0]! < energies[$1]! }!
        self.energies = energies
        ranking = best
        order = Self.order(accepted, by: best)
        var without = 0.0
        for text in 0..<heldOut.corpus.count {
            let row = heldOut.residuals.row(text)
            without += Double(RowLoops.dot(row, row, heldOut.residuals.columns))
        }
        energyWithoutRules = without / Double(max(heldOut.corpus.count, 1))
    }

    static func order(_ accepted: [AcceptedRule], by ranking: Ranking) -> [Int] {
        func key(_ index: Int) -> Double {
            switch ranking {
            case .acceptance: -Double(index)
            case .gain: accepted[index].fitness.gain
            case .benefit: accepted[index].fitness.gain / Double(max(accepted[index].fired, 1))
            }
        }
        return accepted.indices.map { (key($0), $0) }.sorted { $0.0 != $1.0 ? $0.0 > $1.0 : $0.1 < $1.1 }.map(\.1)
    }
}

extension ScoreCalibration {
    /// One line for people.
    public var line: String {
        let parts = Ranking.allCases.map { "by \($0.rawValue) \(energies[$0] ?? 0)" }
        return "held-out residual without rules \(energyWithoutRules), " + parts.joined(separator: ", ")
            + "; confidences by \(ranking.rawValue)"
    }
}

/// Fuses rankings: an item's score is the sum of 1 / (60 + rank) over the lists that hold it.
///
/// - Source: Cormack, Clarke and Büttcher, Reciprocal rank fusion outperforms Condorcet and individual rank learning
///   methods, SIGIR 2009, https://doi.org/10.1145/1571941.1572114
enum ReciprocalRank {
    /// The paper's constant: how much the first places stand out.
    static let constant = 60.0

    /// The items of all lists, the best first; equal scores by item.
    static func fuse(_ lists: [[Int64]]) -> [(passage: Int64, score: Double)] {
        var scores: [Int64: Double] = [:]
        for list in lists {
            for (index, item) in list.enumerated() { scores[item, default: 0] += 1 / (constant + Double(index + 1)) }
        }
        return scores.map { (passage: $0.key, score: $0.value) }
            .sorted { $0.score != $1.score ? $0.score > $1.score : $0.passage < $1.passage }
    }
}

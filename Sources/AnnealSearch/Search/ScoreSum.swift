/// Ranks what words or vectors have found by both scores: the cosine, plus a weight times BM25 over the best BM25.
///
/// Both scores of every candidate, whichever ranking found it: a passage that only the words have found may be far from
/// the query or just behind the last of the nearest, and a zero would make the two the same
/// (`anneal-search measure`, Docs/Decisions/search.md). Reciprocal ranks are worse still, for they forget that the best
/// hit of the one ranking may be certain and the best of the other a guess.
enum ScoreSum {
    typealias Scored = (passage: Int64, score: Double)

    /// What the best passage by words gets for them; a cosine reaches 1 at most.
    static let wordWeight = 0.5

    /// - Parameters:
    ///   - words: shares of the best BM25, from 0 to 1; without an entry a passage holds none of the words.
    ///   - cosines: without an entry a passage has no vector.
    /// - Returns: the passages of both, best first; equal scores by passage.
    static func fuse(words: [Int64: Double], cosines: [Int64: Double]) -> [Scored] {
        var scores = cosines
        for (passage, share) in words { scores[passage, default: 0] += wordWeight * share }
        return scores.map { (passage: $0.key, score: $0.value) }
            .sorted(by: isBetter)
    }

    /// Of equal scores the lower passage is better.
    static func isBetter(_ one: Scored, _ other: Scored) -> Bool {
        one.score != other.score ? one.score > other.score : one.passage < other.passage
    }

    /// Scores over the best of them.
    /// - Parameter scored: best first. Where the best is nothing, all are.
    static func shares(_ scored: [Scored]) -> [Int64: Double] {
        let best = scored.first?.score ?? 0
        return Dictionary(uniqueKeysWithValues: scored.map { ($0.passage, best > 0 ? $0.score / best : 0) })
    }
}

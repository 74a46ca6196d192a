import AnnealCodes
import CSearchSQLite
import Foundation
import GRDB

/// Ranks the passages of an index file by the words of a query: BM25, with the scores of FTS5's own `bm25` where words rank
/// alone.
///
/// FTS5 scores a passage when it comes across it, looks up its length in a table for that, sorts all of them, and counts
/// each word's passages in passes of their own: 7 µs a passage. Here each word's list is read once, lengths are in memory,
/// and only the best are kept: 0.15 µs.
/// To be used by one thread at a time.
final class WordRanking {
    private let lengths: PassageLengths
    /// A place for each row of a block, zero between searches. A million places would be a million misses of the cache.
    private var scores = [Double](repeating: 0, count: blockRows)

    private static let blockRows = 16384
    /// How slowly a word's further places in a passage count less: FTS5's constants, which are those of Robertson and
    /// others, Okapi at TREC-3, 1994. Vectors tell what a passage is about; beside them words tell best whether they are
    /// there at all (Docs/Decisions/search.md).
    private static let saturation = (alone: 1.2, besideVectors: 0.4)
    private static let lengthShare = 0.75

    init(lengths: PassageLengths) {
        self.lengths = lengths
    }

    /// The best passages, and behind them those of some others that hold any of the words: best first, equal scores by
    /// passage. Passages that came after the lengths were read are left out.
    /// - Parameters:
    ///   - match: FTS5's query, a phrase a word.
    ///   - limit: how many of the best.
    ///   - others: passages that are scored, wherever they stand.
    ///   - besideVectors: whether a passage's vector counts, too.
    /// - Complexity: O(the words' passages + others · log others).
    func best(
        _ db: Database, _ match: String, limit: Int, others: [Int64] = [], besideVectors: Bool = false
    ) throws -> [(passage: Int64, score: Double)] {
        let statement = try db.cachedStatement(
            sql: "SELECT anneal_words(passage_text, ?1) FROM passage_text WHERE passage_text MATCH ?2 LIMIT 1")
        var found = index_words()
        defer { index_words_free(&found) }
        let status = withExtendedLifetime(statement) {
            index_words_collect(statement.sqliteStatement, match, &found)
        }
        guard status == 0 else {
            throw DatabaseError(resultCode: ResultCode(rawValue: status), message: db.lastErrorMessage)
        }
        let averageLength = Double(found.tokens) / Double(found.passages)
        var words = UnsafeBufferPointer(start: found.words, count: found.count).map {
            WordPostings($0, passages: found.passages)
        }
        let saturation = besideVectors ? WordRanking.saturation.besideVectors : WordRanking.saturation.alone
        var best = BestRows(capacity: limit)
        var wanted = others.compactMap { passage in
            lengths.row(from: passage).flatMap { lengths.passage(at: $0) == passage ? $0 : nil }
        }.sorted()[...]
        var rest: [BestRows.Entry] = []
        for start in stride(from: 0, to: lengths.count, by: WordRanking.blockRows) {
            let rows = start..<min(start + WordRanking.blockRows, lengths.count)
            let here = wanted.prefix { $0 < rows.upperBound }
            wanted = wanted.dropFirst(here.count)
            rank(rows, &words, averageLength, saturation, into: &best, here, into: &rest)
        }
        let sorted = best.sorted
        let known = Set(sorted.map(\.row))
        // Worse than the worst of the best, or there would be room for them.
        rest = rest.filter { !known.contains($0.row) }.sorted { $1.isWorse(than: $0) }
        return (sorted + rest).map { (lengths.passage(at: $0.row), $0.score) }
    }

    /// Takes the postings of a block of rows off the words' lists.
    private func rank(
        _ rows: Range<Int>, _ words: inout [WordPostings], _ averageLength: Double, _ saturation: Double,
        into best: inout BestRows, _ wanted: ArraySlice<Int>, into rest: inout [BestRows.Entry]
    ) {
        var touched: [Int] = []
        let share = WordRanking.lengthShare
        scores.withUnsafeMutableBufferPointer { scores in
            for index in words.indices {
                while let (passage, times) = words[index].first {
                    guard let row = lengths.row(from: passage), row < rows.upperBound else { break }
                    words[index].removeFirst()
                    guard row >= rows.lowerBound, lengths.passage(at: row) == passage else { continue }
                    let length = 1 - share + share * Double(lengths.words[row]) / averageLength
                    let saturated = (times * (saturation + 1)) / (times + saturation * length)
                    let place = row - rows.lowerBound
                    if scores[place] == 0 { touched.append(place) }
                    scores[place] += words[index].weight * saturated
                }
            }
            for row in wanted where scores[row - rows.lowerBound] > 0 {
                rest.append(BestRows.Entry(row: row, score: scores[row - rows.lowerBound]))
            }
            for place in touched {
                if scores[place] >= best.threshold {
                    best.insert(BestRows.Entry(row: rows.lowerBound + place, score: scores[place]))
                }
                scores[place] = 0
            }
        }
    }
}

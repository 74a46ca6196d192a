import AnnealPlatform
import Foundation
import GRDB
import Testing

@testable import AnnealSearch

/// Against FTS5's own `bm25`.
@Suite struct WordRankingTests {
    private static let vocabulary = (0..<60).map { "word\($0)" } + ["Naïve", "running", "Straße", "c3po"]

    /// An index with passages that hold frequent words and rare ones, some long and some short; some are gone again.
    private func index(_ random: inout SplitMix64, passages: Int, removed: Int, at path: String) throws -> DatabaseQueue
    {
        var configuration = Configuration()
        configuration.prepareDatabase { db in try SQLiteSchema.addFunctions(db) }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        let model = try ModelIdentity(settings: ["model": "none", "dimension": "1", "mode": "compiled"], place: "")
        try queue.write { db in
            try SQLiteSchema.create(db, model: model, codes: nil)
            try db.execute(
                sql:
                    "INSERT INTO document(id, path, kind, size, modified_ns, hash, checksum) VALUES (1, '', '', 0, 0, '', 0)"
            )
            for id in 1...passages {
                // The minimum of two is small more often: the first words are frequent, the last ones rare.
                let words = (0..<1 + random.below(12)).map { _ in
                    let places = (0..<2).map { _ in random.below(WordRankingTests.vocabulary.count) }
                    return WordRankingTests.vocabulary[places.min()!]
                }
                try db.execute(
                    sql: "INSERT INTO passage(id, document, line, heading, text, checksum) VALUES (?, 1, 1, ?, ?, 0)",
                    arguments: [id, random.below(3) == 0 ? words[0] : "", words.joined(separator: " ")])
            }
            for _ in 0..<removed {
                try db.execute(sql: "DELETE FROM passage WHERE id = ?", arguments: [1 + random.below(passages)])
            }
        }
        return queue
    }

    @Test(
        "the passages and scores of FTS5, whatever is frequent, rare, twice there, unknown or gone",
        arguments: [0, 400])
    func reference(removed: Int) throws {
        let folder = try TemporaryFolder()
        var random = SplitMix64(seed: 77)
        // More than a block of the ranking has.
        let queue = try index(
            &random, passages: removed == 0 ? 17_000 : 3000, removed: removed, at: folder.path + "/i.db")
        try queue.read { db in
            let ranking = WordRanking(lengths: try PassageLengths(db, path: ""))
            for round in 0..<40 {
                let words = (0..<1 + random.below(5)).map { _ in
                    random.below(20) == 0 ? "unknown" : WordRankingTests.vocabulary.randomElement(using: &random)!
                }
                let match = words.map { "\"\($0)\"" }.joined(separator: " OR ")
                let limit = [1, 10, 100, 100_000][round % 4]
                let expected = try Row.fetchAll(
                    db,
                    sql: """
                        SELECT rowid, -bm25(passage_text) AS score FROM passage_text WHERE passage_text MATCH ?
                        ORDER BY score DESC, rowid LIMIT ?
                        """, arguments: [match, limit]
                ).map { (passage: $0[0] as Int64, score: $0[1] as Double) }
                let found = try ranking.best(db, match, limit: limit)
                try #require(found.count == expected.count)
                try others(ranking, db, match, limit, passages: removed == 0 ? 17_000 : 3000, &random)
                for (found, expected) in zip(found, expected) {
                    // Where products and sums are fused, the last bits differ, and so may the order of equals.
                    #expect(abs(found.score - expected.score) <= 1e-12 * expected.score)
                }
                #if arch(x86_64)
                    #expect(found.map(\.passage) == expected.map(\.passage))
                #endif
            }
        }
    }

    /// Passages that are asked for stand behind the best with the scores that they have among all; those that hold no word,
    /// are gone or never were do not.
    private func others(
        _ ranking: WordRanking, _ db: Database, _ match: String, _ limit: Int, passages: Int, _ random: inout SplitMix64
    ) throws {
        let all = try ranking.best(db, match, limit: 100_000)
        let others = Set((0..<40).map { _ in Int64(random.below(passages + 20)) - 10 })
        let expected = all.enumerated().filter { $0.offset < limit || others.contains($0.element.passage) }.map(
            \.element)
        let found = try ranking.best(db, match, limit: limit, others: Array(others))
        #expect(found.map(\.passage) == expected.map(\.passage) && found.map(\.score) == expected.map(\.score))
    }

    @Test("beside vectors a word's further places count little: BM25 with a saturation of 0.4, written out")
    func saturation() throws {
        let folder = try TemporaryFolder()
        var random = SplitMix64(seed: 3)
        let queue = try index(&random, passages: 40, removed: 0, at: folder.path + "/i.db")
        try queue.write { db in
            for (id, text) in [(41, "lamp"), (42, "lamp lamp lamp"), (43, "lamp word0 word1 word2")] {
                try db.execute(
                    sql: "INSERT INTO passage(id, document, line, heading, text, checksum) VALUES (?, 1, 1, '', ?, 0)",
                    arguments: [id, text])
            }
            let lengths = try PassageLengths(db, path: "")
            let average = lengths.words.reduce(0) { $0 + Double($1) } / 43
            func score(times: Double, length: Double) -> Double {
                log((43 - 3 + 0.5) / (3 + 0.5)) * times * 1.4 / (times + 0.4 * (0.25 + 0.75 * length / average))
            }
            let expected = [
                (42, score(times: 3, length: 3)), (41, score(times: 1, length: 1)), (43, score(times: 1, length: 4)),
            ].sorted { $0.1 > $1.1 }
            let found = try WordRanking(lengths: lengths).best(db, "lamp", limit: 10, besideVectors: true)
            #expect(found.map { Int($0.passage) } == expected.map(\.0))
            for (found, expected) in zip(found, expected) { #expect(abs(found.score - expected.1) < 1e-12) }
        }
    }

    @Test("no text is taken for FTS5's syntax: seeded scalars, letters that take a quote into their character included")
    func syntax() throws {
        #expect(
            WordQuery.matching("\u{D4E}\" OR x") == "\"\u{D4E}\" OR \"x\"")
        let folder = try TemporaryFolder()
        var random = SplitMix64(seed: 19)
        let queue = try index(&random, passages: 50, removed: 0, at: folder.path + "/i.db")
        // What a character of Swift may begin or go on with, and what FTS5 reads as its own.
        let odd = Array(
            "\u{D4E}\u{600}\u{6DD}\u{110BD}\u{200D}\u{FE0F}\u{301}\u{0}\"\"'*^:(){}-+ANDORword1é".unicodeScalars)
        try queue.read { db in
            let ranking = WordRanking(lengths: try PassageLengths(db, path: ""))
            for _ in 0..<4000 {
                var text = String.UnicodeScalarView()
                for _ in 0..<1 + random.below(12) {
                    let any = Unicode.Scalar(UInt32(random.below(0x110000))) ?? " "
                    text.append(random.below(3) == 0 ? any : odd[random.below(odd.count)])
                }
                guard let match = WordQuery.matching(String(text)) else { continue }
                _ = try ranking.best(db, match, limit: 5)
            }
        }
    }

    @Test("passages that came after the lengths were read are left out")
    func later() throws {
        let folder = try TemporaryFolder()
        var random = SplitMix64(seed: 5)
        let queue = try index(&random, passages: 10, removed: 0, at: folder.path + "/i.db")
        let ranking = try queue.read { db in WordRanking(lengths: try PassageLengths(db, path: "")) }
        try queue.write { db in
            for id in [-4, 11, 1 << 60] {
                try db.execute(
                    sql:
                        "INSERT INTO passage(id, document, line, heading, text, checksum) VALUES (?, 1, 1, '', 'later', 0)",
                    arguments: [id])
            }
            #expect(try ranking.best(db, "later", limit: 5).isEmpty)
            #expect(
                try WordRanking(lengths: PassageLengths(db, path: "")).best(db, "later", limit: 5).map(\.passage) == [
                    -4, 11, 1 << 60,
                ])
        }
    }
}

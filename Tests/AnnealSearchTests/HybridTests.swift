import Anneal
import AnnealCodes
import AnnealPlatform
import Foundation
import GRDB
import Testing

@testable import AnnealSearch

/// Searches by words and vectors against a slow reference that scores every passage by both and knows no lists.
@Suite struct HybridTests {
    /// Words that no stem makes equal, none of them passed over.
    private static let vocabulary = [
        "river", "storm", "bridge", "wheat", "price", "winter", "letter", "music", "garden", "window", "paper",
        "engine", "lamp", "doctor", "planet", "silver", "market", "sugar", "harbor", "castle", "forest", "rocket",
    ]
    private let folder: TemporaryFolder
    private let engine: Engine
    private var db: String { folder.path + "/index.db" }

    init() throws {
        folder = try TemporaryFolder()
        engine = try Engine()
    }

    /// Lines of random words, many of them twice there, some without a word that the model knows; the middle of them is
    /// indexed again, so that numbers have gaps.
    private func index(_ random: inout SplitMix64, lines: Int) throws {
        func text(_ lines: Int) -> String {
            (0..<lines).map { _ in
                if random.below(40) == 0 { return "𐎀𐎁𐎂" }
                // The minimum of two is small more often: the first words are frequent, the last ones rare.
                return (0..<1 + random.below(9)).map { _ in
                    let places = (0..<2).map { _ in random.below(HybridTests.vocabulary.count) }
                    return HybridTests.vocabulary[places.min()!]
                }.joined(separator: " ")
            }.joined(separator: "\n")
        }
        for name in ["a", "b", "c"] { try folder.write("docs/\(name).txt", text(lines / 3)) }
        for round in 0..<2 {
            if round == 1 { try folder.write("docs/b.txt", text(lines / 3)) }
            let indexer = try Indexer(path: Path(db), engine: engine, mode: .compiled, threads: 2)
            _ = try indexer.update([Path(folder.path + "/docs")], kind: .lines)
            try indexer.close()
        }
    }

    private struct Reference {
        struct Scored: Equatable {
            let passage: Int64
            let score: Double

            static func best(_ scores: [Int64: Double], _ limit: Int) -> [Scored] {
                Array(
                    scores.map { Scored(passage: $0.key, score: $0.value) }
                        .sorted { $0.score != $1.score ? $0.score > $1.score : $0.passage < $1.passage }.prefix(limit))
            }
        }

        let passages: [Int64: (place: String, words: [Substring])]
        let vectors: [Int64: (scale: Double, bytes: [Int8])]

        init(_ path: String) throws {
            let queue = try DatabaseQueue(path: path)
            (passages, vectors) = try queue.read { db in
                var passages: [Int64: (place: String, words: [Substring])] = [:]
                var vectors: [Int64: (scale: Double, bytes: [Int8])] = [:]
                for row in try Row.fetchAll(
                    db,
                    sql: """
                        SELECT passage.id, path, line, text, scale, data FROM passage
                        JOIN document ON document.id = passage.document JOIN vector ON vector.passage = passage.id
                        """)
                {
                    let (id, path, line, text): (Int64, String, Int, String) = (row[0], row[1], row[2], row[3])
                    passages[id] = ("\(path):\(line)", text.split(separator: " "))
                    vectors[id] = (row[4], [UInt8](row[5] as Data).map { Int8(bitPattern: $0) })
                }
                return (passages, vectors)
            }
        }

        /// BM25 of every passage that holds any word.
        func words(_ query: [String]) -> [Int64: Double] {
            let average = Double(passages.values.reduce(0) { $0 + $1.words.count }) / Double(passages.count)
            var scores: [Int64: Double] = [:]
            for word in query {
                let holding = passages.mapValues { $0.words.count { $0 == word } }.filter { $0.value > 0 }
                let count = Double(holding.count)
                let frequency = log((Double(passages.count) - count + 0.5) / (count + 0.5))
                for (passage, times) in holding {
                    let length = 0.25 + 0.75 * Double(passages[passage]!.words.count) / average
                    scores[passage, default: 0] +=
                        (frequency > 0 ? frequency : 1e-6) * (Double(times) * 1.4 / (Double(times) + 0.4 * length))
                }
            }
            return scores
        }

        /// The cosine of every passage that has a vector.
        func cosines(_ vector: [Float]) -> [Int64: Double] {
            let query = QuantizedVector(vector)
            guard query.scale > 0 else { return [:] }
            return vectors.filter { $0.value.scale > 0 }.mapValues { row in
                let dot = zip(row.bytes, query.values).reduce(0) { $0 + Int($1.0) * Int($1.1) }
                return Double(dot) * row.scale * query.scale
            }
        }

        /// What either ranking has among its first hundred, by both scores.
        func hybrid(_ words: [Int64: Double], _ cosines: [Int64: Double]) -> [Scored] {
            let most = words.values.max() ?? 1
            let candidates = Set((Scored.best(words, 100) + Scored.best(cosines, 100)).map(\.passage))
            return Scored.best(
                Dictionary(
                    uniqueKeysWithValues: candidates.map { ($0, (cosines[$0] ?? 0) + 0.5 * ((words[$0] ?? 0) / most)) }),
                .max)
        }
    }

    @Test("what a reference finds that scores every passage by both, on seeded lines and queries")
    func reference() throws {
        var random = SplitMix64(seed: 2026)
        try index(&random, lines: 900)
        let reference = try Reference(db)
        #expect(reference.passages.count == 900)
        let index = try SearchIndex(path: Path(db), engine: engine, threads: 2)
        for round in 0..<60 {
            // Each word once: a query's repetitions are passed over.
            let words = Array(HybridTests.vocabulary.shuffled(using: &random).prefix(1 + random.below(5)))
            let query = words.joined(separator: " ")
            let (byWords, byVector) = (reference.words(words), reference.cosines(try engine.embed(query)))
            let expected = reference.hybrid(byWords, byVector)
            let found = try index.search(query, limit: round % 2 == 0 ? 10 : 100)
            #expect(found.count == (round % 2 == 0 ? 10 : 100))
            let most = try #require(byWords.values.max())
            for (hit, expected) in zip(found, expected) {
                #expect("\(hit.path):\(hit.passage.line)" == reference.passages[expected.passage]!.place, "\(query)")
                #expect(abs(hit.score - expected.score) < 1e-12, "\(query)")
                #expect(hit.cosine == byVector[expected.passage])
                #expect((hit.wordShare == nil) == (byWords[expected.passage] == nil))
                #expect(abs((hit.wordShare ?? 0) - (byWords[expected.passage] ?? 0) / most) < 1e-12)
                #expect(hit.score == (hit.cosine ?? 0) + SearchIndex.wordWeight * (hit.wordShare ?? 0))
            }
        }
    }

    @Test("a hit that only one ranking has found has both scores")
    func bothScores() throws {
        var random = SplitMix64(seed: 7)
        try index(&random, lines: 900)
        let index = try SearchIndex(path: Path(db), engine: engine)
        var alone = 0
        for word in HybridTests.vocabulary {
            for hit in try index.search("\(word) river", limit: 100) where hit.vectorRank == nil || hit.wordRank == nil
            {
                if hit.vectorRank == nil { #expect(hit.cosine != nil || hit.passage.text == "𐎀𐎁𐎂") }
                let holds = hit.passage.text.split(separator: " ").contains { $0 == word || $0 == "river" }
                #expect((hit.wordShare != nil) == holds)
                alone += 1
            }
        }
        #expect(alone > 100)
    }

    @Test("without a known word words alone rank, and without a word of the index the vectors")
    func oneSide() throws {
        var random = SplitMix64(seed: 8)
        try index(&random, lines: 300)
        let index = try SearchIndex(path: Path(db), engine: engine)
        let unknown = try index.search("𐎀𐎁𐎂", limit: 5)
        #expect(try !index.knows("𐎀𐎁𐎂") && !unknown.isEmpty)
        #expect(unknown.allSatisfy { $0.cosine == nil && $0.wordShare == 1 && $0.score == SearchIndex.wordWeight })
        // Equal scores: in the order of their numbers, which is that of the lines within a file.
        #expect(try index.search("𐎀𐎁𐎂", limit: 3).map(\.passage.line) == unknown.prefix(3).map(\.passage.line))
        let near = try index.search("dictionary", limit: 5)
        #expect(
            near.count == 5 && near.allSatisfy { $0.wordShare == nil && $0.wordRank == nil && $0.score == $0.cosine })
        // Words that are passed over beside others are searched for where there are no others.
        #expect(try index.search("what is the", limit: 5).allSatisfy { $0.wordShare == nil })
        for query in ["", "  ", "\u{0}"] { #expect(try index.search(query, limit: 5).isEmpty) }
    }
}

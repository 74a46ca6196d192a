import Anneal
import AnnealCodes
import AnnealFormats
import AnnealPlatform
import Foundation
import GRDB
import Testing

@testable import AnnealSearch

/// Indexes that keep codes and no vectors, against the vectors of all passages.
@Suite struct CodedIndexTests {
    private static let vocabulary = [
        "river", "storm", "bridge", "wheat", "price", "winter", "letter", "music", "garden", "window", "paper",
        "engine", "lamp", "doctor", "planet", "silver", "market", "sugar", "harbor", "castle", "forest", "rocket",
    ]
    private let folder: TemporaryFolder
    private let engine: Engine
    private var db: Path { Path(folder.path + "/index.db") }

    init() throws {
        folder = try TemporaryFolder()
        engine = try Engine()
    }

    private func shipped(_ length: Int) throws -> VectorStorage {
        let path = CodecFile.path(beside: Path(argument: try Engine.defaultModelPath()), for: .search)
        return .codes(try IndexCodes(codec: Files.content(of: path), length: length))
    }

    private func text(_ random: inout SplitMix64, lines: Int) -> String {
        (0..<lines).map { line in
            line % 50 == 7
                ? "𐎀𐎁𐎂"
                : (0..<3 + random.below(6)).map { _ in Self.vocabulary[random.below(Self.vocabulary.count)] }
                    .joined(separator: " ")
        }.joined(separator: "\n")
    }

    @discardableResult
    private func update(_ vectors: VectorStorage?, rebuilds: Bool = false) throws -> IndexSummary {
        let indexer = try Indexer(path: db, engine: engine, vectors: vectors, threads: 2, rebuilds: rebuilds)
        let summary = try indexer.update([Path(folder.path + "/docs")], kind: .lines)
        try indexer.close()
        return summary
    }

    /// The cosines of all lines with a query, the greatest first.
    private func cosines(_ query: String) throws -> [Double] {
        let vector = try engine.embed(query)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/docs")
        let lines = try names.flatMap {
            try String(contentsOfFile: folder.path + "/docs/" + $0, encoding: .utf8).split(separator: "\n")
        }
        return try engine.embed(lines.map(String.init)).compactMap { other in
            other.contains { $0 != 0 } ? zip(vector, other).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } : nil
        }.sorted(by: >)
    }

    @Test(
        "the nearest passages come with the cosines of their vectors, also after files were changed and removed",
        arguments: [10, 32])
    func searches(_ length: Int) throws {
        var random = SplitMix64(seed: 6)
        for name in ["a", "b", "c"] { try folder.write("docs/\(name).txt", text(&random, lines: 200)) }
        try update(shipped(length))
        for round in 0..<3 {
            if round == 1 { try folder.write("docs/b.txt", text(&random, lines: 150)) }
            if round == 2 { try folder.remove("docs/a.txt") }
            // As the index has them.
            if round > 0 { #expect(try update(nil).indexed == 2 - round) }
            let index = try SearchIndex(path: db, engine: engine, threads: 2)
            for query in ["winter storm at the harbor", "price of wheat and sugar", "music in the garden"] {
                let expected = try cosines(query)
                let hits = try index.search(query, mode: .vectors, limit: 10)
                #expect(hits.count == 10)
                for (hit, best) in zip(hits, expected) {
                    #expect(abs((hit.cosine ?? 0) - best) < 1e-6, "\(query), round \(round)")
                }
                // By both: what only the words have found has the cosine of its vector too.
                for hit in try index.search(query, limit: 60) {
                    let other = try engine.embed(hit.passage.text)
                    let cosine = zip(try engine.embed(query), other).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
                    #expect(abs((hit.cosine ?? 0) - cosine) < 1e-6)
                }
            }
            let check = try IndexCheck(path: db)
            #expect(check.passages == [600, 550, 350][round] && check.isSealed)
        }
        let (version, size) = try DatabaseQueue(path: "\(db)").read { db in
            (
                try Int.fetchOne(db, sql: "PRAGMA user_version"),
                try Int.fetchOne(db, sql: "SELECT max(length(data)) FROM vector")
            )
        }
        #expect(version == 3 && size == length)
    }

    @Test("an index keeps to its codec and length, until it is made anew")
    func refusals() throws {
        var random = SplitMix64(seed: 7)
        try folder.write("docs/a.txt", text(&random, lines: 40))
        try update(nil)
        func expectOther(_ storage: VectorStorage, _ expected: String, _ found: String) throws {
            do {
                try update(storage)
                Issue.record("expected an error")
            } catch IndexError.otherStorage(_, let own, let other) {
                #expect(own.contains(expected) && other.contains(found), "\(own), \(other)")
            }
        }
        try expectOther(shipped(10), "vectors in bytes", "codes of 10 bytes")
        try update(shipped(10), rebuilds: true)
        try update(shipped(10))
        try expectOther(shipped(32), "codes of 10 bytes", "codes of 32 bytes")
        try expectOther(.bytes, "codes of 10 bytes", "vectors in bytes")
        try update(nil, rebuilds: true)
        try update(.bytes)
        #expect(try DatabaseQueue(path: "\(db)").read { try $0.tableExists("codec") } == false)
        #expect(try SearchIndex(path: db, engine: engine).search("winter").isEmpty == false)
    }

    @Test("a codec of other vectors is refused, and one that is damaged in the file")
    func badCodecs() throws {
        var random = SplitMix64(seed: 8)
        try folder.write("docs/a.txt", text(&random, lines: 20))
        let vectors = Matrix(rows: 300, columns: 8)
        for place in 0..<300 * 8 { vectors.storage[place] = random.normal() }
        var settings = TrellisSettings(layers: [2], profile: .search)
        settings.rounds = 1
        let other = CodecFile.bytes(of: try TrellisCodec.train(on: vectors, settings, threads: 1))
        #expect(throws: CodecError.codeLength(expected: [2], found: 3)) { try IndexCodes(codec: other, length: 3) }
        do {
            try update(.codes(try IndexCodes(codec: other, length: 2)))
            Issue.record("expected an error")
        } catch IndexError.codec(_, .dimension(let expected, let found)) {
            #expect(expected == engine.dimension && found == 8)
        }
        #expect(!Files.isReadable(db))
        try update(shipped(10))
        try DatabaseQueue(path: "\(db)").write { db in
            try db.execute(sql: "UPDATE codec SET data = substr(data, 1, 4000) || X'00' || substr(data, 4002)")
        }
        for body in [
            { _ = try SearchIndex(path: db, engine: engine) }, { _ = try IndexCheck(path: db) },
            { _ = try update(nil) },
        ] {
            do {
                try body()
                Issue.record("expected an error")
            } catch IndexError.damaged(_, let message) {
                #expect(message.contains("codec"), "\(message)")
            }
        }
    }
}

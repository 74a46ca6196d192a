import Anneal
import AnnealPlatform
import Foundation
import GRDB
import Testing

@testable import AnnealSearch

/// What a disk or a copy does to an index file.
@Suite struct DamageTests {
    private let folder: TemporaryFolder
    private let engine: Engine
    private var db: String { folder.path + "/index.db" }

    init() throws {
        folder = try TemporaryFolder()
        engine = try Engine()
        var random = SplitMix64(seed: 3)
        let words = "light lamp river bank wheat price storm window garden engine letter music winter bridge".split(
            separator: " ")
        for number in 0..<120 {
            let text = (0..<20 + random.below(60)).map { _ in String(words[random.below(words.count)]) }
            try folder.write("docs/\(number).md", "# Number \(number)\n\n" + text.joined(separator: " ") + "\n")
        }
    }

    private func update(rebuilds: Bool = false) throws {
        let indexer = try Indexer(path: Path(db), engine: engine, threads: 2, rebuilds: rebuilds)
        _ = try indexer.update([Path(folder.path + "/docs")])
        try indexer.close()
    }

    private func answers() throws(IndexError) -> [String] {
        let index = try SearchIndex(path: Path(db), engine: engine)
        var answers: [String] = []
        for query in ["the price of wheat", "music by the river in winter"] {
            for mode in [SearchMode.vectors, .words, .hybrid] {
                for hit in try index.search(query, mode: mode, limit: 10) {
                    answers.append("\(mode) \(hit.path) \(hit.passage) \(hit.score)")
                }
            }
        }
        return answers
    }

    /// Bytes that a fault would leave: one bit, some bytes, a sector of another file, nothing.
    private func damaged(_ whole: Data, _ random: inout SplitMix64) -> Data {
        var damaged = whole
        let start = random.below(whole.count)
        switch random.below(4) {
        case 0: damaged[start] ^= 1 << UInt8(random.below(8))
        case 1: for place in start..<min(start + 16, whole.count) { damaged[place] = UInt8(random.below(256)) }
        case 2: for place in start / 512 * 512..<start / 512 * 512 + 512 { damaged[place] = UInt8(random.below(256)) }
        default: for place in start / 4096 * 4096..<start / 4096 * 4096 + 4096 { damaged[place] = 0 }
        }
        return damaged
    }

    @Test("a damaged index gives the answers that it gave, or an error")
    func sameOrError() throws {
        try update()
        let whole = try Data(contentsOf: URL(fileURLWithPath: db))
        let expected = try answers()
        #expect(expected.count == 2 * 3 * 10)
        var random = SplitMix64(seed: 99)
        var refused = 0
        let rounds = 200
        for round in 0..<rounds {
            try damaged(whole, &random).write(to: URL(fileURLWithPath: db))
            do throws(IndexError) {
                let found = try answers()
                #expect(found == expected, "round \(round)")
            } catch {
                refused += 1
            }
        }
        // Much of a page is empty, and what is there is not all read.
        #expect(refused > rounds / 5 && refused < rounds)
    }

    @Test("a changed byte in a text, a vector, a path or a list of words is an error that says what to do")
    func everywhere() throws {
        try update()
        let whole = try Data(contentsOf: URL(fileURLWithPath: db))
        #expect(try IndexCheck(path: Path(db)) == IndexCheck(documents: 120, passages: 120, isSealed: true))
        let queue = try DatabaseQueue(path: db)
        let (text, vector, list) = try queue.read { db in
            (
                try String.fetchOne(db, sql: "SELECT text FROM passage WHERE id = 60")!,
                try Data.fetchOne(db, sql: "SELECT data FROM vector WHERE passage = 60")!,
                try Data.fetchOne(db, sql: "SELECT block FROM passage_text_data ORDER BY length(block) DESC LIMIT 1")!
            )
        }
        try queue.close()
        for part in [Data(text.utf8), vector, Data("/docs/60.md".utf8), list.suffix(200)] {
            var damaged = whole
            let place = try #require(whole.range(of: part)).lowerBound + part.count / 2
            damaged[place] ^= 1
            try damaged.write(to: URL(fileURLWithPath: db))
            let error = #expect(throws: IndexError.self) { try IndexCheck(path: Path(db)) }
            #expect("\(error!)".contains("damaged") && "\(error!)".contains("--rebuild"), "\(error!)")
        }
    }

    @Test("whatever is damaged, made anew it is whole")
    func rebuild() throws {
        try update()
        let whole = try Data(contentsOf: URL(fileURLWithPath: db))
        let expected = try answers()
        var random = SplitMix64(seed: 4)
        for round in 0..<6 {
            var damaged = whole
            // The header is left, by which the file is known to be an index.
            for _ in 0..<[1, 20, 3000][round % 3] {
                damaged[100 + random.below(whole.count - 100)] = UInt8(random.below(256))
            }
            // The first page: nothing of it can be read.
            if round % 2 == 0 { for place in 100..<4096 { damaged[place] = 0xA5 } }
            try damaged.write(to: URL(fileURLWithPath: db))
            try update(rebuilds: true)
            #expect(try answers() == expected)
            #expect(try IndexCheck(path: Path(db)).passages == 120)
        }
    }

    @Test("an index of version 1 is searched as it is, and has checksums once it was written to")
    func older() throws {
        try update()
        let expected = try answers()
        let queue = try DatabaseQueue(path: db)
        try queue.write { db in
            for table in ["document", "passage", "vector"] {
                try db.execute(sql: "ALTER TABLE \(table) DROP COLUMN checksum")
            }
            try db.execute(
                sql: """
                    ALTER TABLE document DROP COLUMN changed_ns; DELETE FROM setting WHERE name = 'seal';
                    PRAGMA user_version = 1
                    """)
        }
        try queue.close()
        #expect(try answers() == expected)
        #expect(try IndexCheck(path: Path(db)).isSealed == false)
        try update()
        #expect(try IndexCheck(path: Path(db)) == IndexCheck(documents: 120, passages: 120, isSealed: true))
        #expect(try answers() == expected)
    }

    @Test("an index whose run was stopped answers without its seal, and has one after the next run")
    func stopped() throws {
        try update()
        let store = try SQLiteStore(opening: Path(db))
        try store.change { writer in try writer.remove(Array(writer.documents().prefix(1))) }
        try store.close()
        #expect(try IndexCheck(path: Path(db)) == IndexCheck(documents: 119, passages: 119, isSealed: false))
        #expect(try !answers().isEmpty)
        try update()
        #expect(try IndexCheck(path: Path(db)) == IndexCheck(documents: 120, passages: 120, isSealed: true))
    }
}

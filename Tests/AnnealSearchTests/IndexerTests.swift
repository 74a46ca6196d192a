import Anneal
import AnnealPlatform
import Foundation
import GRDB
import Testing

@testable import AnnealSearch

/// An index over its whole life, on real files.
@Suite struct IndexerTests {
    private let folder: TemporaryFolder
    private let engine: Engine
    private var db: String { folder.path + "/index.db" }

    init() throws {
        folder = try TemporaryFolder()
        engine = try Engine()
        try folder.write("docs/lights.md", "# Lights\n\nTurn the lamp off with the switch on the wall.\n")
        try folder.write("docs/deep/wheat.txt", "The price of wheat rose last year.\n\nFarmers were pleased.")
        try folder.write("docs/page.html", "<h1>Rivers</h1><p>The river bank was flooded by the storm.")
        try folder.write(
            "docs/code.py", "def parse_header(line):\n    \"\"\"Reads a header.\"\"\"\n    return line.split(':')\n")
        try folder.write("docs/.hidden.md", "secret")
        try folder.write("docs/node_modules/m.md", "machine made")
        try folder.write("docs/photo.jpeg", "no text")
        try folder.write("other/cats.txt", "A cat sat on the mat.")
    }

    @discardableResult
    private func update(
        _ roots: [String], rebuilds: Bool = false, mode: Mode = .compiled, pagesMax: Int? = nil, path: String? = nil
    ) throws -> IndexSummary {
        let indexer = try Indexer(
            path: Path(path ?? db), engine: engine, mode: mode, threads: 2, rebuilds: rebuilds, pagesMax: pagesMax)
        let summary = try indexer.update(roots.map { Path(folder.path + "/" + $0) })
        try indexer.close()
        return summary
    }

    private func best(_ query: String, _ mode: SearchMode = .hybrid) throws -> SearchHit? {
        try SearchIndex(path: Path(db), engine: engine, threads: 2).search(query, mode: mode, limit: 3).first
    }

    @Test("folders are indexed and searched, by words, by vectors and by both", arguments: SearchMode.allCases)
    func search(mode: SearchMode) throws {
        let summary = try update(["docs", "other"])
        #expect(summary.indexed == 5 && summary.passages == 5 && summary.failures.isEmpty)
        let hit = try #require(try best("switch the lamp off", mode))
        #expect(
            hit.path == Path(folder.path + "/docs/lights.md") && hit.passage.heading == "Lights"
                && hit.passage.line == 3)
        #expect(try best("wheat price", mode)?.path.description.hasSuffix("deep/wheat.txt") == true)
        #expect(try best("flooded river", mode)?.passage.heading == "Rivers")
        #expect(try best("parse_header", .words)?.path.description.hasSuffix("code.py") == true)
        #expect(try best("secret")?.path.description.hasSuffix(".hidden.md") == false)
        #expect((hit.wordRank != nil) == (mode != .vectors) && (hit.vectorRank != nil) == (mode != .words))
    }

    @Test("a query without words, or of FTS5's own syntax, is a query like others")
    func oddQueries() throws {
        try update(["docs"])
        let index = try SearchIndex(path: Path(db), engine: engine)
        for query in [
            "", " ", "\"", "AND", "a* OR (", "heading:x", "\u{0}", "NEAR(", String(repeating: "word ", count: 3000),
        ] {
            for mode in SearchMode.allCases { _ = try index.search(query, mode: mode, limit: 5) }
        }
        #expect(try index.search("", limit: 5).isEmpty)
    }

    @Test("an explanation's cosine is the one that ranked")
    func explanation() throws {
        try update(["docs"])
        let index = try SearchIndex(path: Path(db), engine: engine)
        let hit = try #require(try index.search("turn off the lamp", mode: .vectors, limit: 1).first)
        let comparison = try index.explain("turn off the lamp", hit)
        // Bytes instead of floats: both cosines agree to about a hundredth.
        #expect(abs(comparison.cosine - hit.cosine!) < 0.02 && comparison.cosine > 0.3)
    }

    @Test("only what has changed is indexed again")
    func incremental() throws {
        try update(["docs", "other"])
        #expect(try update(["docs", "other"]) == summary(unchanged: 5))
        // A new time and the same content.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: folder.path + "/docs/lights.md")
        #expect(try update(["docs"]) == summary(unchanged: 4))
        try folder.write("docs/lights.md", "# Lamps\n\nThe chandelier hangs in the hall.\n")
        #expect(try update(["docs"]) == summary(indexed: 1, unchanged: 3, passages: 1))
        #expect(try best("chandelier", .words)?.passage.heading == "Lamps")
        #expect(try best("switch on the wall", .words) == nil)
        try folder.remove("docs/deep/wheat.txt")
        try folder.write("docs/zeros.txt", "a\u{0}b")
        #expect(try update(["docs"]) == summary(unchanged: 3, removed: 1, textless: ["docs/zeros.txt"]))
        #expect(try best("wheat", .words) == nil)
        // What lies elsewhere stays.
        #expect(try best("cat", .words)?.path.description.hasSuffix("other/cats.txt") == true)
        try check()
    }

    @Test("an edit that leaves size and time of writing as they were is noticed")
    func sameTime() throws {
        let file = try folder.write("docs/lights.md", "The lamp is in the hall.")
        let date = Date(timeIntervalSince1970: 1_000_000_000)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file)
        try update(["docs"])
        try folder.write("docs/lights.md", "The book is in the hall.")
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file)
        #expect(try update(["docs"]) == summary(indexed: 1, unchanged: 3, passages: 1))
        #expect(try best("book", .words)?.path == Path(file))
    }

    @Test("a file is not read again once its last change lies behind by more than a step of the clock")
    func settled() throws {
        let path = Path(try folder.write("docs/lights.md", "The lamp is in the hall."))
        let status = try Files.status(of: path)
        func found(_ seconds: Double) -> FoundFile {
            FoundFile(path: path, kind: .text, status: status, now: Int(status.changed) + Int(seconds * 1e9))
        }
        for (seconds, isKnown) in [(0.0, false), (1.9, false), (2.1, true)] {
            let file = found(seconds)
            let stored = StoredDocument(
                id: 1, path: path, kind: "text", size: file.size, modifiedNanoseconds: file.modifiedNanoseconds,
                changedNanoseconds: file.changedNanoseconds, hash: "")
            #expect(stored.looksLike(found(seconds)) == isKnown)
            #expect(stored.looksLike(found(100)) == isKnown)
        }
    }

    @Test(
        "numbers do not come back: an open search never has an old vector with a new text",
        arguments: [false, true], [false, true])
    func numbers(rebuilds: Bool, isOld: Bool) throws {
        try update(["docs"])
        if isOld {
            // As a program leaves it that did not keep the numbers.
            let queue = try DatabaseQueue(path: db)
            try queue.write { db in try db.execute(sql: "DELETE FROM setting WHERE name LIKE 'last %'") }
            try queue.close()
        }
        let index = try SearchIndex(path: Path(db), engine: engine)
        let query = "the price of wheat and farmers"
        let old = try #require(try index.search(query, mode: .vectors, limit: 1).first)
        #expect(old.path.description.hasSuffix("deep/wheat.txt"))
        // All are replaced, so the newest one is.
        for name in ["lights.md", "deep/wheat.txt", "page.html", "code.py"] {
            try folder.write("docs/" + name, "A cat sat on the mat.")
        }
        try update(["docs"], rebuilds: rebuilds)
        let changed = try index.search(query, mode: .vectors, limit: 5)
        #expect(changed.count == 4 && changed.allSatisfy { $0.passage.text == "A cat sat on the mat." })
        // Gone, and then others.
        let numbers = try allNumbers()
        for name in ["lights.md", "deep/wheat.txt", "page.html", "code.py"] { try folder.remove("docs/" + name) }
        try update(["docs"], rebuilds: rebuilds)
        try folder.write("docs/new.txt", "The river bank was flooded by the storm.")
        try update(["docs"], rebuilds: rebuilds)
        let new = try allNumbers()
        #expect(new.count == 2 && numbers.count == 8 && numbers.isDisjoint(with: new))
        try check()
    }

    @Test("an open search notices that the index was made anew or replaced", arguments: [0, 1, 2])
    func reopened(how: Int) throws {
        try update(["docs"])
        let index = try SearchIndex(path: Path(db), engine: engine, threads: 2)
        #expect(try index.search("lamp", limit: 1).first?.passage.heading == "Lights")
        try folder.write("docs/lights.md", "# Chandeliers\n\nThe lamp hangs in the hall.\n")
        switch how {
        case 0: try update(["docs"], rebuilds: true)
        case 1:
            try update(["docs"], path: folder.path + "/other.db")
            #expect(rename(folder.path + "/other.db", db) == 0)
        default: try update(["docs"], rebuilds: true, mode: .naive)
        }
        #expect(try index.search("lamp", limit: 1).first?.passage.heading == "Chandeliers")
        try folder.remove("index.db")
        #expect(throws: IndexError.self) { try index.search("lamp", limit: 1) }
        try update(["docs"])
        #expect(try index.search("lamp", limit: 1).first?.passage.heading == "Chandeliers")
    }

    @Test("a run leaves nothing in the log, so that a file put in the index's place does not meet it")
    func replacedAfterRebuild() throws {
        try update(["docs"])
        let index = try SearchIndex(path: Path(db), engine: engine, threads: 2)
        #expect(try index.search("lamp", limit: 1).first?.passage.heading == "Lights")
        try folder.write("docs/lights.md", "# Chandeliers\n\nThe lamp hangs in the hall.\n")
        try update(["docs"], rebuilds: true)
        #expect(try index.search("lamp", limit: 1).first?.passage.heading == "Chandeliers")
        #expect(try Files.status(of: Path(db + "-wal")).byteCount == 0)
        try folder.write("docs/lights.md", "# Candles\n\nThe lamp stands in the garden.\n")
        try update(["docs"], path: folder.path + "/other.db")
        #expect(rename(folder.path + "/other.db", db) == 0)
        #expect(try index.search("lamp", limit: 1).first?.passage.heading == "Candles")
        #expect(try IndexCheck(path: Path(db)).isSealed)
    }

    @Test("byte-order marks are no text, and UTF-16 is read")
    func marks() throws {
        let text = "# Chandeliers\n\nThe lamp hangs in the hall.\n"
        for (name, mark, little) in [("utf8", [], nil), ("little", [0xFF, 0xFE], true), ("big", [0xFE, 0xFF], false)]
            as [(String, [UInt8], Bool?)]
        {
            var bytes = mark
            if let little {
                for unit in text.utf16 {
                    let (low, high) = (UInt8(truncatingIfNeeded: unit), UInt8(unit >> 8))
                    bytes += little ? [low, high] : [high, low]
                }
            } else {
                bytes = [0xEF, 0xBB, 0xBF] + text.utf8
            }
            let path = try folder.write("marks/\(name)/a.md", "")
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            let summary = try update(["marks/" + name])
            #expect(summary.indexed == 1 && summary.passages == 1)
            let hit = try #require(try best("chandeliers", .words))
            #expect(hit.passage == Passage(heading: "Chandeliers", text: "The lamp hangs in the hall.", line: 3))
            try folder.remove("marks/\(name)/a.md")
            try update(["marks/" + name])
        }
    }

    /// Of documents and of passages.
    private func allNumbers() throws -> Set<String> {
        let queue = try DatabaseQueue(path: db)
        return try queue.read { db in
            try String.fetchSet(
                db, sql: "SELECT 'document ' || id FROM document UNION SELECT 'passage ' || id FROM passage")
        }
    }

    @Test("an index is the same however it came about")
    func history() throws {
        try update(["docs", "other"])
        let whole = try contents(db)
        let second = folder.path + "/second.db"
        try folder.write("docs/deep/wheat.txt", "another text")
        try update(["docs"], path: second)
        try folder.write("docs/deep/wheat.txt", "The price of wheat rose last year.\n\nFarmers were pleased.")
        try update(["other", "docs"], path: second)
        #expect(try contents(second) == whole)
    }

    @Test("what is no index, newer, of another model or damaged is refused and left alone")
    func errors() throws {
        #expect(throws: IndexError.self) { try SearchIndex(path: Path(db), engine: engine) }
        #expect(throws: IndexError.self) { try update(["nowhere"]) }
        let text = try folder.write("text.db", String(repeating: "no database ", count: 1000))
        for rebuilds in [false, true] {
            #expect(throws: IndexError.self) { try update(["docs"], rebuilds: rebuilds, path: text) }
        }
        #expect(try String(contentsOfFile: text, encoding: .utf8).hasPrefix("no database"))
        let foreign = folder.path + "/foreign.db"
        let queue = try DatabaseQueue(path: foreign)
        try queue.write { db in try db.execute(sql: "CREATE TABLE setting(a); PRAGMA user_version = 7") }
        try queue.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: foreign))
        for rebuilds in [false, true] {
            let error = #expect(throws: IndexError.self) { try update(["docs"], rebuilds: rebuilds, path: foreign) }
            #expect("\(error!)".contains("another program"))
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: foreign)) == before)

        try update(["docs"])
        let other = #expect(throws: IndexError.self) { try update(["docs"], mode: .naive) }
        #expect("\(other!)".contains("--rebuild"))
        let newer = try DatabaseQueue(path: db)
        try newer.write { db in try db.execute(sql: "PRAGMA user_version = \(SQLiteSchema.version + 1)") }
        try newer.close()
        let error = #expect(throws: IndexError.self) { try SearchIndex(path: Path(db), engine: engine) }
        #expect("\(error!)".contains("newer"))
        #expect(throws: IndexError.self) { try update(["docs"]) }
    }

    @Test("a damaged index is an error, never a crash")
    func damage() throws {
        for number in 0..<40 {
            try folder.write("docs/many/\(number).txt", "text number \(number) about rain and wind")
        }
        try update(["docs"])
        let whole = try Data(contentsOf: URL(fileURLWithPath: db))
        var random = SplitMix64(seed: 21)
        var refused = 0
        for _ in 0..<60 {
            var damaged = whole
            for _ in 0..<2000 { damaged[100 + random.below(whole.count - 100)] = UInt8(random.below(256)) }
            try damaged.write(to: URL(fileURLWithPath: db))
            do throws(IndexError) {
                let index = try SearchIndex(path: Path(db), engine: engine)
                for mode in SearchMode.allCases { _ = try index.search("rain", mode: mode, limit: 50) }
            } catch {
                refused += 1
            }
        }
        #expect(refused > 30)
        for size in [0, 1, 99, 4000, whole.count / 2] {
            try whole.prefix(size).write(to: URL(fileURLWithPath: db))
            #expect(throws: IndexError.self) {
                _ = try SearchIndex(path: Path(db), engine: engine).search("rain", limit: 5)
            }
        }
    }

    @Test("a full disk leaves the old index as it was", arguments: [false, true])
    func full(rebuilds: Bool) throws {
        try update(["docs"])
        let before = try contents(db)
        for number in 0..<300 {
            try folder.write("docs/many/\(number).txt", String(repeating: "word\(number) and others ", count: 100))
        }
        let error = #expect(throws: IndexError.self) { try update(["docs"], rebuilds: rebuilds, pagesMax: 40) }
        #expect("\(error!)".contains("no space left"))
        #expect(try contents(db) == before)
        try check()
        #expect(try best("lamp", .words)?.path.description.hasSuffix("lights.md") == true)
        try update(["docs"], rebuilds: rebuilds)
        #expect(try contents(db).count > 300)
    }

    @Test("made anew for another mode, all at once")
    func rebuild() throws {
        try update(["docs", "other"])
        #expect(try update(["docs"], rebuilds: true, mode: .naive) == summary(indexed: 4, passages: 4))
        #expect(try best("lamp", .vectors)?.path.description.hasSuffix("lights.md") == true)
        #expect(try best("cat", .words) == nil)
        try check()
    }

    private func summary(
        indexed: Int = 0, unchanged: Int = 0, removed: Int = 0, textless: [String] = [], passages: Int = 0
    ) -> IndexSummary {
        var summary = IndexSummary()
        summary.indexed = indexed
        summary.unchanged = unchanged
        summary.removed = removed
        // The folder that programs fill.
        summary.ignored = 1
        summary.passedOver = (["docs/photo.jpeg"] + textless).map { name in
            PassedOverFile(path: Path(folder.path + "/" + name), reason: .noText)
        }
        summary.passages = passages
        return summary
    }

    /// All passages with their vectors, in the order of their places.
    private func contents(_ path: String) throws -> [String] {
        let queue = try DatabaseQueue(path: path)
        return try queue.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT path || line || heading || text || scale || hex(data) FROM document
                    JOIN passage ON passage.document = document.id JOIN vector ON vector.passage = passage.id
                    ORDER BY path, line, text
                    """)
        }
    }

    /// SQLite's own checks, and that every passage has its vector and its words.
    private func check() throws {
        let queue = try DatabaseQueue(path: db)
        try queue.write { db in
            #expect(try String.fetchAll(db, sql: "PRAGMA integrity_check") == ["ok"])
            #expect(try Row.fetchOne(db, sql: "PRAGMA foreign_key_check") == nil)
            try db.execute(sql: "INSERT INTO passage_text(passage_text, rank) VALUES ('integrity-check', 1)")
            let passages = try Int.fetchOne(db, sql: "SELECT count(*) FROM passage")
            #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM vector") == passages)
        }
    }
}

import Anneal
import AnnealJSON
import AnnealPlatform
import GRDB
import Testing

@testable import AnnealSearch
@testable import anneal_search

/// Names of files are bytes, whatever they spell.
@Suite struct PathTests {
    private let folder: TemporaryFolder
    private let engine: Engine

    init() throws {
        folder = try TemporaryFolder()
        engine = try Engine()
    }

    private var db: Path { Path(folder.path + ".db") }

    private func update() throws -> IndexSummary {
        let indexer = try Indexer(path: db, engine: engine, threads: 2)
        let summary = try indexer.update([Path(folder.path)])
        try indexer.close()
        return summary
    }

    /// The names of the files that hold a word, and all that the index holds.
    private func names(_ word: String) throws -> (found: Set<[UInt8]>, all: Set<[UInt8]>) {
        let hits = try SearchIndex(path: db, engine: engine).search(word, mode: .words, limit: 100)
        var all: Set<[UInt8]> = []
        let store = try SQLiteStore(opening: db)
        try store.change { writer in all = Set(try writer.documents().map { Array($0.path.name) }) }
        try store.close()
        return (Set(hits.map { Array($0.path.name) }), all)
    }

    private static let composed = Array("caf\u{E9}.txt".utf8)
    private static let decomposed = Array("cafe\u{301}.txt".utf8)
    private static let latin1 = Array("caf".utf8) + [0xE9] + Array(".txt".utf8)
    private static let lines = Array("two\nlines \u{1B}[31m\\.txt".utf8)
    /// What the escaped form of the Latin-1 name spells.
    private static let spelled = Array("caf\\xE9.txt".utf8)

    @Test("names that print alike are different files, and none is lost through walk, update, search and removal")
    func bytes() throws {
        let names = [Self.composed, Self.decomposed, Self.latin1, Self.lines, Self.spelled]
        let words = ["walnut", "cherry", "maple", "willow", "poplar"]
        for (name, word) in zip(names, words) { try folder.write(name, Array("A \(word) tree.".utf8)) }
        defer { try? IndexLocation.file(db).remove() }
        let first = try update()
        #expect(first.indexed == 5 && first.failures.isEmpty)
        for (name, word) in zip(names, words) {
            #expect(try self.names(word).found == [name])
        }
        #expect(try self.names("tree").all == Set(names))
        // Each is updated alone.
        for (place, name) in names.enumerated() {
            try folder.write(name, Array("A changed \(words[place]) forest.".utf8))
            let summary = try update()
            #expect(summary.indexed == 1 && summary.unchanged == 4 && summary.removed == 0)
            #expect(try self.names("forest").found == Set(names.prefix(place + 1)))
        }
        // And removed alone.
        for (place, name) in names.enumerated() {
            try Files.remove(Path(folder.path).appending(name))
            #expect(try update().removed == 1)
            #expect(try self.names("forest").all == Set(names.suffix(4 - place)))
        }
        #expect(try IndexCheck(path: db).documents == 0)
    }

    @Test("a rename from one form of a letter to the other leaves no dead path")
    func renamed() throws {
        defer { try? IndexLocation.file(db).remove() }
        try folder.write(Self.decomposed, Array("A walnut tree.".utf8))
        _ = try update()
        let place = Path(folder.path)
        for (old, new) in [
            (Self.decomposed, Self.composed), (Self.composed, Self.latin1), (Self.latin1, Self.decomposed),
        ] {
            try Files.rename(place.appending(old), to: place.appending(new))
            let summary = try update()
            #expect(summary.indexed == 1 && summary.removed == 1)
            let names = try names("walnut")
            #expect(names.found == [new] && names.all == [new])
        }
    }

    @Test(
        "an index whose own name is not UTF-8, or means something to SQLite",
        arguments: ["x\u{E9}", "a?b%20c#d", "file:x"])
    func indexName(name: String) throws {
        try folder.write(Array("a.txt".utf8), Array("A walnut tree.".utf8))
        let path = Path(folder.path).appending(name == "x\u{E9}" ? [0x78, 0xE9] : Array(name.utf8))
        let indexer = try Indexer(path: path, engine: engine)
        #expect(try indexer.update([Path(folder.path + "/a.txt")]).indexed == 1)
        try indexer.close()
        #expect(try Files.status(of: path).byteCount > 0)
        #expect(try SearchIndex(path: path, engine: engine).search("walnut", limit: 1).count == 1)
        #expect(try IndexCheck(path: path).documents == 1)
        try IndexLocation.file(path).remove()
        #expect(try Files.names(in: Path(folder.path)) == [Array("a.txt".utf8)])
    }

    @Test("what an index stores for a path reads back as the same bytes, and different paths differ")
    func stored() {
        let odd: [[UInt8]] = [
            Self.composed, Self.decomposed, Self.latin1, Self.lines, Self.spelled, [0xFF],
            [0x5C, 0xFF, 0x5C, 0x5C, 0x78],
            [0xFF] + Array("\\x41\n\"'%_ é中".utf8), [0xED, 0xA0, 0x80], Array("\u{202E}\u{2028}\u{10FFFF}".utf8),
        ]
        let paths = odd.map { Path("/docs").appending($0) }
        for path in paths {
            #expect(Path(stored: path.stored) == path)
            #expect((path.stored.utf8.first == UInt8(ascii: "/")) == (path.text != nil))
        }
        #expect(Set(paths.map { Array($0.stored.utf8) }).count == odd.count)
    }

    @Test("a path lies below folders, not below names that begin alike")
    func below() {
        #expect(Path("/a/b").isBelow("/a") && Path("/a").isBelow("/a") && Path("/a/b").isBelow("/"))
        #expect(!Path("/ab").isBelow("/a") && !Path("/a").isBelow("/a/b"))
        #expect(!Path("/caf\u{E9}/b").isBelow("/cafe\u{301}"))
    }

    @Test("JSON has a path as it is, or escaped with its bytes beside it")
    func json() {
        func json(_ bytes: [UInt8]) -> String {
            var json = JSONText()
            json.object { $0.path(Path("/d").appending(bytes)) }
            return json.text
        }
        #expect(json(Self.decomposed) == "{\"path\":\"/d/cafe\u{301}.txt\"}")
        #expect(json(Array("a\n\\".utf8)) == #"{"path":"/d/a\n\\"}"#)
        #expect(json(Self.latin1) == #"{"path":"/d/caf\\xE9.txt","path_base64":"L2QvY2Fm6S50eHQ="}"#)
    }
}

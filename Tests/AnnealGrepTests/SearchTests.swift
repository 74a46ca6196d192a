import Anneal
import AnnealFormats
import AnnealPassages
import AnnealPlatform
import Foundation
import Testing

@testable import AnnealGrep

/// Searches of small trees, with and without an index, and of trees that nobody would make.
@Suite struct SearchTests {
    private let tree: TestTree

    init() throws { tree = try TestTree() }

    private func search(_ query: String, threads: Int = 2) throws -> PassageSearch.Result {
        try PassageSearch.run(query, engine: tree.engine, roots: [tree.path], threads: threads)
    }

    @Test func aNameFindsItsDeclarationFirst() throws {
        try tree.writeProject()
        for (query, name) in [
            ("evict_oldest", "evict_oldest"), ("evictOldest", "evict_oldest"), ("Dial", "Dial"), ("Cache", "Cache"),
            ("Cache.evict_oldest()", "evict_oldest"), ("on_click", "make_handler"), ("read settings", "read_settings"),
        ] {
            #expect(try search(query).hits.first?.name == name, "\(query)")
        }
    }

    @Test func aTypeComesBeforeItsExtensions() throws {
        try tree.write("extension Store {\n    func close() {}\n}\n", to: "a/Store+Close.swift")
        try tree.write(
            "/// Keeps.\npublic final class Store {\n    var size = 0\n    func open() {}\n}\n", to: "b/Kept.swift")
        let hits = try search("Store").hits
        #expect(hits.map(\.kind).prefix(2) == [.declaration, .reopening])
        #expect(hits.first?.path == "b/Kept.swift")
    }

    @Test func aNameAsItIsWrittenComesBeforeOtherSpellingsAndProse() throws {
        try tree.write("def raise_error(response):\n    return response\n", to: "src/adapter.py")
        try tree.write("class RaiseError:\n    def call(self):\n        raise_error(1)\n", to: "src/raising.py")
        try tree.write("raise_error\n===========\n\nraise_error raises an error.\n", to: "raise_error.rst")
        #expect(try search("raise_error").hits.first?.path == "src/adapter.py")
        #expect(try search("RaiseError").hits.first?.path == "src/raising.py")
    }

    @Test func whatDeclaresNothingIsPutBehind() throws {
        try tree.write("import socket\nimport json\n\ndef connect(host):\n    return socket.dial(host)\n", to: "a.py")
        try tree.write("A socket takes json.\n", to: "b.md")
        let weights = RankingWeights()
        let demotions = try search("socket json").hits.map { ($0.path == "a.py", $0.kind, $0.parts.demotion) }
        for (isCode, kind, demotion) in demotions {
            #expect(demotion == (isCode ? kind == .text ? weights.text : 1 : weights.prose))
        }
        #expect(demotions.count == 3)
    }

    @Test func testsComeLaterUnlessTheyAreAskedFor() throws {
        try tree.writeProject()
        #expect(try search("evict the oldest").hits.first?.path == "src/cache.py")
        #expect(try search("test that evicts the oldest").hits.first?.path == "tests/test_cache.py")
    }

    @Test func aHitSaysWhereItIs() throws {
        try tree.writeProject()
        let hit = try #require(try search("connect to a server again").hits.first)
        #expect(hit.path == "src/net/dial.go" && hit.lines == 3...6 && hit.kind == .declaration)
        #expect(hit.text.hasPrefix("// Dial connects") && hit.text.hasSuffix("}"))
        #expect(abs(hit.parts.sum - hit.score) < 1e-12)
        #expect(try #require(search("evict_oldest").hits.first).enclosing == ["Cache"])
    }

    @Test func anIndexFindsTheSameAsASearch() throws {
        try tree.writeProject()
        let index = try PassageIndex(engine: tree.engine, roots: [tree.path])
        for query in ["evict the oldest", "Dial", "settings of a file", "x"] {
            let (one, two, kept) = (
                try search(query, threads: 1).hits, try search(query, threads: 4).hits, try index.search(query)
            )
            #expect(one.map(\.lines) == two.map(\.lines) && one.map(\.score) == two.map(\.score))
            #expect(one.map(\.path) == kept.map(\.path) && one.map(\.score) == kept.map(\.score), "\(query)")
        }
    }

    @Test func anIndexFollowsChanges() throws {
        try tree.writeProject()
        let index = try PassageIndex(engine: tree.engine, roots: [tree.path])
        #expect(try index.refresh().isEmpty)
        try tree.write("def frobnicate_widgets():\n    pass\n", to: "src/new.py")
        try tree.write("def other():\n    pass\n# and more\n", to: "src/cache.py")
        try tree.remove("README.md")
        var changes = PassageIndex.Changes()
        (changes.added, changes.changed, changes.removed) = (1, 1, 1)
        #expect(try index.refresh() == changes)
        #expect(try index.search("frobnicate_widgets").first?.path == "src/new.py")
        #expect(try !index.search("evict_oldest").contains { $0.path == "src/cache.py" })
    }

    @Test func outlinesAndWhatIsRelated() throws {
        try tree.writeProject()
        let index = try PassageIndex(engine: tree.engine, roots: [tree.path])
        #expect(index.outline(of: "src/net/dial.go").map(\.name).filter { !$0.isEmpty } == ["Dial", "use"])
        #expect(index.outline(of: "../secret").isEmpty)
        let related = try index.related(to: "src/cache.py", line: 6)
        #expect(related.first?.path == "tests/test_cache.py" || related.first?.name == "Cache")
        #expect(!related.contains { $0.name == "evict_oldest" })
        #expect(try index.related(to: "src/cache.py", line: 10_000).isEmpty)
    }

    @Test func nothingThatIsNoTextIsRead() throws {
        try tree.writeProject()
        try tree.write([0x7F] + Array("ELF evict oldest".utf8), to: "program")
        try tree.write(Array("evict oldest\0".utf8), to: "binary.dat")
        try tree.write("var a=1;" + String(repeating: "evict(oldest);", count: 100_000), to: "all.js")
        try tree.write(
            [0xFF, 0xFE] + "class Wide {\n}\n".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }, to: "wide.java")
        try tree.write([0x64, 0xE9, 0x66, 0xFF, 0x0A], to: "latin.txt")
        try tree.write("", to: "empty.py")
        let result = try search("evict the oldest")
        #expect(result.report.passedOver == [.binary: 2, .minified: 1])
        #expect(result.hits.first?.path == "src/cache.py")
        #expect(try search("Wide").hits.first?.path == "wide.java")
    }

    @Test func linksPipesAndWhatCannotBeRead() throws {
        try tree.writeProject()
        try FileManager.default.createSymbolicLink(
            atPath: tree.url.path + "/src/loop", withDestinationPath: tree.url.path)
        try FileManager.default.createSymbolicLink(atPath: tree.url.path + "/gone", withDestinationPath: "/nowhere")
        #expect(mkfifo(tree.url.path + "/pipe.py", 0o600) == 0)
        let odd = tree.path.appending([0x66, 0xFF, 0x2E, 0x70, 0x79])
        try AtomicFile.write(Array("def strange_name():\n    pass\n".utf8), to: odd)
        let result = try search("strange_name")
        #expect(result.report.files == 5 && result.report.failures.isEmpty)
        #expect(result.hits.first?.path.bytes == [0x66, 0xFF, 0x2E, 0x70, 0x79])
        #expect(throws: GrepError.self) {
            try PassageSearch.run("x", engine: tree.engine, roots: [tree.path.appending("nowhere")])
        }
        #expect(throws: GrepError.self) {
            try PassageSearch.run("x", engine: tree.engine, roots: [tree.path.appending("pipe.py")])
        }
    }

    @Test func ignoredAndHiddenFilesAreLeftOut() throws {
        try tree.writeProject()
        try tree.write("src/net/\n", to: ".ignore")
        try tree.write("def Dial(): pass\n", to: ".hidden/dial.py")
        func paths(_ options: TreeWalk.Options) throws -> [String] {
            try TreeWalk.run([tree.path], options).files.map { "\($0.path)" }
        }
        #expect(try paths(TreeWalk.Options()) == ["README.md", "src/cache.py", "tests/test_cache.py"])
        #expect(try paths(TreeWalk.Options(selection: FileSelection(usesIgnoreFiles: false))).count == 4)
        #expect(try paths(TreeWalk.Options(includesHidden: true)).contains(".hidden/dial.py"))
        #expect(try paths(TreeWalk.Options(languages: ["markdown"])) == ["README.md"])
        #expect(
            try paths(TreeWalk.Options(selection: FileSelection(excluded: ["*.md"], included: ["src/"]))) == [
                "src/cache.py"
            ])
    }

    @Test func aQueryWithoutWordsFindsNothing() throws {
        try tree.writeProject()
        for query in ["", "  ", "!?", "qqqzzzxxx"] { #expect(try search(query).hits.isEmpty, "\(query)") }
    }

    /// Bytes that are no digest are refused, or are read without leaving them.
    @Test func damagedDigestsAreRefused() throws {
        let text = Array("def a():\n    return load(b)\n".utf8)
        let digest = try text.withUnsafeBufferPointer { bytes in
            try DigestBuilder(tree.engine, words: nil).digest(
                SourceReader.Text(bytes: bytes, language: try #require(SourceLanguage.named("python"))), path: "a.py")
        }
        let good = Array(digest.bytes)
        func read(_ bytes: [UInt8]) -> FileDigest? {
            let memory = DigestMemory(byteCount: max(1, bytes.count))
            memory.bytes.copyBytes(from: bytes)
            return FileDigest(UnsafeRawBufferPointer(rebasing: memory.bytes[..<bytes.count]), owner: memory)
        }
        #expect(read(good) != nil)
        for count in 0..<good.count - 3 { #expect(read(Array(good.prefix(count))) == nil) }
        var random = SplitMix64(seed: 11)
        let query = try tree.engine.withSession(try tree.engine.settings()) { Query("load", &$0) }
        for _ in 0..<2000 {
            var bad = good
            for _ in 0..<3 { bad[Int.random(in: 0..<200, using: &random)] = UInt8.random(in: 0...255, using: &random) }
            guard let digest = read(bad), digest.dimension == query.vector.count else { continue }
            var signals = Signals(query)
            signals.add(digest, file: 0)
            _ = Ranking.best(3, of: signals, RankingWeights(), pathWords: [[]])
        }
    }

    @Test func weightsAreReadAndRefused() throws {
        let weights = try RankingWeights(json: .object([("vector", .number(2))]))
        #expect(weights.vector == 2 && weights.words == RankingWeights().words)
        #expect(throws: WeightsError.self) { try RankingWeights(json: .array([])) }
        #expect(throws: WeightsError.self) { try RankingWeights(json: .object([("nonsense", .number(1))])) }
        #expect(throws: WeightsError.self) { try RankingWeights(json: .object([("words", .number(-1))])) }
        #expect(throws: WeightsError.self) { try RankingWeights(json: .object([("words", .string("1"))])) }
    }
}

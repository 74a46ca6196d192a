import Foundation
import Testing

@Suite struct GrepCommandTests {
    let folder: TestFolder
    let tree: String

    init() throws {
        folder = try TestFolder()
        tree = folder.path("tree")
        try FileManager.default.createDirectory(atPath: tree + "/tests", withIntermediateDirectories: true)
        _ = try folder.write(
            "class Cache:\n    def evict(self):\n        return 1\n\ndef other():\n    pass\n", to: "tree/cache.py")
        _ = try folder.write("def test_evict():\n    Cache().evict()\n", to: "tree/tests/test_cache.py")
    }

    @Test("hits: path, line and names; one hit a declaration")
    func hits() throws {
        let outcome = try folder.anneal(["grep", "evict", tree])
        #expect(outcome.status == 0 && outcome.errors == "")
        #expect(outcome.lines.first == "\(tree)/cache.py:2: Cache › evict")
        #expect(!outcome.text.contains("\u{1B}"))
        #expect(try folder.anneal(["grep", "--color", "always", "evict", tree]).text.contains("\u{1B}["))
        #expect(try folder.anneal(["grep", "-l", "evict", tree]).lines.first == "\(tree)/cache.py")
        #expect(try folder.anneal(["grep", "-k", "1", "-l", "evict", tree]).lines == ["\(tree)/cache.py"])
        #expect(
            try folder.anneal(["grep", "-l", "evict", tree, "--glob", "!cache.py"]).lines == [
                "\(tree)/tests/test_cache.py"
            ])
        #expect(try folder.anneal(["grep", "--explain", "evict", tree]).text.contains("definition"))
    }

    @Test("JSON: an object a line, and of many queries with the query")
    func json() throws {
        let outcome = try folder.anneal(["grep", "--json", "evict", tree])
        let line = try #require(outcome.lines.first)
        let first = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(first["name"] as? String == "evict" && first["line"] as? Int == 2 && first["end_line"] as? Int == 3)
        #expect(first["enclosing"] as? [String] == ["Cache"] && first["kind"] as? String == "declaration")
        let queries = try folder.write("evict\nother\n", to: "queries.txt")
        let many = try folder.anneal(["grep", "--queries", queries, "--json", "-k", "1", tree])
        #expect(many.status == 0 && many.lines.count == 2)
        #expect(many.lines.last?.contains("\"query\":\"other\"") == true)
    }

    @Test("status: 1 and nothing printed without a hit, 2 for an error")
    func status() throws {
        let nothing = try folder.anneal(["grep", "evict", tree, "--type", "rust"])
        #expect(nothing.status == 1 && nothing.output.isEmpty && nothing.errors == "")
        for arguments in [
            ["grep"], ["grep", "x", folder.path("nowhere")], ["grep", "x", tree, "--type", "nonsense"],
            ["grep", "x", tree, "--nonsense"], ["grep", "x", tree, "-k", "0"],
            ["grep", "x", tree, "--weights", folder.path("nowhere")],
        ] {
            let outcome = try folder.anneal(arguments)
            #expect(outcome.status == 2 && outcome.output.isEmpty && outcome.errors != "", "\(arguments)")
        }
    }

    @Test("standard input: a pipe without a path, or -")
    func standardInput() throws {
        let text = "# Notes\n\nevict the oldest entry\n"
        for arguments in [["grep", "evict"], ["grep", "evict", "-"]] {
            let outcome = try folder.anneal(arguments, input: text)
            #expect(outcome.status == 0 && outcome.text.contains("(standard input):"), "\(arguments)")
        }
        #expect(try folder.anneal(["grep", "evict", "-"], input: "").status == 1)
    }

    @Test("a reader that has gone is no error that is told")
    func closedPipe() throws {
        let outcome = try folder.shell("( sleep 0.5; $ANNEAL grep evict '\(tree)'; echo $? >&2 ) | true")
        #expect(outcome.errors == "141\n")
    }

    @Test("cache: the second search finds the same; a folder that takes nothing is a warning")
    func cache() throws {
        let caches = folder.path("caches")
        try FileManager.default.createDirectory(atPath: caches, withIntermediateDirectories: true)
        let line = "XDG_CACHE_HOME='\(caches)' $ANNEAL grep --cache evict '\(tree)'"
        let (first, second) = (try folder.shell(line), try folder.shell(line))
        #expect(first.status == 0 && first.errors == "" && first.text == second.text)
        #expect(try FileManager.default.contentsOfDirectory(atPath: caches).count == 1)
        let nowhere = try folder.shell("XDG_CACHE_HOME='\(folder.model)/no' $ANNEAL grep --cache evict '\(tree)'")
        #expect(
            nowhere.status == 0 && nowhere.text == first.text && nowhere.errors.contains("the cache was not written"))
    }
}

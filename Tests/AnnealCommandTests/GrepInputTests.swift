import Foundation
import Testing

/// What `anneal grep` does with options, with trees that nobody wishes for, and with readers that go away.
@Suite struct GrepInputTests {
    let folder: TestFolder

    init() throws {
        folder = try TestFolder()
        try makeFolder("tree/src")
        _ = try folder.write(
            """
            import os

            # Removes entries that are too old.
            def evict_entries(cache):
                for key in list(cache):
                    del cache[key]

            class Reader:
                def read_header(self):
                    return self.file.read(16)

            """, to: "tree/src/cache.py")
        _ = try folder.write(
            "package main\n\n// Evict removes what is old.\nfunc Evict(cache *Cache) {\n\tcache.Clear()\n}\n",
            to: "tree/main.go")
        _ = try folder.write("# The cache\n\nEntries are evicted by age.\n", to: "tree/README.md")
    }

    private func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(
            at: folder.url.appending(path: name), withIntermediateDirectories: true)
    }

    private func grep(_ arguments: [String], input: [UInt8] = []) throws -> TestFolder.Outcome {
        try folder.anneal(["grep"] + arguments, input: input)
    }

    private func objects(_ outcome: TestFolder.Outcome) throws -> [[String: Any]] {
        try outcome.lines.map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    private func paths(_ arguments: [String]) throws -> Set<String> {
        Set(try grep(arguments + ["-l", "-k", "50", "tree"]).lines)
    }

    // MARK: - What is printed

    @Test func `JSON has a line for each hit`() throws {
        let hits = try objects(try grep(["read_header", "tree", "--json", "-k", "2"]))
        #expect(hits.count == 2)
        let first = try #require(hits.first)
        #expect(first["path"] as? String == "tree/src/cache.py")
        #expect(first["name"] as? String == "read_header")
        #expect(first["enclosing"] as? [String] == ["Reader"])
        #expect(first["line"] as? Int == 9 && first["end_line"] as? Int == 10)
        #expect((first["text"] as? String)?.contains("def read_header") == true)
        let parts = try #require(first["parts"] as? [String: Double])
        #expect(parts["definition"].map { $0 > 0 } == true)
    }

    @Test func `the score is the sum of what --explain prints`() throws {
        let outcome = try grep(["evict entries", "tree", "--explain", "--json", "-k", "1"])
        let hit = try #require(try objects(outcome).first)
        let parts = try #require(hit["parts"] as? [String: Double])
        let factor = try #require(parts["demotion"])
        // A name that is declared is not put behind.
        let definition = try #require(parts["definition"])
        let others = parts.filter { $0.key != "demotion" && $0.key != "definition" }.values.reduce(0, +)
        let score = try #require(hit["score"] as? Double)
        #expect(abs(definition + others * factor - score) < 1e-5)
        #expect(try grep(["evict", "tree", "--explain"]).lines.first?.hasPrefix("weights {") == true)
    }

    @Test func `names of files, each once`() throws {
        let lines = try grep(["evict entries of the cache", "tree", "-l"]).lines
        #expect(Set(lines).count == lines.count)
        #expect(lines.contains("tree/src/cache.py") && lines.contains("tree/main.go"))
    }

    @Test func `-C says how many lines are shown`() throws {
        #expect(try grep(["evict_entries", "tree", "-k", "1", "-C", "2"]).lines.count == 3)
        #expect(try grep(["evict_entries", "tree", "-k", "1", "-C", "0"]).lines.count == 5)
    }

    @Test func `types and globs choose files`() throws {
        #expect(try paths(["evict cache", "--type", "go"]) == ["tree/main.go"])
        #expect(try paths(["evict cache", "--type", "py"]) == ["tree/src/cache.py"])
        #expect(try paths(["evict cache", "--glob", "*.go"]) == ["tree/main.go"])
        #expect(try !paths(["evict cache", "--glob", "!*.go"]).contains("tree/main.go"))
    }

    @Test func `hidden and ignored files are found by who asks`() throws {
        _ = try folder.write("def evict_hidden():\n    pass\n", to: "tree/.hidden.py")
        _ = try folder.write("def evict_built():\n    pass\n", to: "tree/built.py")
        _ = try folder.write("built.py\n", to: "tree/.ignore")
        let plain = try paths(["evict"])
        #expect(!plain.contains("tree/.hidden.py") && !plain.contains("tree/built.py"))
        #expect(try paths(["evict", "--hidden"]).contains("tree/.hidden.py"))
        #expect(try paths(["evict", "--no-ignore"]).contains("tree/built.py"))
    }

    @Test func `the answer is the same for any number of threads`() throws {
        for number in 0..<40 {
            _ = try folder.write("def evict_\(number)():\n    return \(number)\n", to: "tree/f\(number).py")
        }
        let one = try grep(["evict", "tree", "--json", "-j", "1", "-k", "60"])
        let three = try grep(["evict", "tree", "--json", "-j", "3", "-k", "60"])
        #expect(one.status == 0 && one.output == three.output)
    }

    // MARK: - What it ends with

    @Test func `nothing found is 1 and prints nothing`() throws {
        try makeFolder("empty")
        let outcome = try grep(["evict", "empty"])
        #expect(outcome.status == 1 && outcome.output.isEmpty && outcome.errors.isEmpty)
    }

    @Test func `errors are 2 and say what was expected`() throws {
        func expect(_ arguments: [String], _ words: String) throws {
            let outcome = try grep(arguments)
            #expect(outcome.status == 2 && outcome.output.isEmpty, "\(arguments): \(outcome.status)")
            #expect(outcome.errors.contains(words), "\(outcome.errors)")
        }
        try expect(["evict", "absent"], "absent")
        try expect(["evict", "tree", "--type", "klingon"], "found 'klingon'")
        try expect(["evict", "tree", "-k", "0"], "above 0")
        try expect(["evict", "tree", "--unknown"], "--unknown")
        try expect([], "query")
        let weights = try folder.write("{\"vector\": \"much\"}", to: "weights.json")
        try expect(["evict", "tree", "--weights", weights], "'vector'")
        try expect(["evict", "tree", "--weights", try folder.write("{\"no\": 1}", to: "w.json")], "'no'")
        try expect(["evict", "tree", "--weights", try folder.write("{", to: "v.json")], "expected")
        try expect(["evict", "tree", "--model", folder.path("absent")], "model")
        try expect(["--queries", folder.path("absent"), "tree"], "absent")
    }

    @Test func `a reader that goes away ends it quietly`() throws {
        let outcome = try folder.shell(
            "\"$ANNEAL\" grep evict tree -k 50 --json | head -c 1 > /dev/null; echo ${PIPESTATUS[0]}")
        #expect(outcome.errors.isEmpty)
        #expect(["0", "141"].contains(outcome.lines.last ?? ""))
    }

    // MARK: - Trees that nobody wishes for

    @Test func `loops of links and pipes hold nothing up`() throws {
        let outcome = try folder.shell(
            "ln -s . tree/loop; ln -s ../tree tree/src/up; mkfifo tree/pipe.py; ln -s nowhere tree/dead.py; "
                + "timeout 60 \"$ANNEAL\" grep evict_entries tree -l")
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(outcome.lines.first == "tree/src/cache.py")
        #expect(!outcome.text.contains("loop") && !outcome.text.contains("src/up"))
    }

    @Test func `binary files are passed over, UTF-16 is text`() throws {
        _ = try folder.write([0x7F, 0x45, 0x4C, 0x46, 0, 1, 2] + Array("evict_entries".utf8), to: "tree/program")
        var wide: [UInt8] = [0xFF, 0xFE]
        for unit in "def evict_wide():\n    return 1\n".utf16 { wide += [UInt8(unit & 255), UInt8(unit >> 8)] }
        _ = try folder.write(wide, to: "tree/wide.py")
        let hits = try objects(try grep(["evict_wide", "tree", "--json", "-k", "20"]))
        #expect(hits.first?["path"] as? String == "tree/wide.py")
        #expect(hits.first?["name"] as? String == "evict_wide")
        #expect(!hits.contains { $0["path"] as? String == "tree/program" })
    }

    @Test func `names that are not UTF-8 are found and shown`() throws {
        let outcome = try folder.shell(
            "printf 'def evict_odd():\\n    pass\\n' > $'tree/odd\\xff.py'; \"$ANNEAL\" grep evict_odd tree -k 1 --json"
        )
        #expect(outcome.status == 0)
        let hit = try #require(try objects(outcome).first)
        #expect(hit["name"] as? String == "evict_odd")
    }

    @Test func `a minified file fills neither time nor screen`() throws {
        let line = String(repeating: "function evict(a){return a};", count: 100_000)
        _ = try folder.write(line, to: "tree/all.js")
        #expect(try !paths(["evict"]).contains("tree/all.js"))
        // Who names it gets it, cut to what a screen can show.
        let named = try grep(["evict", folder.path("tree/all.js"), "-k", "3"])
        #expect(named.status == 0 && named.output.count < 5_000)
    }

    @Test func `text that is not UTF-8 and control characters reach no terminal`() throws {
        _ = try folder.write(
            Array("def evict_raw():\n    return \"".utf8) + [0xFF, 0x1B, 0x5B, 0x32, 0x4A] + Array("\"\n".utf8),
            to: "tree/raw.py")
        let outcome = try grep(["evict_raw", "tree", "-k", "1"])
        #expect(outcome.status == 0 && !outcome.output.contains(0x1B))
        #expect(String(validating: outcome.output, as: UTF8.self) != nil)
    }

    @Test func `deep brackets and folders end`() throws {
        let deep = (0..<120).map { "d\($0 % 10)" }.joined(separator: "/")
        try makeFolder("tree/" + deep)
        _ = try folder.write("def evict_deep():\n    pass\n", to: "tree/\(deep)/deep.py")
        _ = try folder.write(
            String(repeating: "{", count: 50_000) + "\n" + String(repeating: "((\n", count: 20_000), to: "tree/deep.c")
        let outcome = try grep(["evict_deep", "tree", "-k", "1"])
        #expect(outcome.status == 0 && outcome.text.contains("deep.py:1: evict_deep"))
    }

    @Test func `unreadable files are said and the rest is searched`() throws {
        let outcome = try folder.shell(
            """
            chmod 000 tree/main.go
            if [ -r tree/main.go ]; then echo root; exit 0; fi
            "$ANNEAL" grep evict_entries tree -l
            """)
        if outcome.lines == ["root"] { return }
        #expect(outcome.status == 0 && outcome.lines.first == "tree/src/cache.py")
        #expect(outcome.errors.contains("main.go"))
    }
}

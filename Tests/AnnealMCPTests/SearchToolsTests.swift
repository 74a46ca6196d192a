import Anneal
import AnnealFormats
import AnnealGrep
import AnnealPlatform
import Testing

@testable import AnnealMCP

struct SearchToolsTests {
    /// A folder of its own with some files.
    private struct Tree {
        let folder: Path

        init(_ files: [(String, String)]) throws {
            let all = Path(Environment.value(of: "TMPDIR") ?? "/tmp")
            folder = all.appending("anneal-mcp-\(UInt64.random(in: 0...UInt64.max))")
            for (name, text) in files { try write(name, text) }
        }

        func write(_ name: String, _ text: String) throws {
            let path = folder.appending("tree").appending(name)
            try Files.makeFolders(path.folder)
            try AtomicFile.write(Array(text.utf8), to: path)
        }

        func tools() throws -> SearchTools {
            SearchTools(engine: try Engine(), roots: try ServedRoots([folder.appending("tree")]))
        }
    }

    private static let files = [
        ("cache.py", "def empty_cache(cache):\n    \"\"\"Throws away what the cache holds.\"\"\"\n    cache.clear()\n"),
        (
            "net/retry.py",
            "def retry(call, times):\n    for _ in range(times):\n        try:\n            return call()\n        except OSError:\n            pass\n"
        ),
    ]

    private func arguments(_ text: String) throws -> JSONValue { try JSONValue(Array(text.utf8)) }

    @Test("A search gives path, lines, name and code; a changed and a new file are found by the next")
    func search() throws {
        let tree = try Tree(Self.files)
        var tools = try tree.tools()
        let first = try tools.call("search", try arguments(#"{"query":"throw away the cache"}"#))
        #expect(first.text.hasPrefix("cache.py:1-3 empty_cache\ndef empty_cache(cache):\n"))
        try tree.write("zebra.py", "def zebra():\n    return 'striped'\n")
        let second = try tools.call("search", try arguments(#"{"query":"zebra","limit":1}"#))
        #expect(second.text.hasPrefix("zebra.py:1-2 zebra\n"))
    }

    @Test("A path narrows the search; one outside is refused, and one that is not there")
    func paths() throws {
        let tree = try Tree(Self.files)
        try AtomicFile.write(Array("def secret(): pass\n".utf8), to: tree.folder.appending("secret.py"))
        var tools = try tree.tools()
        let narrow = try tools.call("search", try arguments(#"{"query":"empty_cache","path":"net"}"#))
        #expect(!narrow.isError && !narrow.text.contains("cache.py:"))
        for path in [
            "../secret.py", "/etc/passwd", "net/../../secret.py", "..", "/", "none.py", "cache.py/..",
        ] {
            let json = try arguments(#"{"path":"\#(path)"}"#)
            let found = try tools.call("outline", json)
            #expect(found.isError, "\(path): \(found.text)")
            #expect(!found.text.contains("secret()"))
        }
    }

    @Test("Arguments that do not fit are named with what was expected")
    func badArguments() throws {
        var tools = try Tree(Self.files).tools()
        for (tool, json) in [
            ("search", "{}"), ("search", "[]"), ("search", #"{"query":7}"#), ("search", #"{"query":""}"#),
            ("search", #"{"query":"a","limit":0}"#), ("search", #"{"query":"a","limit":1.5}"#),
            ("search", #"{"query":"a","budget":"x"}"#), ("search", #"{"query":"a","quary":"x"}"#),
            ("related", #"{"path":"cache.py"}"#), ("related", #"{"path":"cache.py","line":0}"#), ("other", "{}"),
        ] {
            let json = try arguments(json)
            #expect(throws: CallError.self) { _ = try tools.call(tool, json) }
        }
    }

    @Test("Related places leave out the place itself; an outline lists the declarations")
    func relatedAndOutline() throws {
        let tree = try Tree(Self.files)
        try tree.write("other.py", "def drop_cache(cache):\n    cache.clear()\n")
        var tools = try tree.tools()
        let related = try tools.call("related", try arguments(#"{"path":"cache.py","line":3}"#))
        #expect(related.text.hasPrefix("other.py:1-2 drop_cache\n"))
        #expect(!related.text.contains("empty_cache"))
        let outline = try tools.call("outline", try arguments(#"{"path":"net/retry.py"}"#))
        #expect(outline.text == "net/retry.py\n1-6 retry\n")
    }

    @Test("An answer keeps to its budget of tokens, counted by the model")
    func budget() throws {
        let body = (0..<200).map { "    total = total + cache_line_\($0) * \($0)\n" }.joined()
        let files = (0..<6).map { ("part\($0).py", "def cache_sum_\($0)():\n\(body)") }
        let engine = try Engine()
        var tools = try Tree(files).tools()
        for budget in [50, 200, 1500] {
            let found = try tools.call(
                "search", try arguments(#"{"query":"sum of the cache lines","budget":\#(budget)}"#))
            let count = engine.withSession(try engine.settings()) { $0.countTokens(Array(found.text.utf8).span) }
            // Line breaks and marks of what is left out are not counted as closely.
            #expect(count <= budget + 40 && count > budget / 3, "\(budget): \(count)")
        }
    }

    @Test("Text that would move a cursor or hide something is shown as a mark")
    func controls() throws {
        #expect(Excerpt.shown("a\u{1B}[31m\tb\u{202E}c\r") == "a\u{FFFD}[31m\tb\u{FFFD}c")
        #expect(Excerpt.shown(String(repeating: "x", count: 1000)).count == Excerpt.lineMax + 2)
    }
}

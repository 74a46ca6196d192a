import AnnealPlatform
import Testing

@testable import AnnealPassages

/// What the splitter makes of small files of each language.
@Suite struct SpanSplitterTests {
    private func spans(_ text: String, _ name: String) -> [Span] {
        Array(text.utf8).withUnsafeBufferPointer { bytes in
            SpanSplitter.split(bytes, language: SourceLanguage.of(name: name.utf8, head: bytes))
        }
    }

    /// Declared names in order, with those around them.
    private func names(_ text: String, _ name: String) -> [String] {
        spans(text, name).filter { [.declaration, .heading, .reopening].contains($0.kind) }
            .map { ($0.enclosing + [$0.name]).joined(separator: ".") }
    }

    @Test func declarationsOfEachLanguage() {
        let cases: [(file: String, text: String, names: [String])] = [
            (
                "a.py",
                "import os\n\n@decorated\nclass Cache(Base):\n    \"\"\"Keeps.\n\ndedented\n    \"\"\"\n    size = 1\n\n    async def get(self):\n        return 1\n\ndef main(\n    argument,\n):\n    pass\n",
                ["Cache", "Cache.get", "main"]
            ),
            (
                "a.js",
                "export class Tree {\n  insert(key, value) {\n    if (key) {\n    }\n  }\n}\nconst walk = async (x) => {\n  return x;\n};\nexports.stop = function () {\n};\n",
                ["Tree", "Tree.insert", "walk", "exports.stop"]
            ),
            (
                "objects.js",
                "export var Drag = Handler.extend({\n  moved: function () {\n    return 1;\n  },\n  stop() {\n  }\n});\nmodule.exports = {\n  go: function () {\n  }\n};\nfunction f() {\n  const options = {\n    a: 1\n  };\n}\n",
                ["Drag", "Drag.moved", "Drag.stop", "module.exports", "module.exports.go", "f"]
            ),
            (
                "a.ts",
                "export interface Shape { area(): number }\nexport default async function draw<T>(x: T): Promise<void> {\n}\n",
                ["Shape", "draw"]
            ),
            (
                "A.java",
                "public class A {\n    /** Sums. */\n    @Override\n    public static int sum(int a) {\n        return a;\n    }\n}\n",
                ["A", "A.sum"]
            ),
            (
                "a.c",
                "#include <x.h>\n/* Adds. */\nstatic int\nadd(int a,\n    int b)\n{\n    return a + b;\n}\ntypedef struct {\n    int x;\n} Point;\nstruct node *next(struct node *n) {\n    return n;\n}\n",
                ["add", "Point", "next"]
            ),
            (
                "a.cpp",
                "namespace x {\nclass Out : public Base {\npublic:\n    void run() {\n    }\n};\nint Out::size() const {\n    return 1;\n}\n}\n",
                ["x", "Out", "Out.run", "Out.size"]
            ),
            (
                "a.cs",
                "namespace N\n{\n    public class C\n    {\n        public int F(int x)\n        {\n        }\n    }\n}\n",
                ["N", "N.C", "N.C.F"]
            ),
            (
                "a.go",
                "package a\n\n// Get gets.\nfunc (s *Store[T]) Get(key string) error {\n\treturn nil\n}\n\ntype Store struct {\n\tx int\n}\n",
                ["Store.Get", "Store"]
            ),
            (
                "a.rs",
                "/// Docs.\n#[derive(Debug)]\npub struct P {\n    x: u8,\n}\nimpl<T> Show for P {\n    pub(crate) fn show(&self) {}\n}\n",
                ["P", "P", "P.show"]
            ),
            (
                "a.swift",
                "public struct S {\n    let a = 1\n    init() {}\n    func f<T>(_ x: T) {}\n}\nextension S {\n    static func g() {}\n}\n",
                ["S", "S.init", "S.f", "S", "S.g"]
            ),
            (
                "a.kt", "data class D(val x: Int) {\n    suspend fun load(): Int {\n        return 1\n    }\n}\n",
                ["D", "D.load"]
            ),
            (
                "a.rb", "module M\n  class C\n    def self.ok?\n      1\n    end\n  end\nend\n",
                ["M", "M.C", "M.C.self.ok?"]
            ),
            ("a.php", "<?php\nfinal class P {\n    public function go($x) {\n    }\n}\n", ["P", "P.go"]),
            ("a.scala", "object O {\n  def f(x: Int) = x\n}\n", ["O", "O.f"]),
            ("a.sh", "#!/bin/sh\n# Cleans.\nclean() {\n  rm x\n}\nfunction other {\n  :\n}\n", ["clean", "other"]),
            ("a.lua", "local function f(x)\n  return x\nend\nfunction M:go()\nend\n", ["f", "M.go"]),
            ("a.pl", "sub run {\n  1;\n}\n", ["run"]),
            ("a.R", "mean2 <- function(x) {\n  x\n}\n", ["mean2"]),
            ("a.ex", "defmodule A.B do\n  @doc \"x\"\n  def run(x) do\n    x\n  end\nend\n", ["A.B", "A.B.run"]),
            ("a.jl", "\"\"\"\nDocs.\n\"\"\"\nfunction f(x)\n    x\nend\n", ["f"]),
            ("a.sql", "CREATE TABLE IF NOT EXISTS users (\n  id INT\n);\n", ["users"]),
            ("a.md", "# One\ntext\n## Two\n```\n# no heading\n```\nThree\n=====\nx\n", ["One", "One.Two", "Three"]),
            ("a.rst", "Title\n=====\n\nx\n\nPart\n----\n\ny\n", ["Title", "Title.Part"]),
        ]
        for (file, text, expected) in cases { #expect(names(text, file) == expected, "\(file)") }
    }

    @Test func aDeclarationHasItsComment() throws {
        let text = "int x;\n\n/* Adds two.\n * Slowly. */\nint add(int a) {\n    return a;\n}\n\nint y;\n"
        let span = try #require(spans(text, "a.c").first { $0.name == "add" })
        #expect(span.lines == 3...7)
        #expect(Array(text.utf8)[span.bytes].first == UInt8(ascii: "/"))
        #expect(Array(text.utf8)[span.bytes].last == UInt8(ascii: "}"))
    }

    @Test func longDeclarationsAreCutIntoPartsThatOverlap() {
        let body = (0..<400).map { "    value\($0) = compute(\($0))\n" }.joined()
        let parts = spans("def long():\n" + body, "a.py")
        #expect(parts.count > 2)
        #expect(parts.first?.kind == .declaration)
        #expect(parts.dropFirst().allSatisfy { $0.kind == .part && $0.name == "long" && $0.group == parts[0].group })
        for (above, below) in zip(parts, parts.dropFirst()) {
            #expect(below.lines.lowerBound <= above.lines.upperBound)
            #expect(below.lines.lowerBound > above.lines.lowerBound)
        }
    }

    /// Whatever the bytes, spans lie inside, are short enough, and together have every letter and digit.
    @Test func anyBytesAreCovered() {
        var random = SplitMix64(seed: 7)
        let pieces = [
            "def f():\n", "class A {\n", "}\n", "\"\"\"", "/*", "*/", "\n", "    ", "\t", "x = 1\n", "# h\n", "=====\n",
            "(", ")", "é", "\r\n",
            "function g() {\n", "end\n", "namespace q {\n", String(repeating: "long ", count: 900),
        ]
        let files = [
            "a.py", "a.js", "a.c", "a.cpp", "a.rb", "a.md", "a.rst", "a.txt", "a.swift", "a.go", "a.ex", "a.lua", "a.m",
            "a.hs",
        ]
        for round in 0..<400 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0..<60, using: &random) {
                bytes += pieces[Int.random(in: 0..<pieces.count, using: &random)].utf8
                if round % 3 == 0 { bytes.append(UInt8.random(in: 0...255, using: &random)) }
            }
            let name = files[round % files.count]
            bytes.withUnsafeBufferPointer { buffer in
                let spans = SpanSplitter.split(buffer, language: SourceLanguage.of(name: name.utf8, head: buffer))
                let hasEnd = String(decoding: buffer, as: UTF8.self).contains("end")
                var missed: [Int] = []
                var covered = [Bool](repeating: false, count: buffer.count)
                for span in spans {
                    #expect(span.bytes.lowerBound >= 0 && span.bytes.upperBound <= buffer.count)
                    #expect(span.bytes.count <= SpanSplitter.spanBytesMax)
                    for place in span.bytes { covered[place] = true }
                }
                for (place, byte) in buffer.enumerated() where !covered[place] {
                    // `end` alone is a bracket in the languages that have it.
                    guard byte.isIdentifier, !hasEnd else { continue }
                    missed.append(place)
                }
                #expect(missed.isEmpty, "round \(round), \(name), bytes \(missed.prefix(5))")
            }
        }
    }

    @Test func deepNestsEnd() {
        let text = (0..<500).map { String(repeating: " ", count: $0) + "class C\($0):\n" }.joined()
        let spans = spans(text, "a.py")
        #expect(spans.allSatisfy { $0.enclosing.count <= 32 })
        #expect(spans.last?.lines.upperBound == 500)
    }

    @Test func languagesAreKnownByEndingNameAndFirstLine() {
        func language(_ name: String, _ head: String = "") -> String {
            Array(head.utf8).withUnsafeBufferPointer { SourceLanguage.of(name: name.utf8, head: $0).name }
        }
        #expect(language("x.PY") == "python")
        #expect(language("Makefile") == "make")
        #expect(language("tool", "#!/usr/bin/env python3\n") == "python")
        #expect(language("tool", "#!/bin/bash -e\n") == "shell")
        #expect(language("tool", "text") == "text")
        #expect(language(".gitignore") == "text")
        #expect(SourceLanguage.named("rs")?.name == "rust")
        #expect(SourceLanguage.named("nonsense") == nil)
    }
}

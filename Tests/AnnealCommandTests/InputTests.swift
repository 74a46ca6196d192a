import Foundation
import Testing

/// Names and contents of input files, the same for every command that reads some.
@Suite struct InputTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    /// A byte that is no UTF-8, in every place where a command takes a path.
    @Test("names of files are bytes")
    func names() throws {
        let name = #"$'caf\xe9'"#
        let expected = try folder.anneal(["embed"], input: "the cat\n").output
        func run(_ line: String) throws -> TestFolder.Outcome { try folder.shell(line) }
        let written = try run(
            "printf 'the cat\\n' > \(name) && $ANNEAL embed \(name) -o \(name).f32 && cat \(name).f32")
        #expect(written.status == 0 && written.output.count == TestFolder.dimension * 4, "\(written.errors)")
        #expect(try run("$ANNEAL embed \(name)").output == expected)
        #expect(try run("$ANNEAL tokenize \(name)").lines.count == 1)
        let model = try run("cp tiny.anneal \(name) && $ANNEAL embed --model \(name) <<< 'the cat'")
        #expect(model.status == 0 && model.output == expected, "\(model.errors)")
        let inspected = try run("$ANNEAL inspect \(name)")
        #expect(inspected.status == 0 && inspected.lines.first == #"caf\xE9"#, "\(inspected.errors)")
        let text = try run(
            "$ANNEAL disassemble \(name) -o \(name).txt && $ANNEAL assemble \(name).txt -o b && cmp b tiny.anneal")
        #expect(text.status == 0, "\(text.errors)")
        let rules = try folder.write("k8s = \"the kubernetes cluster\"\n", to: "plain.rules")
        let patched = try run("cp plain.rules \(name) && $ANNEAL embed --rules \(name) <<< k8s")
        #expect(patched.output == (try folder.anneal(["embed", "--rules", rules], input: "k8s\n").output))
        #expect(patched.output != (try folder.anneal(["embed"], input: "k8s\n").output))
        let bench = try run("$ANNEAL bench --runs 1 --json --texts \(name)")
        #expect(bench.status == 0, "\(bench.errors)")
        let pairs = #"printf 'category\tanchor\tkeeping\tchanging\nx\tthe cat\tthe cat\tnew york\n' > "#
        let eval = try run("\(pairs) \(name).tsv && $ANNEAL eval \(name).tsv")
        #expect(eval.status == 0, "\(eval.errors)")
        for command in ["embed", "tokenize", "bench --texts", "eval", "embed --rules", "inspect"] {
            let absent = try run("$ANNEAL \(command) $'no\\xff.tsv' < /dev/null")
            #expect(absent.status == (command == "inspect" ? 69 : 66), "\(command): \(absent.errors)")
            #expect(absent.errors.contains(#"no\xFF.tsv: No such file or directory"#), "\(command): \(absent.errors)")
        }
    }

    @Test(
        "what is no text is refused by its name, wherever a text is read",
        arguments: ["embed --rules F", "bench --texts F", "eval F", "assemble F -o out", "assemble --rules F -o out"])
    func otherKinds(_ command: String) throws {
        let kinds: [([UInt8], String, String)] = [
            ([0x1F, 0x8B, 8, 0], "gzip data", "Unpack it first: zcat FILE > TEXT"),
            (Array("PAR1".utf8) + [0x15], "a Parquet file", "Write its column of texts as lines first."),
            (Array("%PDF-1.7\n".utf8), "a PDF document", "pdftotext FILE - > TEXT"),
            (Array("a\0\nb\0\nc\0\nd\0\n".utf8), "NUL bytes in 4 of the first lines", "iconv"),
        ]
        for (bytes, name, hint) in kinds {
            let file = try folder.write(bytes + [0x0A], to: "input.tsv")
            let refused = try folder.shell("$ANNEAL \(command.replacing("F", with: file)) <<< 'the cat'")
            #expect(refused.status == 65 && refused.output.isEmpty, "\(command): \(refused.errors)")
            #expect(refused.errors.contains("\(file): expected text, found \(name)\n"), "\(refused.errors)")
            #expect(refused.errors.contains(hint), "\(refused.errors)")
            #expect(!folder.exists("out"))
        }
    }

    @Test("a byte-order mark and UTF-16 change nothing in rules, lists and evaluation sets")
    func encodings() throws {
        func encodings(_ text: String) -> [[UInt8]] {
            let units = ("\u{FEFF}" + text).utf16
            return [
                Array(text.utf8), [0xEF, 0xBB, 0xBF] + Array(text.utf8),
                units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] },
                units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] },
            ]
        }
        func outputs(_ text: String, _ name: String, _ arguments: [String], input: String = "") throws -> Set<[UInt8]> {
            Set(
                try encodings(text).map { bytes in
                    _ = try folder.write(bytes, to: name)
                    let outcome = try folder.anneal(arguments, input: input)
                    #expect(outcome.status == 0, "\(outcome.errors)")
                    return outcome.output
                })
        }
        let text = "# für alle\nk8s = \"the kubernetes cluster\"\n"
        let rules = try outputs(text, "rules", ["embed", "--rules", folder.path("rules")], input: "k8s\n")
        let plain = try folder.anneal(["embed"], input: "k8s\n").output
        #expect(rules.count == 1 && !rules.contains(plain))
        let pairs = "category\tanchor\tkeeping\tchanging\nwörds\tthe cat\tthe cat\tnew york city\n"
        #expect(try outputs(pairs, "pairs.tsv", ["eval", folder.path("pairs.tsv"), "--json"]).count == 1)
        let hashes = try encodings("the cat\nnew york\n").map { bytes in
            _ = try folder.write(bytes, to: "texts")
            let outcome = try folder.anneal(["bench", "--runs", "1", "--json", "--texts", folder.path("texts")])
            let json = try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [String: Any]
            return "\(try #require(json?["hash"])) \(try #require(json?["texts"]))"
        }
        #expect(Set(hashes).count == 1 && hashes[0].hasSuffix(" 2"), "\(hashes)")
    }
}

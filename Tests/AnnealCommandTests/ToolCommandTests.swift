import AnnealModel
import Foundation
import Testing

@Suite struct ToolCommandTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func json(_ outcome: TestFolder.Outcome) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [String: Any])
    }

    @Test("explain: what is printed, and shares that add up")
    func explain() throws {
        let outcome = try folder.anneal(["explain", "she sees new york"])
        #expect(outcome.status == 0 && outcome.errors == "")
        for heading in ["Tokens", "Naive program", "Rewrites", "Final program", "Stopped:"] {
            #expect(outcome.text.contains(heading))
        }
        #expect(!outcome.text.contains("\u{1B}"))
        let object = try json(try folder.anneal(["explain", "--json", "she sees new york"]))
        let final = try #require(object["final"] as? [[String: Any]])
        #expect(abs(final.reduce(0) { $0 + ($1["share"] as! Double) } - 1) < 1e-9)
        let stopped = try json(try folder.anneal(["explain", "--json", "--stop-after", "0", "she sees new york"]))
        #expect((stopped["steps"] as? [Any])?.isEmpty == true)
        let empty = try folder.anneal(["explain", ""])
        #expect(empty.status == 0 && empty.text.contains("its vector is zero"))
    }

    @Test("explain: a step is a rule with its score, or the gains that were set")
    func steps() throws {
        // The small model has no codes of tokens, from which gains are set.
        let frozen = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../AnnealTests/Frozen/format-1.anneal").path
        let arguments = ["explain", "--model", frozen, "she sees new york"]
        let printed = try folder.anneal(arguments).text
        let steps = try #require(try json(try folder.anneal(arguments + ["--json"]))["steps"] as? [[String: Any]])
        let rule = try #require(steps.first { $0["kind"] as? String == "rule" })
        let gains = try #require(steps.first { $0["kind"] as? String == "gains" })
        #expect(steps.allSatisfy { ($0["rule_id"] as! Int >= 0) == ($0["kind"] as? String == "rule") })
        // Setting gains is no rule, and has no score.
        #expect(printed.contains("\(gains["number"]!). gains from context and place\n"))
        #expect(printed.contains("\(rule["number"]!). rule \(rule["rule_id"]!), score "))
        #expect(!printed.contains("rule -1"))
    }

    @Test("compare: parts that add up to the cosine, which is that of the vectors")
    func compare() throws {
        let object = try json(
            try folder.anneal(["compare", "--json", "the cat sees new york", "a dog sees the light"]))
        let cosine = try #require(object["cosine"] as? Double)
        let parts = try #require(object["pairs"] as? [[String: Any]]).map { $0["part"] as! Double }
        #expect(abs(parts.reduce(0, +) - cosine) < 1e-9)
        #expect(parts == parts.sorted(by: >))
        let rows = try folder.anneal(["embed"], input: "the cat sees new york\na dog sees the light\n").lines
            .map { $0.split(separator: " ").map { Double($0) ?? .nan } }
        try #require(rows.count == 2)
        #expect(abs(zip(rows[0], rows[1]).reduce(0) { $0 + $1.0 * $1.1 } - cosine) < 1e-5)
        #expect(try folder.anneal(["compare", "the cat", ""]).text.contains("no known content"))
        #expect(try folder.anneal(["compare", "--top", "2", "the cat sees", "the dog"]).text.contains("more pairs"))
    }

    @Test("tokenize: a line a line, in three forms")
    func tokenize() throws {
        let text = "the cat\n\nnew york\n"
        let ids = try folder.anneal(["tokenize"], input: text)
        try #require(ids.lines.count == 3)
        #expect(ids.lines[1] == "")
        #expect(ids.output == (try folder.anneal(["tokenize", "--ids"], input: text)).output)
        let pieces = try folder.anneal(["tokenize", "--pieces"], input: text).lines
        #expect(try #require(pieces.first).replacing(" ", with: "").replacing("▁", with: " ") == " the cat")
        let lines = try folder.anneal(["tokenize", "--json"], input: text).lines.map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [[String: Any]])
        }
        try #require(lines.count == 3)
        #expect(lines[1].isEmpty)
        #expect(lines[0].map { "\($0["id"]!)" }.joined(separator: " ") == ids.lines[0])
        #expect(lines[0].first?["start"] as? Int == 0 && lines[0].last?["end"] as? Int == 7)
    }

    @Test("tokenize: what share of the texts the model does not know is told on standard error")
    func tokenizeUnknown() throws {
        let known = try folder.anneal(["tokenize"], input: "the cat\nnew york\n")
        #expect(known.errors == "")
        // 9 and 4 of 20 bytes; a line feed is no byte of a text.
        for threads in ["1", "3"] {
            let outcome = try folder.anneal(["tokenize", "--threads", threads], input: "路由器\nthe cat\n🙂\n")
            #expect(outcome.status == 0 && outcome.lines.count == 3)
            let tokens = outcome.lines.reduce(0) { $0 + $1.split(separator: " ").count }
            #expect(
                outcome.errors.contains(
                    "2 of \(tokens) tokens, 65.0 % of the bytes, are unknown to the model and add nothing\n"))
        }
    }

    @Test("inspect: hash, sections, and the tokenizer byte for byte")
    func inspect() throws {
        let outcome = try folder.anneal(["inspect", "--verify", "--extract-tokenizer", folder.path("t.model")])
        #expect(outcome.status == 0 && outcome.text.contains("verified") && outcome.text.contains("TOKM"))
        let fixture = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../AnnealModelTests/Fixtures/tiny.model")
        #expect(try folder.read("t.model") == [UInt8](try Data(contentsOf: fixture)))
        let object = try json(try folder.anneal(["inspect", folder.model, "--json"]))
        #expect(object["dimension"] as? Int == TestFolder.dimension && object["rules"] as? Int == 2)
        #expect(try folder.anneal(["inspect", "nowhere"]).status == 69)
    }

    @Test("disassemble and assemble give the same bytes")
    func roundTrip() throws {
        #expect(try folder.anneal(["disassemble", "-o", folder.path("m.txt")]).status == 0)
        #expect(try folder.anneal(["disassemble"]).output == (try folder.read("m.txt")))
        #expect(try folder.anneal(["assemble", folder.path("m.txt"), "-o", folder.path("m.anneal")]).status == 0)
        #expect(try folder.read("m.anneal") == (try folder.read("tiny.anneal")))
        let piped = try folder.shell("$ANNEAL disassemble | $ANNEAL assemble - -o - | cmp - tiny.anneal")
        #expect(piped.status == 0)
    }

    @Test("rules by hand: at once with --rules, for good with assemble")
    func rules() throws {
        let rules = try folder.write("# mine\nk8s = \"the kubernetes cluster\"\n", to: "my.rules")
        let plain = try folder.anneal(["embed"], input: "k8s\n").text
        let patched = try folder.anneal(["embed", "--rules", rules], input: "k8s\n").text
        #expect(plain != patched)
        let made = try folder.anneal([
            "assemble", "--base", folder.model, "--rules", rules, "--output", folder.path("mine.anneal"),
        ])
        #expect(made.status == 0)
        let mine = try folder.anneal(["embed", "--model", folder.path("mine.anneal")], input: "k8s\n").text
        #expect(mine == patched)
    }

    @Test("assemble gives a model another tokenizer of the same pieces")
    func tokenizers() throws {
        let pieces = try Model(bytes: try folder.read("tiny.anneal")).parts.tokenizer
        // Once more the rules of normalisation: no space symbol before a text. And one piece more.
        let same = try folder.write(pieces + [0x1A, 2, 0x18, 0], to: "same.model")
        let piece: [UInt8] = [0x0A, 9, 0x0A, 2, 0x7E, 0x7E, 0x15, 0, 0, 0x10, 0xC1]
        let other = try folder.write(pieces + piece, to: "other.model")
        let output = folder.path("o")
        let made = ["assemble", "--base", folder.model, "--output", output, "--tokenizer"]
        let refused = try folder.anneal(made + [other])
        #expect(refused.status == 65 && !folder.exists("o"))
        #expect(refused.errors.contains("expected") && refused.errors.contains("found"), "\(refused.errors)")
        #expect(try folder.anneal(made + ["nowhere"]).status == 66)
        #expect(try folder.anneal(made + [same, "--rules", same]).status == 64)
        #expect(try folder.anneal(made + [same]).status == 0)
        let before = try folder.anneal(["tokenize", "--pieces"], input: "light\n").text
        let after = try folder.anneal(["tokenize", "--pieces", "--model", output], input: "light\n").text
        #expect(before != after && !after.contains("\u{2581}"), "\(after)")
    }

    @Test("a mistake in rules or assembly is told with file, line and column")
    func mistakes() throws {
        let rules = try folder.write("k8s = kubernetes\nk8s kubernetes\n", to: "bad.rules")
        for arguments in [
            ["embed", "--rules", rules],
            ["assemble", "--base", folder.model, "--rules", rules, "-o", folder.path("o")],
        ] {
            let outcome = try folder.anneal(arguments)
            #expect(outcome.status == 65)
            #expect(outcome.errors.contains("bad.rules"), "\(outcome.errors)")
            #expect(outcome.errors.contains("2:") && outcome.errors.contains("expected"), "\(outcome.errors)")
        }
        let text = try folder.write("anneal-model 1\n\n.nonsense\n", to: "bad.txt")
        let outcome = try folder.anneal(["assemble", text, "-o", folder.path("o")])
        #expect(outcome.status == 65 && outcome.errors.contains("bad.txt:3:"), "\(outcome.errors)")
        #expect(!folder.exists("o"))
        #expect(try folder.anneal(["embed", "--rules", "nowhere"]).status == 66)
        #expect(try folder.anneal(["assemble", "-o", folder.path("o")]).status == 64)
    }

    @Test("bench prints the agreed keys, and the same hash twice")
    func bench() throws {
        let arguments = ["bench", "--limit", "200", "--runs", "1", "--json"]
        let first = try json(try folder.anneal(arguments))
        for key in [
            "texts_per_second", "megabytes_per_second", "tokenizer_megabytes_per_second", "machine_rows_per_second",
            "kernel_rows_per_second", "annealed_texts_per_second", "two_thread_ratio",
        ] {
            #expect((first[key] as? Double ?? 0) > 0, "\(key)")
        }
        let hash = try #require(first["hash"] as? String)
        #expect(try json(try folder.anneal(arguments))["hash"] as? String == hash)
        let portable = try folder.shell("ANNEAL_KERNEL=portable $ANNEAL " + arguments.joined(separator: " "))
        #expect(try json(portable)["hash"] as? String == hash)
        #expect(try json(portable)["kernel"] as? String == "portable")
        #expect(try folder.shell("ANNEAL_KERNEL=abacus $ANNEAL embed").status == 64)
    }

    @Test("every command's help has examples")
    func help() throws {
        #expect(try folder.anneal(["--help"]).text.contains("Exit status"))
        for command in [
            "embed", "explain", "compare", "tokenize", "inspect", "disassemble", "assemble", "bench", "eval",
        ] {
            let outcome = try folder.anneal([command, "--help"])
            #expect(outcome.status == 0 && outcome.text.contains("anneal \(command)"))
            #expect(outcome.text.contains("Examples:"), "\(command)")
        }
        #expect(try folder.anneal(["no-such-command"]).status == 64)
        #expect(try folder.anneal(["--generate-completion-script", "bash"]).status == 0)
    }
}

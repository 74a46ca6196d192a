import AnnealFormats
import AnnealPlatform
import Foundation
import TestSupport
import Testing

/// `anneal prefer` and `anneal word-of-the-day`, over vectors of which it is known what is near what.
@Suite struct PreferCommandTests {
    private let folder: TestFolder
    private let list: [String]

    /// 1,000 words in ten groups, `w0` to `w999`: those of a group are near each other. `w999` has no vector.
    init() throws {
        folder = try TestFolder()
        var random = SplitMix64(seed: 2)
        let centres = (0..<10).map { _ in (0..<24).map { _ in random.normal() } }
        var (words, vectors) = ("# a list for tests\n", [Float]())
        for number in 0..<1000 {
            words += "w\(number)\tgroup \(number % 10)\tthe word \(number)\n"
            vectors += (0..<24).map { number == 999 ? 0 : centres[number % 10][$0] + 0.3 * random.normal() }
        }
        try NumpyArray.write(
            Matrix(rows: 1000, columns: 24, values: vectors), to: Path(folder.path("vectors.npy")))
        list = ["--list", try folder.write(words, to: "list.tsv"), "--vectors", folder.path("vectors.npy")]
    }

    private func json(_ outcome: TestFolder.Outcome) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [String: Any], "\(outcome.errors)")
    }

    private func group(_ name: String) -> Int { Int(name.dropFirst())! % 10 }

    @Test("what is liked brings its group, with scores and reasons; a diverse sequence differs more")
    func prefer() throws {
        let likes = ["--like", "w3", "--like", "W13", "--dislike", "w4"]
        let outcome = try folder.anneal(["prefer", "--json", "--count", "30"] + likes + list)
        #expect(outcome.status == 0)
        #expect(outcome.errors == "anneal-prefer: 1 of 1000 lines of the list have no word that the model knows\n")
        let object = try json(outcome)
        #expect(object["liked"] as? [String] == ["w3", "W13"] && object["disliked"] as? [String] == ["w4"])
        let ranked = try #require(object["ranked"] as? [[String: Any]])
        #expect(ranked.count == 30)
        let names = ranked.map { $0["name"] as! String }
        #expect(names.allSatisfy { group($0) == 3 } && !names.contains("w3") && !names.contains("w13"))
        let scores = ranked.map { $0["score"] as! Double }
        #expect(scores == scores.sorted(by: >) && scores[0] < 1.0001)
        #expect(ranked.allSatisfy { ["w3", "W13"].contains($0["nearest_liked"] as! String) })
        #expect(ranked[0]["definition"] as? String == "the word \(names[0].dropFirst())")
        #expect(ranked[0]["kind"] as? String == "group 3")
        let diverse = try #require(
            try json(try folder.anneal(["prefer", "--json", "--diverse", "--count", "30"] + likes + list))["ranked"]
                as? [[String: Any]])
        #expect(diverse[0]["name"] as? String == names[0])
        #expect(diverse.count == 30 && diverse.map { $0["name"] as! String } != names)
        let printed = try folder.anneal(["prefer", "--count", "2"] + likes + list)
        #expect(printed.lines.count == 2)
        #expect(printed.lines[0].contains(names[0]) && printed.lines[0].contains("  the word "))
        #expect(printed.lines[0].contains("like w3 (") || printed.lines[0].contains("like W13 ("))
    }

    @Test("texts, by the model: what is most alike comes first, on any number of threads")
    func texts() throws {
        let titles = try folder.write("the cat sees new york\nthe light\na dog\nthe cat sees new york city\n", to: "t")
        let arguments = ["prefer", "--like", "she sees new york", "--list", titles]
        let outcome = try folder.anneal(arguments)
        #expect(outcome.status == 0 && outcome.lines.count == 4)
        #expect(outcome.lines[0].contains("new york"))
        #expect(try folder.anneal(arguments + ["--threads", "3"]).output == outcome.output)
        // The list that ships, with any model.
        let shipped = try folder.anneal(["prefer", "--like", "light", "--count", "3", "--json"])
        #expect((try json(shipped)["ranked"] as? [Any])?.count == 3)
    }

    @Test("answers of an endpoint, the best first, each with its score")
    func endpoint() throws {
        let answers = ["a dog", "she sees new york city", "路由器", "the light"]
        let server = try ScriptedServer { number, _ in
            switch number {
            case 0:
                let choices = answers.map { #"{"message":{"content":"\#($0)"}}"# }
                return ScriptedServer.Reply(body: #"{"choices":[\#(choices.joined(separator: ","))]}"#)
            case 1: return ScriptedServer.Reply(status: 429, headers: ["Retry-After: 0"])
            default: return ScriptedServer.Reply(body: "no JSON")
            }
        }
        defer { server.stop() }
        let titles = try folder.write("the cat\nthe light\na dog\n", to: "t")
        let ask = [
            "prefer", "--like", "new york city", "--list", titles, "--endpoint", server.address, "--endpoint-model",
            "m",
            "--prompt", "?", "--candidates", "4", "--retries", "0",
        ]
        let ranked = try #require(try json(try folder.anneal(ask + ["--json"]))["ranked"] as? [[String: Any]])
        #expect(Set(ranked.map { $0["name"] as! String }) == Set(answers))
        #expect(ranked[0]["name"] as? String == "she sees new york city")
        #expect(ranked[3]["name"] as? String == "路由器" && ranked[3]["score"] is NSNull)
        let scores = ranked[..<3].map { $0["score"] as! Double }
        #expect(scores == scores.sorted(by: >))
        for message in ["found status 429", "found no JSON"] {
            let outcome = try folder.anneal(ask)
            #expect(outcome.status == 69 && outcome.errors.contains(message), "\(outcome.errors)")
        }
        for options in [
            ["--prompt", "?"], ["--endpoint", server.address], ["--candidates", "0"], ["--timeout", "0"],
        ] {
            #expect(try folder.anneal(["prefer", "--like", "the cat", "--list", titles] + options).status == 64)
        }
        #expect(server.bodies.count == 3)
    }

    @Test("what cannot be answered is told")
    func refused() throws {
        let like = ["prefer", "--like", "w1"]
        for (arguments, status, message) in [
            (["prefer"] + list, Int32(64), "Say what is liked"),
            (like + list + ["--count", "0"], 64, "--count must be"),
            (["prefer", "--like", "nothing"] + list, 65, "found 'nothing'"),
            (["prefer", "--like", "w999"] + list, 65, "found 'w999'"),
            (like + ["--dislike", "W1"] + list, 64, "found 'W1' in both"),
            (like + ["--list", try folder.write("# no more\n", to: "empty")], 65, "found none"),
            (like + ["--list", folder.path("nowhere")], 66, "expected a readable file"),
            (
                like + ["--list", try folder.write("a\nb\n", to: "two"), "--vectors", folder.path("vectors.npy")], 65,
                "2 rows"
            ),
            (like + ["--likes", folder.path("nowhere")], 66, "found none"),
            (["prefer", "--likes", folder.path("list.tsv")] + list, 65, "no SQLite database"),
            (
                ["word-of-the-day", "--date", "2026-02-29", "--likes", folder.path("l")] + list, 64,
                "found '2026-02-29'"
            ),
            (["word-of-the-day", "liked", "--likes", folder.path("l")] + list, 64, "found none"),
            (["word-of-the-day", "liked", "nothing", "--likes", folder.path("l")] + list, 65, "found 'nothing'"),
        ] {
            let outcome = try folder.anneal(arguments)
            #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.contains(message), "\(arguments): \(outcome.errors)")
            #expect(outcome.output.isEmpty)
        }
    }

    @Test("word of the day: fixed by the date, learns, and does not repeat itself")
    func days() throws {
        func ask(_ arguments: [String], _ likes: String = "likes") throws -> [String: Any] {
            try json(
                try folder.anneal(["word-of-the-day", "--json", "--likes", folder.path(likes)] + arguments + list))
        }
        let first = try ask(["--date", "2026-12-24"])
        let word = try #require(first["name"] as? String)
        #expect(first["date"] as? String == "2026-12-24" && first["drawn_from"] as? String == "all")
        #expect(try ask(["--date", "2026-12-24"])["name"] as? String == word)
        // Another file with the same seed has the same words.
        #expect(try ask(["--date", "2026-12-24"], "other")["name"] as? String == word)
        #expect(try ask(["--date", "2026-12-24", "--seed", "9"], "third")["name"] as? String != word)
        #expect(try ask(["liked", "--date", "2026-12-24"])["liked"] as? String == word)
        _ = try ask(["liked", "w3"])
        _ = try ask(["liked", "W13"])
        _ = try ask(["skipped", "w4"])
        #expect(try ask(["--date", "2026-12-24"])["name"] as? String == word)
        var (seen, fitting) = (Set([word]), 0)
        for day in 1...30 {
            let pick = try ask(["--date", "2027-01-\(day < 10 ? "0" : "")\(day)"])
            let name = try #require(pick["name"] as? String)
            #expect(seen.insert(name).inserted && !["w3", "w13", "w4", "w999"].contains(name))
            if pick["drawn_from"] as? String == "best" {
                fitting += 1
                #expect(pick["nearest_liked"] is String && pick["score"] is Double)
            }
        }
        #expect(fitting >= 15)
        _ = try ask(["skipped", "--date", "2027-01-05"])
        let again = try ask(["--date", "2027-01-05"])["name"] as? String
        #expect(!seen.contains(again ?? word))
        // The likes serve 'prefer', too.
        let preferred = try json(
            try folder.anneal(["prefer", "--json", "--count", "5", "--likes", folder.path("likes")] + list))
        #expect(Set(preferred["liked"] as! [String]) == [word, "w3", "w13"])
        let printed = try folder.anneal(
            ["word-of-the-day", "--date", "2026-12-24", "--likes", folder.path("likes")] + list)
        #expect(
            printed.lines == [
                word, "  the word \(word.dropFirst())", "Why: drawn from the whole list, to learn what you like.",
            ])
    }

    @Test("processes that ask at once have one word, and none of them fails")
    func processes() throws {
        let options = (list + ["--likes", folder.path("likes"), "--date", "2026-12-24"]).joined(separator: " ")
        let outcome = try folder.shell(
            "for n in 1 2 3 4 5 6; do $ANNEAL word-of-the-day --seed $n \(options) > out$n & pids=\"$pids $!\"; done; "
                + "for p in $pids; do wait $p || exit 1; done; cat out? | grep ^w | sort -u")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lines.count == 1, "\(outcome.text)")
    }
}

import AnnealPlatform
import Foundation
import Testing

/// `anneal ids` and what uses IDs, with a model of IDs that the command itself has trained.
@Suite struct IDsCommandTests {
    private let folder: TestFolder
    private static let words = ["the", "cat", "light", "off", "new", "york", "city", "book", "she", "sees", "dog", "a"]

    /// Two sources of 50 texts each.
    private static func writeTexts(_ folder: TestFolder) throws {
        var random = SplitMix64(seed: 4)
        func line() -> String {
            (0..<2 + random.below(6)).map { _ in words[random.below(words.count)] }.joined(separator: " ") + "\n"
        }
        for source in ["one", "two"] {
            _ = try folder.write((0..<50).map { _ in line() }.joined(), to: "\(source).txt")
        }
        _ = try folder.write("one\tletters\told\ntwo\tnotes\tnew\n", to: "sources.tsv")
    }

    private static let training = [
        "ids", "train", "one.txt", "two.txt", "--sources", "sources.tsv", "--sizes", "5,4,3", "--output",
    ]

    /// A model of IDs, trained once.
    private static let trained = Result<[UInt8], any Error> {
        let folder = try TestFolder()
        try writeTexts(folder)
        let outcome = try folder.anneal(training + ["x.ids", "--threads", "1"])
        try #require(outcome.status == 0, "\(outcome.errors)")
        return try folder.read("x.ids")
    }

    init() throws {
        folder = try TestFolder()
        try Self.writeTexts(folder)
        _ = try folder.write(Self.trained.get(), to: "x.ids")
    }

    private func ids(_ arguments: [String], input: String = "") throws -> TestFolder.Outcome {
        try folder.anneal(["ids"] + arguments + ["--ids", "x.ids"], input: input)
    }

    private func json(_ text: some StringProtocol) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    }

    private func isID(_ text: String) -> Bool {
        let digits = text.split(separator: "-").map { Int($0) ?? 99 }
        return digits.count == 3 && zip(digits, [5, 4, 3]).allSatisfy { $0 < $1 }
    }

    @Test("a line has an ID, on any number of threads; what is alike has the same, and a counter tells it apart")
    func assign() throws {
        let texts = "the cat\n\nnew york city\nthe cat\n路由器\nthe cat\n"
        let plain = try ids(["assign", "--threads", "1"], input: texts)
        try #require(plain.status == 0 && plain.lines.count == 6, "\(plain.errors)")
        #expect(plain.lines[1] == "-" && plain.lines[4] == "-")
        #expect([0, 2, 3, 5].allSatisfy { isID(plain.lines[$0]) })
        #expect(plain.lines[0] == plain.lines[3] && plain.lines[0] == plain.lines[5])
        #expect(plain.errors.contains("they have no ID"))
        #expect(try ids(["assign", "--threads", "3"], input: texts).output == plain.output)
        let unique = try ids(["assign", "--unique"], input: texts).lines
        #expect(unique.filter { $0.hasPrefix(plain.lines[0] + ".") } == (1...3).map { "\(plain.lines[0]).\($0)" })
        #expect(Set(unique.filter { $0 != "-" }).count == 4 && unique[1] == "-")
        let objects = try ids(["assign", "--json", "--scored", "--marked", "--unique"], input: texts).lines.map {
            try #require(try json($0) as? [String: Any])
        }
        #expect(objects[5]["counter"] as? Int == 3 && objects[5]["id"] as? String == "\(plain.lines[0]).3")
        #expect((objects[0]["scored"] as? [Int])?.count == 4 && objects[1]["id"] is NSNull)
        let mark = try #require(objects[0]["model"] as? String)
        let marked = try ids(["assign", "--marked", "--scored"], input: texts).lines
        #expect(marked[0].hasPrefix("\(plain.lines[0])@\(mark)\t") && marked[1] == "-\t-")
        #expect(try ids(["assign", "--output", "out"], input: texts).output.isEmpty)
        #expect(try folder.read("out") == plain.output)
    }

    @Test("prefixes are walked and explained, and what lies under one adds up")
    func walk() throws {
        let firsts = try #require(try json(try ids(["walk", "--json"]).text) as? [[String: Any]])
        #expect(firsts.count == 5)
        let counts = firsts.map { $0["texts"] as? Int ?? -1 }
        #expect(counts == counts.sorted(by: >) && counts.reduce(0, +) == 100 && counts[4] > 0)
        let first = try #require(firsts[0]["id"] as? String)
        let under = try #require(try json(try ids(["walk", first, "--json"]).text) as? [[String: Any]])
        #expect(under.count == 4 && under.map { $0["texts"] as? Int ?? -1 }.reduce(0, +) == counts[0])
        #expect(try ids(["walk", "--most", "2"]).lines.count == 2)
        let explained = try ids(["explain", "\(first)-1-2.7"])
        #expect(explained.lines.count == 4 && explained.lines[3].contains("number 7 of the texts"))
        #expect(explained.lines[2].contains("refines what is above"))
        let text = try #require(
            try json(try ids(["explain", "--text", "the cat", "--json"]).text) as? [String: Any])
        #expect(text["id"] as? String == (try ids(["assign"], input: "the cat\n").lines[0]))
        let scored = try #require(text["scored"] as? [[String: Any]])
        #expect(scored.map { $0["name"] as? String } == ["style", "complexity", "era"])
        #expect(scored.allSatisfy { $0["held_out"] as? Int == 20 && $0["score"] is Double })
        #expect(["letters", "notes"].contains(scored[0]["class"] as? String))
    }

    @Test("the way between two IDs begins and ends with them; pictures and figures are whole")
    func between() throws {
        let way = try ids(["between", "0-0-0", "4-3-2", "--steps", "9"])
        #expect(way.status == 0 && way.lines.first?.contains("0-0-0") == true)
        #expect(way.lines.last?.contains("4-3-2") == true)
        for arguments in [["map"], ["map", "--usage"]] {
            let picture = try ids(arguments).text
            #expect(picture.hasPrefix("<svg") && picture.hasSuffix("</svg>\n"))
        }
        #expect(try folder.anneal(["embed", "one.txt", "--output", "v.npy"]).status == 0)
        let figures = try #require(try json(try ids(["measure", "v.npy", "--json"]).text) as? [String: Any])
        #expect(figures["vectors"] as? Int == 50 && figures["near_pairs"] is Int && figures["far_pairs"] is Int)
        let levels = try #require(figures["levels"] as? [[String: Any]])
        #expect(levels.map { $0["size"] as? Int } == [5, 4, 3])
        #expect(levels.allSatisfy { $0["dead"] as? Int == 0 })
        #expect(try ids(["measure", "v.npy"]).lines.count == 6)
    }

    @Test("training is the same for any number of threads, and takes other sizes")
    func train() throws {
        #expect(try folder.anneal(Self.training + ["y.ids", "--threads", "3"]).status == 0)
        #expect(try folder.read("y.ids") == folder.read("x.ids"))
        let other = try folder.anneal([
            "ids", "train", "one.txt", "--sizes", "8,8,8,5", "--no-attributes", "--output", "z.ids",
        ])
        #expect(other.status == 0, "\(other.errors)")
        let id = try folder.anneal(["ids", "assign", "--ids", "z.ids"], input: "the cat sees\n").lines[0]
        #expect(id.split(separator: "-").count == 4)
        #expect(try folder.anneal(["ids", "assign", "--scored", "--ids", "z.ids"], input: "a\n").status == 64)
    }

    @Test("wrong IDs, files and options are told, and nothing is written")
    func refused() throws {
        _ = try folder.write("a\n", to: "few.txt")
        _ = try folder.write(folder.read("x.ids").dropLast(), to: "cut.ids")
        _ = try folder.write("one\tletters\told\n", to: "half.tsv")
        for (arguments, status, message) in [
            (["explain", "5-0-0"], Int32(64), "digit 1 of an ID: expected 0 to 4, found 5"),
            (["explain", "0-0-99999999999999999999"], 64, "expected an ID as"),
            (["explain", "0-0-0-0"], 64, "at most 3 digits, found 4"),
            (["explain", "01"], 64, "expected an ID as"), (["explain", "1--1"], 64, "expected an ID as"),
            (["explain", "0-1-2@00000000"], 64, "made by another model"),
            (["explain", "0.0"], 64, "expected an ID as"),
            (["explain"], 64, "Name an ID"), (["explain", "--text", ""], 65, "no content"),
            (["walk", "0-0"], 64, "fewer than 2 digits"), (["walk", "9"], 64, "found 9"),
            (["between", "0-0-0", "0-4-0"], 64, "digit 2 of an ID"), (["measure", "nowhere.npy"], 66, "nowhere.npy"),
            (["assign", "nowhere.txt"], 66, "nowhere.txt"),
        ] {
            let outcome = try ids(arguments)
            #expect(outcome.status == status && outcome.output.isEmpty, "\(arguments): \(outcome.text)")
            #expect(outcome.errors.contains(message), "\(arguments): \(outcome.errors)")
        }
        for (arguments, status, message) in [
            (["assign", "--ids", "cut.ids"], Int32(69), "cut.ids"), (["assign", "--ids", "few.txt"], 69, "few.txt"),
            (["assign", "--ids", "no.ids"], 69, "no.ids"),
            (["train", "few.txt", "--output", "bad.ids"], 65, "at least 20 texts"),
            (["train", "one.txt", "--sizes", "1", "--output", "bad.ids"], 64, "2 to 4096 words, found 1"),
            (["train", "one.txt", "--sizes", "8,,8", "--output", "bad.ids"], 64, "expected numbers"),
            (["train", "one.txt", "--sizes", "200", "--output", "bad.ids"], 65, "at least 200"),
            (["train", "one.txt", "two.txt", "--sources", "half.tsv", "--output", "bad.ids"], 65, "\"two\""),
            (["train", "nowhere", "--output", "bad.ids"], 66, "nowhere"),
        ] {
            let outcome = try folder.anneal(["ids"] + arguments, input: "a\n")
            #expect(outcome.status == status && outcome.output.isEmpty, "\(arguments): \(outcome.text)")
            #expect(outcome.errors.contains(message), "\(arguments): \(outcome.errors)")
        }
        #expect(!folder.names.contains { $0.contains("bad") })
    }

    // MARK: likes as IDs

    /// A list of texts in which everything can be liked.
    private func list() throws -> [String] {
        let titles = ["the cat sees", "new york city", "the light off", "a book", "a dog sees the cat", "york"]
        return ["--list", try folder.write(titles.joined(separator: "\n"), to: "titles"), "--ids", "x.ids"]
    }

    @Test("likes may be IDs, and a ranking may go by IDs alone")
    func likedIDs() throws {
        let list = try list()
        let own = try ids(["assign"], input: "new york city\n").lines[0]
        let liked = try folder.anneal(["prefer", "--like-id", own, "--json"] + list)
        let object = try #require(try json(liked.text) as? [String: Any], "\(liked.errors)")
        #expect(object["liked"] as? [String] == [own])
        let ranked = try #require(object["ranked"] as? [[String: Any]])
        #expect(ranked.count == 6 && ranked[0]["name"] as? String == "new york city")
        // What has one ID has one score.
        let likes = ["prefer", "--like", "the cat", "--from-ids", "--json"] + list
        let byIDs = try #require(
            (try json(try folder.anneal(likes).text) as? [String: Any])?["ranked"] as? [[String: Any]])
        let names = byIDs.map { $0["name"] as? String ?? "" }
        let texts = try ids(["assign"], input: names.joined(separator: "\n") + "\n").lines
        for (index, id) in texts.enumerated() {
            let first = try #require(texts.firstIndex(of: id))
            #expect(byIDs[index]["score"] as? Double == byIDs[first]["score"] as? Double)
        }
        #expect(try folder.anneal(["prefer", "--like-id", String(own.prefix(1))] + list).lines.count == 6)
    }

    @Test("what comes next is learned from sequences, and measured on others")
    func next() throws {
        let list = try list()
        let sequence = "the cat sees\nnew york city\nthe light off\n\n"
        _ = try folder.write(String(repeating: sequence, count: 50), to: "stories")
        let learned = try folder.anneal(["sequences", "stories", "--ids", "x.ids", "--output", "s"])
        #expect(learned.status == 0 && learned.errors.contains("150 concepts in 50 sequences"), "\(learned.errors)")
        let measured = try folder.anneal(["sequences", "stories", "--ids", "x.ids", "--measure", "s", "--json"])
        let figures = try #require(try json(measured.text) as? [String: Any])
        #expect(figures["concepts"] as? Int == 150 && figures["sequences"] as? Int == 50)
        let perplexity = try #require(figures["perplexity"] as? [String: Double])
        let (unigram, bigram) = (try #require(perplexity["unigram"]), try #require(perplexity["bigram"]))
        #expect(unigram > 2.5 && unigram < 4 && bigram < 0.7 * unigram)
        for (before, after) in [("the cat sees", "new york city"), ("new york city", "the light off")] {
            let outcome = try folder.anneal(["prefer", "--like", before, "--next", "s", "--json"] + list)
            let ranked = try #require(
                (try json(outcome.text) as? [String: Any])?["ranked"] as? [[String: Any]], "\(outcome.errors)")
            #expect(ranked[0]["name"] as? String == after)
            let times = ranked.map { $0["times_chance"] as? Double ?? -1 }
            #expect(times == times.sorted(by: >) && times[0] > 20 && times[5 - 1] > 0)
            #expect(isID(try #require(ranked[0]["id"] as? String)))
        }
        let printed = try folder.anneal(["prefer", "--like", "the cat sees", "--next", "s", "--count", "1"] + list)
        #expect(printed.lines.count == 1 && printed.lines[0].contains("x  ") && printed.lines[0].contains("new york"))
        let one = try folder.read("s")
        let threads = ["sequences", "stories", "--ids", "x.ids", "--output", "s", "--threads", "3"]
        #expect(try folder.anneal(threads).status == 0)
        #expect(try folder.read("s") == one)
    }

    @Test("likes and sequences that lead nowhere are told")
    func refusedLikes() throws {
        let list = try list()
        _ = try folder.write("\n \n路由器\n", to: "empty")
        _ = try folder.write("the cat\nthe light\n", to: "texts")
        #expect(try folder.anneal(["sequences", "texts", "--ids", "x.ids", "--output", "s"]).status == 0)
        let train = ["ids", "train", "one.txt", "--sizes", "2,2,2,2,2", "--no-attributes", "--output", "five.ids"]
        #expect(try folder.anneal(train).status == 0)
        let like = ["prefer", "--like", "the cat"] + list
        for (arguments, status, message) in [
            (["prefer", "--like-id", "5"] + list, Int32(64), "expected 0 to 4, found 5"),
            (["prefer", "--like-id", ""] + list, 64, "found none"),
            (["prefer", "--like-id", "0-0-0@12345678"] + list, 64, "made by another model"),
            (["prefer", "--like-id", "0", "--next", "s"] + list, 64, "found the prefix 0"),
            (like + ["--next", "s", "--diverse"], 64, "--next goes without"),
            (like + ["--next", "nowhere"], 66, "nowhere"), (like + ["--next", "titles"], 65, "titles"),
            (
                ["prefer", "--like", "the cat", "--next", "s", "--ids", "five.ids", "--list", "titles"], 65,
                "found those of"
            ),
            (["prefer", "--like", "路由器", "--from-ids"] + list, 65, "found '路由器'"),
            (["sequences", "empty", "--ids", "x.ids", "--output", "bad"], 65, "found none"),
            (["sequences", "nowhere", "--ids", "x.ids", "--output", "bad"], 66, "nowhere"),
            (["sequences", "texts", "--ids", "five.ids", "--output", "bad"], 65, "found 2,2,2,2,2"),
            (["sequences", "texts", "--ids", "x.ids"], 64, "one of the two"),
            (["sequences", "texts", "--ids", "texts", "--output", "bad"], 69, "texts"),
        ] {
            let outcome = try folder.anneal(arguments)
            #expect(outcome.status == status && outcome.output.isEmpty, "\(arguments): \(outcome.text)")
            #expect(outcome.errors.contains(message), "\(arguments): \(outcome.errors)")
        }
        #expect(!folder.names.contains { $0.contains("bad") })
    }
}

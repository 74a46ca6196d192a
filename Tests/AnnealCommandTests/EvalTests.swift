import Anneal
import AnnealModel
import AnnealPlatform
import Foundation
import Testing

@testable import AnnealEval

@Suite struct EvalTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    /// A set of every kind, small enough to see through.
    private func makeSets() throws {
        for name in ["sts", "words", "pairs", "classification", "clustering", "retrieval/small"] {
            try FileManager.default.createDirectory(
                at: folder.url.appending(path: "eval/\(name)"), withIntermediateDirectories: true)
        }
        _ = try folder.write(
            """
            split\tscore\tsentence1\tsentence2
            dev\t5\tthe cat\tthe cat
            dev\t3\tthe cat "sees\tthe cat
            dev\t0\tthe cat\tnew york city

            """, to: "eval/sts/a.tsv")
        _ = try folder.write("word1\tword2\tscore\ncat\tcat\t9\ncat\tbook\t1\n", to: "eval/words/w.tsv")
        _ = try folder.write(
            "split\tlabel\tsentence1\tsentence2\ntrain\t0\ta\tb\ntest\t1\tthe cat\tthe cat\ntest\t0\tthe cat\ta book\n",
            to: "eval/pairs/p.tsv")
        let animals = (0..<20).map { "all\t\($0 % 2)\t\($0 % 2 == 0 ? "the cat a cat" : "new york new york") \($0)\n" }
        _ = try folder.write("split\tlabel\ttext\n" + animals.joined(), to: "eval/classification/c.tsv")
        _ = try folder.write(
            "label\ttext\n" + animals.map { $0.split(separator: "\t").dropFirst().joined(separator: "\t") }.joined(),
            to: "eval/clustering/k.tsv")
        _ = try folder.write("id\ttext\nd1\tthe cat\nd2\tnew york city\n", to: "eval/retrieval/small/corpus.tsv")
        _ = try folder.write("id\ttext\nq1\tcity\nq2\ta cat\nq3\tno\n", to: "eval/retrieval/small/queries.tsv")
        _ = try folder.write(
            "qid\tdocid\trel\nq1\td2\t1\nq2\td1\t2\nq3\td1\t0\n", to: "eval/retrieval/small/qrels.tsv")
    }

    @Test("every kind is found and scored, the same on any number of threads")
    func kinds() throws {
        try makeSets()
        let suite = try EvalSuite(directory: Path(folder.path("eval")))
        #expect(suite.tasks.map(\.kind) == EvalKind.allCases)
        let engine = try Engine(path: folder.model)
        let report = try suite.run(EngineVectors(engine, mode: .compiled, threads: 1), threads: 1)
        #expect(
            report.scores == (try suite.run(EngineVectors(engine, mode: .compiled, threads: 3), threads: 3)).scores)
        #expect(report.mean(of: .sts) == 100 && report.mean(of: .words) == 100 && report.mean(of: .pairs) == 100)
        #expect(report.mean(of: .classification) == 100 && report.mean(of: .clustering) == 100)
        #expect(report.mean(of: .retrieval) == 100 && report.mean == 100)
    }

    @Test("the command prints a table and JSON")
    func command() throws {
        try makeSets()
        let outcome = try folder.anneal(["eval", "eval", "--modes", "naive,compiled"])
        #expect(outcome.status == 0 && outcome.text.contains("retrieval/small"))
        let head = try #require(outcome.lines.first)
        #expect(head.contains("naive") && head.contains("compiled"))
        let json = try folder.anneal(["eval", "eval", "--json", "--kinds", "sts"])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output)) as? [String: [String: Any]])
        #expect((object["compiled"]?["sts"] as? [String: Double])?["a"] == 100)
        #expect(try folder.anneal(["eval", "eval", "--modes", "fast"]).status == 64)
        #expect(try folder.anneal(["eval", "nowhere"]).status == 66)
        #expect(try folder.anneal(["eval", folder.url.path]).status == 66)
    }

    @Test("malformed sets are told with file and line")
    func malformed() throws {
        try makeSets()
        let cases: [(file: String, text: String, place: String)] = [
            ("sts/a.tsv", "score\tsentence1\tsentence2\n1\ta\n", "a.tsv:2"),
            ("sts/a.tsv", "score\tsentence1\tsentence2\nhigh\ta\tb\n", "a.tsv:2"),
            ("sts/a.tsv", "score\tsentence1\n1\ta\n", "a.tsv:1"),
            ("sts/a.tsv", "", "a.tsv"),
            ("sts/a.tsv", "score\tsentence1\tsentence2\n", "a.tsv"),
            ("retrieval/small/qrels.tsv", "qid\tdocid\trel\nq1\td9\t1\n", "qrels.tsv:2"),
        ]
        for (file, text, place) in cases {
            let path = "eval/" + file
            let old = try folder.read(path)
            _ = try folder.write(text, to: path)
            let outcome = try folder.anneal(["eval", "eval", "--kinds", "sts,retrieval"])
            #expect(outcome.status == 65)
            #expect(outcome.errors.contains("\(place): expected"), "\(outcome.errors)")
            _ = try folder.write(old, to: path)
        }
    }

    /// The command as a peer: the same vectors by another way.
    private var itself: String { "'\(TestFolder.binary)' embed - --format f32 --model '\(folder.model)'" }

    @Test("a peer that is the command itself has the command's scores; an oracle whose teacher is it, too")
    func peers() throws {
        try makeSets()
        let outcome = try folder.anneal([
            "eval", "eval", "--json", "--modes", "compiled,naive,oracle", "--teacher", itself, "--peer",
            "self=" + itself, "--peer", "plain=" + itself + " --mode naive",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [String: [String: Any]])
        for (one, other) in [("compiled", "self"), ("naive", "plain"), ("compiled", "oracle")] {
            for (kind, scores) in try #require(object[one]) {
                guard let scores = scores as? [String: Double] else { continue }
                let others = try #require(object[other]?[kind] as? [String: Double])
                for (name, score) in scores {
                    #expect(abs(try #require(others[name]) - score) < 1e-9, "\(one) \(other) \(kind)/\(name)")
                }
            }
        }
        // The teacher is the compiled engine.
        for name in ["compiled", "oracle", "self"] {
            #expect(abs(try #require(object[name]?["fidelity"] as? Double) - 1) < 1e-6)
        }
        #expect(try #require(object["plain"]?["fidelity"] as? Double) < 0.999)
        let without = try folder.anneal(["eval", "eval", "--json"])
        #expect(!without.text.contains("fidelity"))
        let pairs = try folder.write(
            "category\tanchor\tkeeping\tchanging\nx\tnew york city\tnew york\ta book\n", to: "pairs.tsv")
        let table = try folder.anneal(["eval", pairs, "--peer", "self=" + itself])
        #expect(table.status == 0 && table.lines.first?.hasSuffix("self") == true, "\(table.errors)")
    }

    @Test("the oracle keeps what brings a text nearer to its teacher's vector, and undoes what does not")
    func oracle() throws {
        let engine = try Engine(path: folder.model)
        let texts = ["new york city", "the light", "a cat sees the light in new york"]
        let naive = try EngineVectors(engine, mode: .naive, threads: 1).vectors(of: texts)
        let compiled = try EngineVectors(engine, mode: .compiled, threads: 1).vectors(of: texts)
        #expect(naive != compiled)
        for (target, other) in [(naive, compiled), (compiled, naive)] {
            let teacher = GivenVectors(dimension: engine.dimension, texts: texts, rows: target)
            let found = try OracleVectors(engine, teacher: teacher, threads: 2).vectors(of: texts)
            #expect(found == target && found != other)
        }
        // More than a window, so that a window is judged with those before it.
        let long = String(repeating: "the light of new york ", count: 120)
        let random = GivenVectors(
            dimension: engine.dimension, texts: [long],
            rows: (0..<engine.dimension).map { $0.isMultiple(of: 3) ? 0.2 : -0.1 })
        let judged = try OracleVectors(engine, teacher: random, threads: 1).vectors(of: [long])
        for mode in [Mode.naive, .compiled] {
            let other = try EngineVectors(engine, mode: mode, threads: 1).vectors(of: [long])
            #expect(Self.dot(judged, random.rows) >= Self.dot(other, random.rows) - 1e-6)
        }
        let narrow = GivenVectors(dimension: 3, texts: texts, rows: [Float](repeating: 1, count: 9))
        #expect(throws: EvalError.self) { try OracleVectors(engine, teacher: narrow, threads: 1) }
    }

    private static func dot(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

    @Test(
        "peers that fail, or write what is no vectors, are told by name",
        arguments: [
            ("exit 3", "exit status 3"), ("kill -9 $$", "signal 9"), ("cat >/dev/null", "0 bytes"),
            ("head -c 10", "10 bytes"), ("cat >/dev/null; yes x | head -c 61", "61 bytes"),
        ])
    func badPeers(command: String, found: String) throws {
        try makeSets()
        let outcome = try folder.anneal(["eval", "eval", "--kinds", "sts", "--peer", "bad=" + command])
        #expect(outcome.status == 65)
        #expect(
            outcome.errors.contains("bad: expected") && outcome.errors.contains("found \(found)"), "\(outcome.errors)")
    }

    @Test("a number that is none is told with its line")
    func notANumber() throws {
        try makeSets()
        // Three texts, two numbers each; the last of the second text is not a number.
        let words = [0x3F80_0000, 0, 0x3F80_0000, 0x7FC0_0000, 0, 0].flatMap { (word: UInt32) in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
        }
        let file = try folder.write(words, to: "vectors")
        let outcome = try folder.anneal(["eval", "eval", "--kinds", "sts", "--peer", "bad=cat '\(file)'"])
        #expect(outcome.status == 65 && outcome.errors.contains("line 2"), "\(outcome.errors)")
    }

    @Test(
        "options that do not go together are wrong usage",
        arguments: [
            ["--modes", "oracle"], ["--peer", "cat"], ["--peer", "=cat"], ["--peer", "cat="],
            ["--modes", "compiled,wise"],
        ])
    func usage(options: [String]) throws {
        try makeSets()
        #expect(try folder.anneal(["eval", "eval"] + options).status == 64)
    }
}

/// Vectors that are given.
private struct GivenVectors: VectorSource {
    let name = "given"
    let dimension: Int
    let texts: [String]
    let rows: [Float]

    func vectors(of texts: [String]) throws -> [Float] {
        texts.flatMap { text in
            let row = self.texts.firstIndex(of: text)!
            return rows[row * dimension..<(row + 1) * dimension]
        }
    }
}

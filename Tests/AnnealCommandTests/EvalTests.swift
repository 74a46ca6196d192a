import Anneal
import AnnealModel
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
        let suite = try EvalSuite(directory: folder.path("eval"))
        #expect(suite.tasks.map(\.kind) == EvalKind.allCases)
        let engine = try Engine(path: folder.model)
        let report = try suite.run(engine, mode: .compiled, threads: 1)
        #expect(report.scores == (try suite.run(engine, mode: .compiled, threads: 3)).scores)
        #expect(report.mean(of: .sts) == 100 && report.mean(of: .words) == 100 && report.mean(of: .pairs) == 100)
        #expect(report.mean(of: .classification) == 100 && report.mean(of: .clustering) == 100)
        #expect(report.mean(of: .retrieval) == 100 && report.mean == 100)
    }

    @Test("the command prints a table and JSON")
    func command() throws {
        try makeSets()
        let outcome = try folder.anneal(["eval", "eval", "--modes", "naive,compiled"])
        #expect(outcome.status == 0 && outcome.text.contains("retrieval/small"))
        #expect(outcome.lines[0].contains("naive") && outcome.lines[0].contains("compiled"))
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
}

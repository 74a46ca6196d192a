import AnnealFormats
import AnnealPlatform
import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct ManifoldCommandTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func json(_ bytes: [UInt8]) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    /// Rows around three places, 20 each, one behind the other in turn.
    private func vectors() throws -> String {
        var random = SplitMix64(seed: 2)
        let points = Matrix(rows: 60, columns: 5)
        for row in 0..<60 {
            for column in 0..<5 { points.row(row)[column] = 0.1 * random.normal() + (column == row % 3 ? 3 : 0) }
        }
        try NumpyArray.write(points, to: Path(folder.path("v.npy")))
        return folder.path("v.npy")
    }

    @Test("cluster: labels, centres, map and JSON of vectors agree, on any number of threads")
    func clusterVectors() throws {
        let file = try vectors()
        let arguments = ["cluster", file, "--k", "3", "--seed", "1"]
        let outcome = try folder.anneal(
            arguments + [
                "--labels", folder.path("l"), "--centres", folder.path("c.npy"), "--map", folder.path("m.svg"),
                "--json",
            ])
        #expect(outcome.status == 0 && outcome.errors == "")
        let object = try json(outcome.output)
        let labels = try #require(object["labels"] as? [Int])
        #expect(labels.count == 60 && (0..<60).allSatisfy { labels[$0] == labels[$0 % 3] })
        #expect(Set(labels) == [1, 2, 3])
        #expect(String(decoding: try folder.read("l"), as: UTF8.self) == labels.map { "\($0)\n" }.joined())
        let clusters = try #require(object["clusters"] as? [[String: Any]])
        #expect(clusters.map { $0["size"] as? Int } == [20, 20, 20])
        let centres = try NumpyArray(Path(folder.path("c.npy"))).matrix()
        #expect(centres.rows == 3 && centres.columns == 5)
        let centre = try #require(clusters[1]["centre"] as? [Double])
        #expect((0..<5).allSatisfy { Float(centre[$0]) == centres.row(1)[$0] })
        let map = try folder.read("m.svg")
        #expect(XMLParser(data: Data(map)).parse())
        #expect(String(decoding: map, as: UTF8.self).components(separatedBy: "<circle").count == 64)
        #expect(try folder.anneal(arguments + ["--json", "--threads", "3"]).output == outcome.output)
    }

    @Test("cluster: the number of clusters is chosen, and said; masses are learned or equal")
    func clusterChoice() throws {
        let file = try vectors()
        let object = try json(try folder.anneal(["cluster", file, "--json"]).output)
        #expect(object["k"] as? Int == 3)
        #expect((object["silhouettes"] as? [[String: Any]])?.first?["k"] as? Int == 2)
        #expect(try folder.anneal(["cluster", file]).text.contains("mean silhouette"))
        let equal = try json(try folder.anneal(["cluster", file, "--k", "7", "--masses", "equal", "--json"]).output)
        let sizes = try #require(equal["clusters"] as? [[String: Any]]).map { $0["size"] as? Int }
        #expect(sizes == [9, 9, 9, 9, 8, 8, 8])
        #expect(try folder.anneal(["cluster", file, "--k", "3", "--masses", "learned"]).status == 0)
    }

    @Test("cluster: texts, empty ones too, from a file and from a pipe; what they hold is no markup of the map")
    func clusterTexts() throws {
        let texts = "the light\n\nnew york & <b>\nthe light\n"
        let file = try folder.write(texts, to: "t.txt")
        let arguments = [
            "--k", "2", "--labels", folder.path("l"), "--map", folder.path("m.svg"), "--model", folder.model,
        ]
        let outcome = try folder.anneal(["cluster", file] + arguments)
        #expect(outcome.status == 0 && outcome.errors.contains("1 of 4 texts have no content"))
        let labels = String(decoding: try folder.read("l"), as: UTF8.self).split(separator: "\n")
        #expect(labels.count == 4 && labels[0] == labels[3])
        #expect(XMLParser(data: Data(try folder.read("m.svg"))).parse())
        #expect(try folder.anneal(["cluster", "-"] + arguments, input: Array(texts.utf8)).output == outcome.output)
        #expect(try folder.anneal(["cluster"] + arguments, input: Array(texts.utf8)).output == outcome.output)
        let latin = try folder.anneal(["cluster"] + arguments, input: Array("the light\ncaf".utf8) + [0xE9, 0x0A])
        #expect(latin.status == 0 && latin.errors.contains("1 of 2 lines hold bytes that are not UTF-8"))
        let nothing = try folder.anneal(["cluster", "--k", "1", "--model", folder.model], input: [])
        #expect(nothing.status == 65 && nothing.errors.contains("standard input: expected at least one point"))
    }

    @Test("cluster: what is wrong is said, and no file is left")
    func clusterErrors() throws {
        let file = try vectors()
        let output = ["--labels", folder.path("l")]
        let before = folder.names
        for (arguments, status, words) in [
            (["cluster", file, "--k", "61"] + output, 64, "--k: expected 1 to 60 clusters, found 61"),
            (["cluster", file, "--k", "0"] + output, 64, "found 0"),
            (["cluster", folder.path("none.txt")] + output, 66, "none.txt"),
            (["cluster", folder.model] + output, 65, "expected lines of text"),
            (["cluster", file, "--masses", "some"] + output, 64, "some"),
            (
                ["cluster", try folder.write("", to: "t.txt"), "--model", folder.model] + output, 65,
                "at least one point"
            ),
            (["cluster", try folder.write("no numpy", to: "b.npy")] + output, 65, "b.npy"),
        ] {
            let outcome = try folder.anneal(arguments)
            #expect(outcome.status == Int32(status), "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.contains(words), "\(outcome.errors)")
        }
        #expect(folder.names == (before + ["t.txt", "b.npy"]).sorted())
    }

    private func manifold(_ text: String) throws -> TestFolder.Outcome {
        try folder.anneal(["manifold", try folder.write(text, to: "e.json"), "--output", folder.path("run")])
    }

    @Test("manifold: counts are the shares, paths have a place a step, and the picture is XML")
    func manifold() throws {
        let outcome = try manifold(
            """
            {"name": "a <run>", "seed": 3, "oscillators": {"count": 50, "from": 20, "to": 2000},
             "carriers": [{"at": 200, "share": 0.6}, {"at": 236, "share": 0.3}, {"at": 358, "share": 0.1}],
             "schedule": {"like": "balanced", "steps": 40, "noise": [0.5, 0]}}
            """)
        #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
        let object = try json(try folder.read("run.json"))
        let carriers = try #require(object["carriers"] as? [[String: Any]])
        #expect(carriers.map { $0["count"] as? Int } == [30, 15, 5])
        let paths = try #require(object["paths"] as? [[String: Any]])
        #expect(paths.count == 50 && paths.allSatisfy { ($0["places"] as? [Double])?.count == 41 })
        let steps = try #require(object["steps"] as? [[String: Any]])
        #expect(steps.count == 40 && steps.count { $0["committed"] as? Bool == true } == 20)
        #expect(object["mean_distance"] as? Double ?? 1 < 0.01)
        #expect(XMLParser(data: Data(try folder.read("run.svg"))).parse())
        let plane = try manifold(
            #"{"carriers": [[0, 0], [4, 4]], "oscillators": [[1, 1], [3, 3], [5, 4], [0, 1]], "schedule": "balanced"}"#)
        #expect(plane.status == 0)
        let places = try #require(try json(try folder.read("run.json"))["oscillators"] as? [[String: Any]])
        #expect(places.map { $0["carrier"] as? Int } == [0, 1, 1, 0])
        #expect(XMLParser(data: Data(try folder.read("run.svg"))).parse())
        #expect(try manifold(#"{"carriers": [1, 2], "oscillators": [5], "schedule": "source"}"#).status == 0)
    }

    @Test("manifold: the example of the documents takes two tones apart, where the nearest harmonic would not")
    func separation() throws {
        let example = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Docs/Examples/separation.json").path
        let outcome = try folder.anneal(["manifold", example, "--output", folder.path("run")])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let object = try json(try folder.read("run.json"))
        let carriers = try #require(object["carriers"] as? [[String: Any]]).map { $0["at"] as? Double ?? 0 }
        let oscillators = try #require(object["oscillators"] as? [[String: Any]])
        let labels = oscillators.map { $0["carrier"] as? Int ?? -1 }
        #expect(labels == [0, 6, 1, 7, 2, 8, 3, 4, 9, 5, 10, 11])
        let peaks = oscillators.map { $0["from"] as? Double ?? 0 }
        let nearest = peaks.map { peak in carriers.indices.min { abs(carriers[$0] - peak) < abs(carriers[$1] - peak) }!
        }
        #expect(zip(labels, nearest).count { $0 != $1 } == 1)
    }

    @Test("manifold: each wrong description is told by place, what was expected, what was found")
    func manifoldErrors() throws {
        let rest = #""oscillators": [1, 2]"#
        for (text, words) in [
            ("", "a value"), ("[]", "the document: expected an object, found an array"),
            ("{\(rest)}", "carriers: expected an array of carriers, found nothing"),
            (#"{"carriers": [1]}"#, "oscillators: expected"), (#"{"carriers": [], \#(rest)}"#, "at least one carrier"),
            (#"{"carriers": [1], "oscillators": []}"#, "at least one point"),
            (#"{"carriers": [1, "a"], \#(rest)}"#, "carriers[1]: expected an array, found a string"),
            (#"{"carriers": [1, [2, 3]], \#(rest)}"#, "carriers[1]: expected 1 numbers as in the first, found 2"),
            (#"{"carriers": [[1, 2]], \#(rest)}"#, "expected carriers of 1 dimensions"),
            (#"{"carriers": [1e999], \#(rest)}"#, "carriers[0]: expected a number from"),
            (#"{"carriers": [{"at": 1, "share": 0.5}, 2], \#(rest)}"#, "carriers[1]: expected a share"),
            (#"{"carriers": [{"at": 1, "share": 0.5}], \#(rest)}"#, "sum to 1"),
            (#"{"carriers": [{"at": 1, "weight": 0.5}], \#(rest)}"#, "carriers[0].weight: expected no such member"),
            (#"{"carriers": [1], "oscillators": {"count": 1.5, "from": 1, "to": 2}}"#, "oscillators.count"),
            (#"{"carriers": [1], "oscillators": {"count": 2, "from": 3, "to": 2}}"#, "oscillators.to"),
            (#"{"carriers": [1], \#(rest), "schedule": "fast"}"#, "schedule: expected one of balanced, source"),
            (#"{"carriers": [1], \#(rest), "schedule": {"steps": 0}}"#, "schedule.steps"),
            (#"{"carriers": [1], \#(rest), "schedule": {"noise": [1]}}"#, "schedule.noise"),
            (#"{"carriers": [1], \#(rest), "schedule": {"strength": [0, 1]}}"#, "strength"),
            (#"{"carriers": [1], \#(rest), "colour": 1}"#, "colour"),
            (#"{"carriers": [1], \#(rest)"#, "',' or '}'"),
        ] {
            let outcome = try manifold(text)
            #expect(outcome.status == 65, "\(text): \(outcome.errors)")
            #expect(outcome.errors.contains(words), "\(text): \(outcome.errors)")
        }
        #expect(!folder.exists("run.json") && !folder.exists("run.svg"))
    }
}

import AnnealFormats
import AnnealPlatform
import Foundation
import Testing

@testable import anneal_cli

@Suite struct CodesCommandTests {
    /// Writes vectors of eight numbers, and trains a codec of two and three bytes on them.
    private func prepared() throws -> TestFolder {
        let folder = try TestFolder()
        var random = SplitMix64(seed: 2)
        let vectors = Matrix(rows: 300, columns: 8)
        for row in 0..<300 {
            for column in 0..<8 { vectors.row(row)[column] = random.normal() / Float(4 * (column + 1)) }
        }
        try NumpyArray.write(vectors, to: Path(folder.path("v.npy")))
        let train = try folder.anneal(
            ["codes", "train", "v.npy", "--bytes", "2,1", "--rounds", "1", "--output", "v.codec"])
        #expect(train.status == 0 && train.errors == "")
        return folder
    }

    @Test("vectors become codes and codes vectors, the same for any number of threads")
    func roundTrip() throws {
        let folder = try prepared()
        for threads in ["1", "3"] {
            let encode = try folder.anneal([
                "codes", "encode", "v.npy", "--codec", "v.codec", "--bytes", "2", "--threads", threads, "--output",
                "\(threads).codes",
            ])
            #expect(encode.status == 0, "\(encode.errors)")
        }
        #expect(try folder.read("1.codes") == folder.read("3.codes"))
        let decode = try folder.anneal(["codes", "decode", "1.codes", "--codec", "v.codec", "--output", "w.npy"])
        #expect(decode.status == 0, "\(decode.errors)")
        let vectors = try VectorFile(Path(folder.path("v.npy"))).matrix()
        let back = try VectorFile(Path(folder.path("w.npy"))).matrix()
        #expect(back.rows == 300 && back.columns == 8)
        var (error, all): (Float, Float) = (0, 0)
        for index in 0..<300 * 8 {
            error += (vectors.storage[index] - back.storage[index]) * (vectors.storage[index] - back.storage[index])
            all += vectors.storage[index] * vectors.storage[index]
        }
        #expect(error < 0.3 * all)
        let report = try folder.anneal(["codes", "inspect", "1.codes", "--json"])
        let facts = try #require(try JSONSerialization.jsonObject(with: Data(report.output)) as? [String: Any])
        #expect(facts["count"] as? Int == 300 && facts["bytes"] as? Int == 2)
        let measured = try folder.anneal(["codes", "measure", "v.npy", "--codec", "v.codec", "--json"])
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(measured.output)) as? [[String: Any]])
        #expect(rows.map { $0["bytes"] as? Int } == [2, 3])
        #expect(try #require(rows[1]["error"] as? Double) < (try #require(rows[0]["error"] as? Double)))
    }

    @Test("a search finds each vector's own code first, and says what is wrong")
    func search() throws {
        let folder = try prepared()
        for (bytes, name) in [("2", "short.codes"), ("3", "v.codes")] {
            let encode = try folder.anneal([
                "codes", "encode", "v.npy", "--codec", "v.codec", "--bytes", bytes, "--output", name,
            ])
            #expect(encode.status == 0, "\(encode.errors)")
            let search = ["codes", "search", name, "--codec", "v.codec", "--queries", "v.npy"]
            let lines = String(decoding: try folder.anneal(search + ["-k", "5"]).output, as: UTF8.self)
                .split(separator: "\n").map { $0.split(separator: "\t").compactMap { Double($0) } }
            #expect(lines.count == 1_500 && lines.allSatisfy { $0.count == 3 && abs($0[2]) <= 1.001 })
            // Codes of so few bytes are often shared.
            let own = (0..<300).filter { row in lines[5 * row..<5 * row + 5].contains { Int($0[1]) == row } }
            #expect(own.count > 150)
            let json = try folder.anneal(search + ["--json", "--limit", "5", "--threads", "1"])
            let report = try #require(try JSONSerialization.jsonObject(with: Data(json.output)) as? [String: Any])
            let found = try #require(report["queries"] as? [[[String: Any]]])
            #expect(
                report["median_ms"] is Double && found.joined().map { $0["row"] as? Int } == lines.map { Int($0[1]) })
        }
        for (arguments, status, words) in [
            (["v.codes", "--codec", "v.codec", "--queries", "none.npy"], 66, "none.npy"),
            (["none.codes", "--codec", "v.codec", "--queries", "v.npy"], 66, "none.codes"),
            (["v.npy", "--codec", "v.codec", "--queries", "v.npy"], 65, "not a code file"),
            (["v.codes", "--codec", "v.codec", "--queries", "v.npy", "-k", "0"], 64, "--limit"),
        ] as [([String], Int32, String)] {
            let outcome = try folder.anneal(["codes", "search"] + arguments)
            #expect(outcome.status == status && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
        }
    }

    @Test("embed --codes writes the file that embedding and then encoding does")
    func embedCodes() throws {
        let folder = try TestFolder()
        var random = SplitMix64(seed: 4)
        let words = ["new", "york", "the", "light", "cat", "dog", "house", "off", "river", "turn"]
        let text = (0..<400).map { line in
            line == 9
                ? "" : (0..<1 + random.below(8)).map { _ in words[random.below(words.count)] }.joined(separator: " ")
        }.joined(separator: "\n")
        try Data(text.utf8).write(to: folder.url.appending(path: "t.txt"))
        for arguments in [
            ["embed", "t.txt", "--output", "v.npy"],
            ["codes", "train", "v.npy", "--bytes", "2,2", "--rounds", "1", "--output", "v.codec"],
            ["codes", "encode", "v.npy", "--codec", "v.codec", "--bytes", "4", "--output", "a.codes"],
            ["embed", "t.txt", "--codes", "4", "--codec", "v.codec", "--threads", "3", "--output", "b.codes"],
        ] {
            let outcome = try folder.anneal(arguments)
            #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
        }
        #expect(try folder.read("a.codes") == folder.read("b.codes"))
        let before = folder.names
        for (arguments, words) in [
            (["--codes", "3", "--codec", "v.codec", "--output", "x"], "found 3"),
            (["--codes", "4", "--codec", "v.codec"], "--output"),
            (["--codes", "4", "--codec", "v.codec", "--output", "x", "--dim", "4"], "whole vectors"),
            (["--codec", "v.codec", "--output", "x.npy"], "--codes"),
        ] {
            let outcome = try folder.anneal(["embed", "t.txt"] + arguments)
            #expect(outcome.status == 64 && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
        }
        #expect(folder.names == before)
    }

    @Test("the shipped codec lies beside the model; bad input says what it is and leaves nothing behind")
    func badInput() throws {
        let folder = try prepared()
        func expect(_ arguments: [String], _ status: Int32, _ words: String) throws {
            let outcome = try folder.anneal(["codes"] + arguments)
            #expect(outcome.status == status && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
        }
        try expect(["encode", "v.npy", "--output", "x"], 69, "tiny.search.codec")
        try FileManager.default.copyItem(atPath: folder.path("v.codec"), toPath: folder.path("tiny.pair.codec"))
        let found = try folder.anneal(["codes", "encode", "v.npy", "--profile", "pair", "--output", "pair.codes"])
        #expect(found.status == 0, "\(found.errors)")
        let before = folder.names
        try expect(["encode", "v.npy", "--codec", "v.codec", "--bytes", "5", "--output", "x"], 64, "found 5")
        try expect(["encode", "none.npy", "--codec", "v.codec", "--output", "x"], 66, "none.npy")
        try expect(["encode", "v.codec", "--codec", "v.codec", "--output", "x"], 65, "another kind of file")
        try expect(["encode", "v.npy", "--codec", "v.npy", "--output", "x"], 69, "not a codec file")
        try expect(["decode", "v.codec", "--codec", "v.codec", "--output", "x.npy"], 65, "not a code file")
        try expect(["decode", "pair.codes", "--codec", "v.codec", "--output", "x.parquet"], 64, "x.parquet")
        try expect(["train", "v.npy", "--bytes", "0", "--output", "x"], 64, "--bytes")
        try expect(["train", "v.npy", "--bytes", "9", "--output", "x"], 64, "at most 4 a layer")
        try expect(["train", "v.npy", "--fit", "own", "--codec", "sign", "--output", "x"], 64, "--fit own")
        try expect(["train", "v.npy", "--codec", "product", "--profile", "pair", "--output", "x"], 64, "of trellis")
        try expect(["train", "v.npy", "--learner", "annealed", "--output", "x"], 64, "product, optimised, residual")
        try expect(["train", "v.npy", "--fit", "own", "--bytes", "9", "--output", "x"], 64, "1 to 8 for residual")
        try expect(["train", "v.npy", "--codec", "product", "--bytes", "1,1", "--output", "x"], 64, "1 layer")
        #expect(folder.names == before)
    }

    @Test("codes fitted to one's own vectors are trained, made and searched by the same commands")
    func ownCodes() throws {
        let folder = try prepared()
        for command in [
            ["train", "v.npy", "--fit", "own", "--bytes", "1", "--rounds", "1", "--output", "own.codec"],
            ["encode", "v.npy", "--codec", "own.codec", "--output", "own.codes"],
        ] {
            let outcome = try folder.anneal(["codes"] + command)
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        let search = try folder.anneal(
            ["codes", "search", "own.codes", "--codec", "own.codec", "--queries", "v.npy", "-k", "1", "--json"])
        let found = try #require(try JSONSerialization.jsonObject(with: Data(search.output)) as? [String: Any])
        let queries = try #require(found["queries"] as? [[[String: Any]]])
        // 300 vectors share 256 words.
        #expect(queries.enumerated().count { $0.element.first?["row"] as? Int == $0.offset } > 150)
    }
}

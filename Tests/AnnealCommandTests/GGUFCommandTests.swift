import AnnealFormats
import AnnealPlatform
import Foundation
import Testing

@Suite struct GGUFCommandTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private static func fixture(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../AnnealGGUFTests/Fixtures/\(name)").path
    }

    private func json(_ outcome: TestFolder.Outcome) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [String: Any])
    }

    @Test("inspect: keys, values, types and tensors, for people and for programs")
    func inspect() throws {
        let file = Self.fixture("values.gguf")
        let shown = try folder.anneal(["gguf", "inspect", file])
        #expect(shown.status == 0 && shown.errors == "")
        for words in [
            "a.string", "größer 大", "string × 300", "piece 0, piece 1", "…", "4 × 3 × 2", "18446744073709551615",
        ] {
            #expect(shown.text.contains(words), "\(words)")
        }
        let object = try json(try folder.anneal(["gguf", "inspect", "--json", file]))
        #expect(object["version"] as? Int == 3 && object["alignment"] as? Int == 64 && object["numbers"] as? Int == 29)
        #expect(object["data_offset"] as? Int == 5632)
        let metadata = try #require(object["metadata"] as? [[String: Any]])
        func entry(_ key: String) throws -> [String: Any] {
            try #require(metadata.first { $0["key"] as? String == key })
        }
        #expect(try entry("a.int64")["value"] as? Int == .min)
        #expect(try entry("a.uint64")["value"] as? String == "18446744073709551615")
        #expect(try entry("a.integers")["values"] as? [Int] == [-1, 0, 7])
        #expect(try entry("a.strings")["count"] as? Int == 300 && entry("a.strings")["values"] == nil)
        let tensors = try #require(object["tensors"] as? [[String: Any]])
        #expect(tensors.map { $0["name"] as? String } == ["cube", "line"])
        #expect(tensors[0]["shape"] as? [Int] == [4, 3, 2])
        #expect(try folder.anneal(["gguf", "inspect", Self.fixture("types.gguf")]).text.contains("not read"))
    }

    @Test("rows: the file that numpy would read, on a pipe as in a file")
    func rows() throws {
        let file = Self.fixture("values.gguf")
        let rows = ["gguf", "rows", file, "cube", "--from", "1", "--count", "2"]
        #expect(try folder.anneal(rows + ["--output", folder.path("r.npy")]).status == 0)
        let matrix = try NumpyArray(Path(folder.path("r.npy"))).matrix()
        #expect(matrix.rows == 2 && matrix.columns == 4)
        #expect((0..<8).map { matrix.storage[$0] } == [4, 5, 6, 7, 8, 9, 10, 11])
        #expect(try folder.anneal(rows).output == folder.read("r.npy"))
        #expect(try folder.anneal(["gguf", "rows", file, "cube", "--output", folder.path("all.npy")]).status == 0)
        #expect(try NumpyArray(Path(folder.path("all.npy"))).matrix().rows == 6)
    }

    @Test("rows: what is wrong is said, and no file is left")
    func refusals() throws {
        let (file, output) = (Self.fixture("types.gguf"), folder.path("r.npy"))
        for (arguments, status, words) in [
            ([file, "nothing"], 64, "no tensor nothing among 31"),
            ([file, "Q4_K", "--from", "9"], 64, "rows of 0..<8"),
            ([file, "Q4_K", "--count", "0"], 64, "0 rows"),
            ([file, "Q4_K", "--from", "7", "--count", "2"], 64, "2 rows from 7 on"),
            ([file, "Q4_K", "--from", "-1"], 64, "from"), ([file, "IQ4_XS"], 65, "found IQ4_XS"),
            ([folder.model, "Q4_K"], 65, "47 47 55 46"), ([folder.path("none"), "Q4_K"], 66, "No such file"),
            ([file, "Q4_K", "--memory", "140000"], 65, "at most 140000 bytes"),
        ] as [([String], Int32, String)] {
            let outcome = try folder.anneal(["gguf", "rows"] + arguments + ["--output", output])
            #expect(outcome.status == status && outcome.errors.contains(words), "\(arguments): \(outcome)")
            #expect(!folder.exists("r.npy"))
        }
        #expect(try folder.anneal(["gguf", "rows", file, "Q4_K", "--output", folder.path("r.txt")]).status == 64)
    }

    @Test("check: a sound file, and one with numbers that are none")
    func check() throws {
        let sound = try folder.anneal(["gguf", "check", Self.fixture("values.gguf")])
        #expect(sound.status == 0 && sound.text.contains("302 strings, 2 tensors, 29 numbers: sound"), "\(sound)")
        let broken = try folder.anneal(["gguf", "check", "--json", Self.fixture("types.gguf")])
        #expect(broken.status == 65 && broken.errors.contains("problems"))
        let object = try json(broken)
        #expect(object["unread"] as? [String] == ["IQ4_XS"])
        // Every type has blocks whose numbers are not finite, and beside them what they are as floats.
        let problems = try #require(object["problems"] as? [String])
        #expect(problems.count == 30 && problems.contains { $0.contains("tensor Q4_K: ") && $0.contains("row ") })
    }

    @Test("tokens: ids and pieces, a line each")
    func tokens() throws {
        let texts = try folder.write("The cat\n\nthe moon\n", to: "texts")
        let ids = try folder.anneal(["gguf", "tokens", Self.fixture("bert.gguf"), texts])
        let lines = ids.text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(ids.status == 0 && lines.count == 4 && lines[1] == "" && lines[0].contains { $0.isNumber })
        let pieces = try folder.anneal(["gguf", "tokens", "--pieces", Self.fixture("bert.gguf"), texts])
        #expect(pieces.text.hasPrefix("\u{2581}the \u{2581}cat\n\n\u{2581}the"), "\(pieces)")
        let refused = try folder.anneal(["gguf", "tokens", Self.fixture("types.gguf"), texts])
        #expect(refused.status == 65 && refused.errors.contains("tokenizer.ggml.model"), "\(refused)")
    }
}

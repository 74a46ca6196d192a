import AnnealCodes
import AnnealPlatform
import Foundation
import Testing

@Suite struct PackCommandTests {
    let folder: TestFolder
    let words: String

    init() throws {
        folder = try TestFolder()
        var parts = WordModelParts()
        parts.words = ["book", "cat", "city", "light", "new", "off", "the", "york"].map { Array($0.utf8) }
        parts.frequencies = [2, 7, 3, 5, 9, 5, 90, 3, 4]
        parts.lengths = [Double](repeating: 1, count: WordModel.groupLimit + 1)
        parts.metadata = "name = words for tests\n"
        words = try folder.write(parts.file(), to: "words.words")
    }

    private func anneal(_ arguments: String..., input: [UInt8] = []) throws -> TestFolder.Outcome {
        try folder.anneal(arguments + ["--word-model", words], input: input)
    }

    private func text(_ count: Int, words most: Int = 9) -> [UInt8] {
        var random = SplitMix64(seed: 9)
        let words = ["the", "cat", "light", "off", "new", "york", "city", "book", "k8s", "é", "\t", "42"]
        let lines = (0..<count).map { _ in
            (0..<random.below(most)).map { _ in words[random.below(words.count)] }.joined(separator: " ") + "\n"
        }
        return Array(lines.joined().utf8)
    }

    @Test("vectors that come back are those of the words that come back")
    func inverse() throws {
        let code = try anneal("pack", "--mean-bytes", "8", input: text(300))
        try #require(code.status == 0, "\(code.errors)")
        #expect(code.errors.contains("300 texts in \(code.output.count) bytes"))
        let back = try anneal("unpack", "--words", input: code.output)
        #expect(back.status == 0 && back.lines.count == 300)
        let vectors = try anneal("unpack", "--format", "f32", input: code.output)
        #expect(vectors.output == (try folder.anneal(["embed", "--format", "f32"], input: back.output)).output)
        let file = folder.path("back.npy")
        _ = try folder.write(code.output, to: "code.words")
        #expect(try anneal("unpack", folder.path("code.words"), "--output", file).status == 0)
        #expect(try folder.read("back.npy").suffix(vectors.output.count).elementsEqual(vectors.output))
    }

    @Test("threads and pipes change no byte")
    func threads() throws {
        let lines = text(5000, words: 3)
        let one = try anneal("pack", "--threads", "1", input: lines)
        let file = try folder.write(lines, to: "texts.txt")
        let other = try anneal("pack", "--threads", "3", "--output", folder.path("code"), file)
        #expect(other.status == 0 && other.output.isEmpty)
        #expect(try folder.read("code") == one.output)
        #expect(try anneal("unpack", "--words", input: one.output).lines.count == 5000)
    }

    @Test("a report has a line for each text")
    func report() throws {
        let code = try anneal(
            "pack", "--bytes", "2", "--report", folder.path("report.jsonl"),
            input: Array("the cat off york book city\n\n".utf8))
        try #require(code.status == 0, "\(code.errors)")
        let lines = String(decoding: try folder.read("report.jsonl"), as: UTF8.self).split(separator: "\n")
        try #require(lines.count == 2)
        let first = try #require(
            try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
        let kept = (first["words"] as? String ?? "").split(separator: " ").map(String.init)
        let leftOut = first["left_out"] as? [String] ?? []
        #expect(Set(kept + leftOut) == ["the", "cat", "off", "york", "book", "city"] && !leftOut.isEmpty)
        #expect((first["bits"] as? Double ?? 99) <= 16)
        #expect(try anneal("unpack", "--words", input: code.output).lines == [kept.joined(separator: " "), ""])
    }

    @Test("an empty input is a file of no texts; empty lines, odd bytes and long lines are texts")
    func odd() throws {
        let empty = try anneal("pack")
        #expect(empty.status == 0 && empty.output.count == 77 + 6)
        #expect(try anneal("unpack", "--words", input: empty.output).output.isEmpty)
        var lines = Array("\n\n".utf8) + [0xFF, 0x20, 0x63, 0x61, 0x74, 0x0A]
        for _ in 0..<200_000 { lines += Array("cat light ".utf8) }
        let code = try anneal("pack", input: lines)
        let back = try anneal("unpack", "--words", input: code.output)
        #expect(back.lines.count == 4 && back.lines[0].isEmpty && back.lines[3] == "cat light")
        #expect(code.errors.contains("1 of 4 lines hold bytes that are not UTF-8"))
    }

    @Test("what is damaged or foreign is refused, and nothing is left behind")
    func refused() throws {
        let code = try anneal("pack", input: text(100)).output
        var damaged = code
        damaged[200] ^= 4
        for (bytes, message) in [
            (damaged, "is damaged"), (Array(code.dropLast()), "cut short"), (code + [1], "bytes follow the end"),
            (text(40), "not a file of packed texts"),
        ] {
            let outcome = try anneal("unpack", "--output", folder.path("back.npy"), input: bytes)
            #expect(outcome.status == 65 && outcome.errors.contains(message), "\(outcome.errors)")
            #expect(!folder.exists("back.npy"))
        }
        let wrong = try folder.anneal(["pack", "--word-model", folder.model], input: text(1))
        #expect(wrong.status == 69 && wrong.errors.contains("not a word model file"))
        #expect(try folder.anneal(["pack"], input: text(1)).status == 69)
        #expect(try anneal("pack", "--bytes", "0").status == 64)
        #expect(try anneal("pack", "--mean-bytes", "nan").status == 64)
    }
}

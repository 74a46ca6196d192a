import Anneal
import AnnealPlatform
import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct SoundCommandTests {
    let folder: TestFolder
    private let model: [String]
    /// The concepts that ship; tests run with a model of their own beside which there are none.
    private let shipped: [String]
    private let text = "The sea was calm. A storm came at night!\nBanks lend money.  3.5 percent is a low rate."

    init() throws {
        folder = try TestFolder()
        let path = try Engine.defaultModelPath()
        model = ["--model", path]
        shipped = ["--carriers", path.replacingOccurrences(of: ".anneal", with: ".carriers")]
    }

    /// Each sentence's concepts, by name.
    private func concepts(_ output: [UInt8]) throws -> [[String]] {
        let object = try #require(try JSONSerialization.jsonObject(with: Data(output)) as? [String: Any])
        return try #require(object["sentences"] as? [[String: Any]]).map { sentence in
            try #require(sentence["concepts"] as? [[String: Any]]).map { try #require($0["name"] as? String) }
        }
    }

    @Test("what sing says is what listen hears, from a text, a file and a pipe")
    func heard() throws {
        let sung = try folder.anneal(
            ["sing", text, "--output", folder.path("s.wav"), "--picture", folder.path("s.svg"), "--json"] + model)
        #expect(sung.status == 0, "\(sung.errors)")
        let heard = try folder.anneal(
            ["listen", folder.path("s.wav"), "--picture", folder.path("l.svg"), "--json", "--threads", "2"] + shipped)
        #expect(heard.status == 0 && heard.errors == "", "\(heard.errors)")
        #expect(try concepts(sung.output).count == 4)
        #expect(try concepts(sung.output) == concepts(heard.output))
        for picture in ["s.svg", "l.svg"] {
            let bytes = try folder.read(picture)
            #expect(XMLParser(data: Data(bytes)).parse())
            let drawn = String(decoding: bytes, as: UTF8.self)
            for name in try concepts(sung.output)[0] { #expect(drawn.contains(">\(name)</text>")) }
        }
        let file = try folder.write(text, to: "t.txt")
        for input in [file, "-"] {
            let outcome = try folder.anneal(
                ["sing", "--file", input, "--output", folder.path("again.wav"), "--json"] + model, input: text)
            #expect(outcome.output == sung.output)
            #expect(try folder.read("again.wav") == folder.read("s.wav"))
        }
        #expect(try folder.anneal(["listen", folder.path("s.wav")] + shipped).lines.count == 4)
    }

    @Test("a file that is cut is heard as far as it goes, and that is told")
    func cut() throws {
        let sung = try folder.anneal(["sing", text, "--output", folder.path("s.wav"), "--json"] + model)
        let whole = try folder.read("s.wav")
        let part = try folder.write(Array(whole[..<(44 + 2 * 48_000)]), to: "part.wav")
        let heard = try folder.anneal(["listen", part, "--json"] + shipped)
        #expect(heard.status == 0 && heard.errors.contains("part.wav ends early: 1.00 seconds"))
        #expect(try concepts(heard.output) == Array(concepts(sung.output)[..<1]))
    }

    @Test("concepts learned of other texts are sung and heard in; those of the model are listed")
    func carriers() throws {
        let words = ["sea", "bank", "dog", "sun", "war", "tea", "law", "song", "ice", "train", "gold", "code"]
        let lines = (0..<240).map {
            "the \(words[$0 % 12]) and the \(words[($0 / 12) % 12]) of \(words[($0 * 5) % 12])\n"
        }
        let texts = try folder.write(lines.joined(), to: "texts.txt")
        let own = folder.path("own.carriers")
        let learned = try folder.anneal(["carriers", texts, "--k", "16", "--output", own, "--quiet"] + model)
        #expect(learned.status == 0, "\(learned.errors)")
        let sung = try folder.anneal(
            ["sing", text, "--output", folder.path("s.wav"), "--json", "--carriers", own] + model)
        let heard = try folder.anneal(["listen", folder.path("s.wav"), "--json", "--carriers", own])
        #expect(try concepts(sung.output) == concepts(heard.output))
        #expect(try folder.anneal(["carriers", "--carriers", own]).lines.count == 17)
        #expect(try folder.anneal(["carriers"] + model).lines.count == 257)
        let other = try folder.anneal(
            ["sing", "The sea.", "--output", folder.path("o.wav"), "--carriers", own, "--model", folder.model])
        #expect(other.status == 69 && other.errors.contains("the concepts are those of another model"))
    }

    @Test("an empty text, no text, silence, no sound and a model without concepts are told, and no file is left")
    func errors() throws {
        let output = ["--output", folder.path("s.wav")]
        let cut = try folder.write(Array("RIFF\0\0\0\0WAVE".utf8), to: "cut.wav")
        var silence =
            Array("RIFF    WAVEfmt ".utf8) + [16, 0, 0, 0, 1, 0, 1, 0, 0x80, 0xBB, 0, 0, 0, 0, 0, 0, 2, 0, 16, 0]
        silence += Array("data".utf8) + [0, 0x77, 1, 0] + [UInt8](repeating: 0, count: 96_000)
        let silent = try folder.write(silence, to: "silence.wav")
        let texts = try folder.write("one text\n", to: "texts.txt")
        let before = folder.names
        let cases: [(arguments: [String], status: Int32, words: String)] = [
            (["sing", " \n "] + output + model, 65, "expected a text with content"),
            (["sing"] + output + model, 64, "a text or --file"),
            (["sing", "a", "--file", "b"] + output + model, 64, "a text or --file"),
            (["sing", "The sea.", "--output", "-"] + model, 64, "expected a file"),
            (["sing", "The sea.", "--model", folder.model] + output, 69, "tiny.carriers"),
            (["listen", cut] + shipped, 65, "cut.wav: expected samples"),
            (["listen", silent] + shipped, 65, "no carrier"),
            (["listen", folder.model] + shipped, 65, "a WAV file"),
            (["listen", folder.path("none.wav")] + shipped, 66, "none.wav"),
            (["listen", silent, "--carriers", folder.model], 69, "set of concepts"),
            (["carriers", texts] + model, 64, "--output"),
            (["carriers", texts, "--output", folder.path("x"), "--k", "3"] + model, 64, "16 to 1024"),
            (["carriers", texts, "--output", folder.path("x"), "--k", "16"] + model, 65, "at least 16 texts"),
        ]
        for (arguments, status, words) in cases {
            let outcome = try folder.anneal(arguments)
            #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.contains(words), "\(outcome.errors)")
        }
        #expect(folder.names == before)
    }
}

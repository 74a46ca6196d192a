import Anneal
import Foundation
import Testing

@Suite struct CompleteCommandTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func train(_ more: [String] = []) throws -> TestFolder.Outcome {
        let lines = (0..<40).map {
            "Turn off the light of the \($0 % 2 == 0 ? "kitchen" : "cellar"), and the lights.\n"
        }
        let file = try folder.write(lines.joined(), to: "texts.txt")
        return try folder.anneal(
            ["complete", "--train", file, "--output", folder.path("m"), "--concepts", "2", "--model", folder.model]
                + more)
    }

    private func complete(_ arguments: [String], input: String = "") throws -> TestFolder.Outcome {
        try folder.anneal(
            ["complete", "--completions", folder.path("m"), "--model", folder.model] + arguments, input: input)
    }

    @Test func `a model is trained, completes lines and goes on`() throws {
        let trained = try train()
        #expect(trained.status == 0 && trained.output.isEmpty)
        #expect(trained.errors.contains("9 words"))
        let outcome = try complete(["--json", "turn off the li"])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [String: Any])
        let found = try #require(object["completions"] as? [[String: Any]])
        #expect(object["line"] as? String == "turn off the li")
        #expect(found.map { $0["added"] as? String } == ["ght", "ghts"])
        #expect(found.allSatisfy { ($0["probability"] as? Double).map { (0...1).contains($0) } ?? false })
        #expect(try complete(["turn "]).lines.first?.hasSuffix("turn off") == true)
        #expect(try complete(["-n", "1"], input: "turn \nthe light of the ki\nxyz\n").lines.count == 3)
        let going = ["--towards", "kitchen", "--length", "6", "--seed", "5", "turn"]
        #expect(try complete(going).lines == complete(going).lines)
        #expect(try complete(going).lines.first?.hasPrefix("turn ") == true)
        #expect(try complete(["--json"] + going).text.contains("\"towards\":\"kitchen\""))
    }

    @Test func `the file is the same for any number of threads`() throws {
        #expect(try train(["--threads", "1", "--quiet"]).errors == "")
        let one = try folder.read("m")
        _ = try train(["--threads", "3"])
        #expect(try folder.read("m") == one)
    }

    @Test func `a model is measured beside simpler ways`() throws {
        _ = try train()
        let file = try folder.write("turn off the lights of the cellar\n\nunheard light\n", to: "other.txt")
        let table = try complete(["--measure", file, "--genres", folder.path("texts.txt"), "--timed"])
        #expect(table.status == 0)
        for way in ["bigrams", "trigrams x concepts + cache", "trigrams x genre"] { #expect(table.text.contains(way)) }
        #expect(table.text.contains("8 words; 1 that the model does not know"))
        let outcome = try complete(["--json", "--measure", file])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [String: Any])
        let ways = try #require(object["ways"] as? [[String: Any]])
        #expect(ways.count == 7 && ways.allSatisfy { $0["words"] as? Int == 8 })
    }

    @Test func `what is wrong is said, and nothing is left behind`() throws {
        func expect(_ outcome: TestFolder.Outcome, _ status: Int32, _ words: String) {
            #expect(outcome.status == status && outcome.errors.contains(words), "\(outcome.errors)")
        }
        let few = try folder.write("one two three\n", to: "few.txt")
        let training = ["complete", "--model", folder.model, "--output", folder.path("no"), "--train"]
        expect(try folder.anneal(training + [few]), 65, "at least 100 words to train on, found 3")
        expect(try folder.anneal(training + [folder.path("absent")]), 66, "cannot read")
        expect(
            try folder.anneal(training + [few, "--vocabulary", "0"]), 64, "vocabulary: expected 1 to 65533, found 0")
        expect(try folder.anneal(["complete", "--train", few]), 64, "--output FILE")
        expect(try folder.anneal(["complete", "--output", folder.path("no"), "line"]), 64, "--train FILE")
        #expect(!folder.exists("no"))
        expect(try complete(["line"]), 69, "no model of completions")
        _ = try folder.write([UInt8](repeating: 7, count: 200), to: "m")
        expect(try complete(["line"]), 69, "not a model of completions file")
        _ = try train()
        expect(try complete(["--strength=-1", "line"]), 64, "--strength: expected 0.0 to 2.0, found -1.0")
        expect(try complete(["--towards", "", "line"]), 65, "a text with content")
        expect(try complete(["--towards-vector", few, "line"]), 65, "few.txt")
        expect(try complete(["--length", "0", "line"]), 64, "--length")
        expect(try complete(["--timed", "line"]), 64, "--measure FILE")
        // The concepts are of the small model's vectors.
        expect(
            try folder.anneal(
                ["complete", "--completions", folder.path("m"), "--model", try Engine.defaultModelPath(), "line"]),
            69, "for vectors of another model")
    }
}

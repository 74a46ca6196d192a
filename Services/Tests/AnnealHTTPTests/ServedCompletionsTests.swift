import Anneal
import AnnealConcepts
import AnnealServiceKit
import Testing

@testable import AnnealHTTP

@Suite("Completions")
struct ServedCompletionsTests {
    private static let trained = Result {
        let engine = try Engine()
        var settings = CompletionTrainingSettings()
        settings.concepts = 2
        var training = try CompletionTraining(settings)
        for _ in 0..<20 {
            training.add(
                "the doctor gave the patient a pill against the pain and the fever of the illness in the hospital bed")
            training.add(
                "the band played the guitar and the drums at a concert and sang a song with the singer of the choir")
            training.add("Turn off the light. Turn on the lights.")
        }
        return (engine, try CompletionModel(bytes: training.finish(with: engine)))
    }

    private func served() throws -> ServedCompletions {
        let (engine, model) = try ServedCompletionsTests.trained.get()
        return try ServedCompletions(model, among: [ServedModel(fileName: "default", engine: engine)])
    }

    @Test("Many at once get what one gets alone")
    func threads() async throws {
        let served = try served()
        let (engine, model) = try ServedCompletionsTests.trained.get()
        let lines = ["turn off the li", "the doctor gave the ", "", "the band", "xyzzy"]
        let alone = try Completer(model, engine: engine)
        let expected = lines.map { alone.completions(of: $0, count: 5) }
        try await withThrowingTaskGroup(of: (Int, [Completion]).self) { group in
            for number in 0..<50 {
                group.addTask {
                    let line = number % lines.count
                    return (line, try served.completions(of: lines[line], count: 5, towards: nil))
                }
            }
            for try await (line, found) in group { #expect(found == expected[line]) }
        }
    }

    @Test("A topic draws words to it, and one without content draws nowhere")
    func topics() throws {
        let served = try served()
        let music: Set<String> = ["band", "guitar", "drums", "concert", "song", "singer", "choir", "sang", "played"]
        func musical(towards topic: String?) throws -> Double {
            try served.completions(of: "we saw the ", count: 100, towards: topic)
                .reduce(0) { $0 + (music.contains($1.word) ? $1.probability : 0) }
        }
        #expect(try musical(towards: "music, drums and a concert") > 1.1 * musical(towards: "a patient in hospital"))
        #expect(try musical(towards: " ") == musical(towards: nil))
    }
}

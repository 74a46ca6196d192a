import Anneal
import AnnealPlatform
import Testing

@testable import AnnealConcepts

struct CompleterTests {
    private static let trained = Result {
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
        return (try shippedEngine.get(), try CompletionModel(bytes: training.finish(with: shippedEngine.get())))
    }

    private func completer(_ settings: FieldSettings? = nil) throws -> Completer {
        let (engine, model) = try Self.trained.get()
        return try Completer(model, engine: engine, settings: settings)
    }

    private static let lines = [
        "", " ", "the", "the ", "Turn off the li", "unknownword another ", "The doctor gave the patient. ", "?!",
        "ärger ",
        "\u{0}", "the doctor \u{FFFD} ", String(repeating: "the band played ", count: 500),
    ]

    @Test func `probabilities sum to one, whatever is said and looked at`() throws {
        let completer = try completer()
        for line in Self.lines {
            var line = line
            let state = line.withUTF8 { completer.read($0).state }
            for order in 0...3 {
                for (concepts, cache) in [(false, false), (true, false), (false, true), (true, true)] {
                    completer.predict(state, with: .init(order: order, hasConcepts: concepts, hasCache: cache))
                    let words = 0..<completer.model.vocabulary.count
                    let sum = words.reduce(0.0) { $0 + Double(completer.probabilities[$1]) }
                    #expect(abs(sum - 1) < 1e-5, "\(line) \(order)")
                    #expect(words.allSatisfy { completer.probabilities[$0] >= 0 })
                }
            }
        }
    }

    @Test func `lifts are those of the definition`() throws {
        var random = SplitMix64(seed: 2)
        let count = 21
        let (there, anywhere) = (
            (0..<count).map { _ in random.unitFloat() }, (0..<count).map { _ in random.unitFloat() }
        )
        var found = [Float](repeating: 2, count: count)
        found.withUnsafeMutableBufferPointer {
            ConceptField.raise($0.baseAddress!, by: there, over: anywhere, count, floor: 0.01, strength: 0.7)
        }
        for place in 0..<count {
            let expected = 2 * CMath.pow(Double((there[place] + 0.01) / (anywhere[place] + 0.01)), 0.7)
            #expect(abs(Double(found[place]) / expected - 1) < 1e-5)
        }
    }

    @Test func `the line is completed as it says`() throws {
        let completer = try completer()
        func added(_ line: String) -> [String] { completer.completions(of: line, count: 4).map(\.added) }
        #expect(added("turn off the li").first == "ght")
        #expect(added("turn ").prefix(2).sorted() == ["off", "on"])
        #expect(added("they turn off,").first?.hasPrefix(" ") == true)
        // The letters are a word: it may go on, or be whole.
        let light = completer.completions(of: "turn on the light", count: 9)
        #expect(light.first?.added == "s" && light.first?.word == "lights")
        #expect(light.dropFirst().allSatisfy { $0.added.hasPrefix(" ") && $0.word.hasPrefix("light ") })
        #expect(light.reduce(0) { $0 + $1.probability } <= 1 + 1e-6)
        // What is typed in capitals stays so.
        #expect(added("Turn off the LI").first == "ght")
        // A sentence begins with a capital letter.
        #expect(completer.completions(of: "", count: 1).first?.word.first?.isUppercase == true)
        #expect(completer.completions(of: "xyzzy", count: 3).isEmpty)
        #expect(completer.completions(of: "the ", count: 0).isEmpty)
        for line in Self.lines { #expect(completer.completions(of: line, count: 5).count <= 5) }
    }

    @Test func `what a line is about decides`() throws {
        let (all, none) = (
            try completer(), try completer(FieldSettings(sharpness: 24, strength: 0, floor: 1e-4, cache: 0))
        )
        func probability(_ completer: Completer, _ line: String, _ word: String) throws -> Double {
            try #require(completer.completions(of: line, count: 200).first { $0.word == word }).probability
        }
        let line = "a concert with drums and guitar players, so that we sang of the "
        #expect(try probability(all, line, "song") > probability(none, line, "song"))
        #expect(try probability(all, line, "fever") < probability(none, line, "fever"))
    }

    @Test func `words of the line come again`() throws {
        let cached = try completer(FieldSettings(sharpness: 24, strength: 0, floor: 1e-4, cache: 0.3))
        let plain = try completer(FieldSettings(sharpness: 24, strength: 0, floor: 1e-4, cache: 0))
        func share(_ completer: Completer) -> Double {
            completer.completions(of: "pill pill pill the ", count: 500).first { $0.word == "pill" }!.probability
        }
        #expect(abs(share(cached) - (0.7 * share(plain) + 0.3 * 3 / 4)) < 1e-5)
    }

    @Test func `a seed goes on the same way, and a direction changes the way`() throws {
        let completer = try completer()
        func words(_ seed: UInt64, towards text: String? = nil, temperature: Double = 1) throws -> String {
            let direction = try text.map { try completer.direction(towards: $0, strength: 2) }
            return completer.continuation(
                of: "the", words: 40, towards: direction, temperature: temperature, seed: seed)
        }
        #expect(try words(1) == words(1))
        #expect(try words(1) != words(2))
        #expect(try words(1, temperature: 0) == words(2, temperature: 0))
        func count(_ text: String, of words: Set<String>) -> Int {
            text.split(separator: " ").count { words.contains(String($0)) }
        }
        let music: Set<String> = ["band", "guitar", "drums", "concert", "song", "singer", "choir", "sang", "played"]
        var (towards, away) = (0, 0)
        for seed in 0..<UInt64(8) {
            towards += count(try words(seed, towards: "music, drums and a concert"), of: music)
            away += count(try words(seed, towards: "a patient in hospital"), of: music)
        }
        #expect(towards > away + 8)
        #expect(completer.continuation(of: "the ", words: 0) == "")
        #expect(completer.continuation(of: "the", words: 1).hasPrefix(" "))
        #expect(!completer.continuation(of: "the ", words: 1).hasPrefix(" "))
    }

    @Test func `directions without one are refused`() throws {
        let completer = try completer()
        #expect(throws: CompletionError.noDirection) { try completer.direction(towards: " ", strength: 1) }
        let zeros = [Float](repeating: 0, count: completer.engine.dimension)
        #expect(throws: CompletionError.noDirection) { try completer.direction(towards: zeros, strength: 1) }
        #expect(throws: CompletionError.noDirection) {
            try completer.direction(towards: zeros.map { _ in .nan }, strength: 1)
        }
        #expect(throws: CompletionError.dimension(expected: zeros.count, found: 2)) {
            try completer.direction(towards: [1, 2], strength: 1)
        }
        #expect(throws: CompletionError.setting("strength", expected: "0 to 2.0", found: "nan")) {
            try completer.direction(towards: "music", strength: .nan)
        }
        #expect(throws: CompletionError.self) {
            try self.completer(FieldSettings(sharpness: 24, strength: -1, floor: 1e-4, cache: 0))
        }
    }

    @Test func `measures are those of the words one by one`() throws {
        let (engine, model) = try Self.trained.get()
        let texts = ["the doctor sang a song", "turn off the unheardof light"]
        let found = try CompletionMeasurement.measure(
            model, engine, on: [texts], genres: [texts], timed: true, threads: 2)
        #expect(found.unknown == 1)
        #expect(found.seconds.count == 2)
        let completer = try completer()
        for (way, sums) in zip(found.ways, found.total) where !way.hasGenre {
            var (sum, words) = (0.0, 0)
            for text in texts {
                var state = Completer.State()
                for word in text.split(separator: " ") {
                    let number = model.vocabulary.number(of: Array(word.utf8))
                    completer.predict(state, with: way.parts)
                    if number != Vocabulary.unknown {
                        sum += CMath.log(Double(completer.probabilities[Int(number)]))
                        words += 1
                    }
                    state.add(number, Array(word.utf8))
                }
            }
            #expect(sums.words == words)
            #expect(abs(sums.perplexity - CMath.exp(-sum / Double(words))) < 1e-6 * sums.perplexity)
        }
        #expect(throws: CompletionError.setting("genres", expected: "1, one a source", found: "2")) {
            try CompletionMeasurement.measure(model, engine, on: [texts], genres: [texts, texts])
        }
    }
}

import Anneal
import AnnealCodes
import AnnealContainer
import AnnealFormats
import AnnealModel
import AnnealPlatform
import Testing

@testable import AnnealIDs

/// A small model of IDs, of texts of four topics.
enum SampleIDs {
    static let engine = Result { try Engine() }
    static let topics = [
        ("medicine", ["doctor", "patient", "fever", "hospital", "disease", "nurse", "treatment", "surgery"]),
        ("music", ["guitar", "song", "melody", "concert", "violin", "singer", "orchestra", "piano"]),
        ("sea", ["ship", "sailor", "harbour", "ocean", "wave", "captain", "voyage", "island"]),
        ("food", ["bread", "cheese", "kitchen", "recipe", "soup", "butter", "dinner", "cook"]),
    ]

    /// 240 texts, and the topic of each.
    static let texts: (texts: [String], topicOf: [Int]) = {
        var random = SplitMix64(seed: 9)
        var found: ([String], [Int]) = ([], [])
        for index in 0..<240 {
            let words = topics[index % 4].1
            func word() -> String { words[random.below(words.count)] }
            let plain = "The \(word()) and the \(word()) of the \(word())"
            found.0.append(index % 3 == 0 ? "\(plain), notwithstanding the \(word())." : "\(plain).")
            found.1.append(index % 4)
        }
        return found
    }()

    static func training(_ sizes: [Int] = [4, 4]) -> IDTraining {
        var training = IDTraining(sizes: sizes)
        training.variation = 8
        training.words = topics.flatMap { topic in
            (topic.1 + topic.1).map { ListedWord(word: $0, gloss: "", classes: ["thing", topic.0]) }
        }
        return training
    }

    static let sources = topics.map { TextSource(name: $0.0, style: $0.0, isOld: $0.0 == "sea") }
    static let bytes = Result {
        try training().train(engine.get(), texts: texts.texts, sourceOf: texts.topicOf, sources: sources)
    }

    static func model() throws -> IDModel { try IDModel(bytes: bytes.get()) }
}

@Suite struct IDModelTests {
    @Test func topicsGetFirstDigitsAndNames() throws {
        let model = try SampleIDs.model()
        var session = try IDSession(SampleIDs.engine.get(), model)
        let digits = SampleIDs.texts.texts.map { session.id(of: $0)?.digits[0] ?? -1 }
        for topic in 0..<4 {
            let own = Set(digits.indices.filter { SampleIDs.texts.topicOf[$0] == topic }.map { digits[$0] })
            #expect(own.count == 1)
            let prefix = SemanticID(digits: [own.first ?? 0])
            #expect(model.count(of: prefix) == 60)
            let name = try #require(model.name(of: prefix))
            #expect(Set(name.words).isSubset(of: SampleIDs.topics[topic].1))
            #expect(name.purity > 0.9 && !name.isMixed)
            #expect(name.category == SampleIDs.topics[topic].0 && name.categoryPurity > 0.9)
        }
        #expect(model.usage[0] == [60, 60, 60, 60] && model.usage[1].reduce(0, +) == 240)
        #expect(model.count(of: SemanticID(digits: [])) == 240)
        #expect((0..<4).map { model.count(of: SemanticID(digits: [2, $0])) ?? 0 }.reduce(0, +) == 60)
        #expect(model.name(of: SemanticID(digits: [])) == nil)
    }

    @Test func textsWithoutContentHaveNoID() throws {
        let model = try SampleIDs.model()
        var session = try IDSession(SampleIDs.engine.get(), model)
        let (id, scored) = (session.id(of: ""), session.scored(of: " "))
        #expect(id == nil && scored == nil)
        let (once, again) = (session.id(of: "a ship"), session.id(of: "a ship"))
        #expect(once != nil && once == again)
    }

    /// The digits of a text are those of its vector, and the nearest words of the first level.
    @Test func oneCallIsTwo() throws {
        let (engine, model) = (try SampleIDs.engine.get(), try SampleIDs.model())
        var session = try IDSession(engine, model)
        let coder = model.makeCoder()
        for text in SampleIDs.texts.texts.prefix(20) {
            let vector = try engine.embed(text)
            let id = try vector.withUnsafeBufferPointer { (row) throws(IDError) in try coder.id(of: row) }
            let ofText = session.id(of: text)
            #expect(ofText == id)
            let scored = try vector.withUnsafeBufferPointer { (row) throws(IDError) in try coder.scored(of: row) }
            let scoredOfText = session.scored(of: text)
            #expect(scoredOfText == scored)
        }
    }

    @Test func scoredDigitsArePredicted() throws {
        let model = try SampleIDs.model()
        let scored = try #require(model.scored)
        #expect(scored.attributes.map(\.name) == ["style", "complexity", "era"])
        #expect(scored.attributes.map(\.measure) == ["accuracy", "Spearman", "AUC"])
        #expect(scored.attributes.map(\.heldOut) == [48, 48, 48] && scored.sizes == [4, 8, 8, 8])
        #expect(scored.attributes[0].score > 0.95 && scored.attributes[2].score > 0.95)
        #expect(scored.attributes[1].score > 0.5)
        #expect(scored.attributes[0].classes == ["food", "medicine", "music", "sea"])
        var session = try IDSession(SampleIDs.engine.get(), model)
        let plainText = session.scored(of: "The ship and the wave of the ocean.")
        let easy = try #require(plainText)
        #expect(easy.digits[0] == 3 && easy.digits[2] >= 5)
        let hardText = session.scored(of: "The ship and the wave, notwithstanding the harbour of the ocean.")
        let hard = try #require(hardText)
        #expect(hard.digits[1] > easy.digits[1])
        #expect("\(ScoredDigits(digits: [3, 6, 2, 41]))" == "3/6/2/41")
        var without = SampleIDs.training()
        without.predictsAttributes = false
        without.words = []
        let plain = try IDModel(
            bytes: without.train(
                SampleIDs.engine.get(), texts: SampleIDs.texts.texts, sourceOf: SampleIDs.texts.topicOf,
                sources: SampleIDs.sources))
        #expect(plain.scored == nil && plain.name(of: SemanticID(digits: [1]))?.category == nil)
    }

    @Test func sameTextsGiveTheSameBytes() throws {
        var training = SampleIDs.training()
        training.threads = 3
        let again = try training.train(
            SampleIDs.engine.get(), texts: SampleIDs.texts.texts, sourceOf: SampleIDs.texts.topicOf,
            sources: SampleIDs.sources)
        let first = try SampleIDs.bytes.get()
        #expect(again == first)
    }

    @Test func vectorsLieBetween() throws {
        let model = try SampleIDs.model()
        let (one, other) = (SemanticID(digits: [0, 1]), SemanticID(digits: [3, 2]))
        let way = try model.between(one, other, steps: 9)
        #expect(way.first == one && way.last == other && Set(way).count == way.count)
        #expect(way.allSatisfy { [0, 1, 2, 3].contains($0.digits[0]) })
        #expect(try model.between(one, one, steps: 0) == [one])
        let (whole, first) = (try model.vector(of: one), try model.vector(of: one.prefix(1)))
        let root = try model.vector(of: SemanticID(digits: []))
        #expect(whole != first && root.allSatisfy { $0 == 0 })
    }

    @Test func idsOfOthersAreRefused() throws {
        let model = try SampleIDs.model()
        #expect(try model.parse("3-0@\(model.mark)") == SemanticID(digits: [3, 0]))
        let other = model.mark == "00000000" ? "11111111" : "00000000"
        #expect(throws: IDError.otherModel(expected: model.mark, found: other)) { try model.parse("3-0@\(other)") }
        #expect(throws: IDError.digit(level: 2, size: 4, found: 4)) { try model.parse("3-4") }
        #expect(throws: IDError.digitCount(expected: 2, found: 3)) { try model.parse("1-1-1") }
        #expect(throws: IDError.digit(level: 1, size: 4, found: 9)) { try model.vector(of: SemanticID(digits: [9])) }
        #expect(model.name(of: SemanticID(digits: [9])) == nil && model.count(of: SemanticID(digits: [9])) == nil)
        let bytes = try Self.edited("HEAD") { $0[5] ^= 1 }
        let foreign = try IDModel(bytes: bytes)
        #expect(throws: IDError.otherEngine(expected: foreign.engine, found: model.engine)) {
            _ = try IDSession(SampleIDs.engine.get(), foreign)
        }
    }

    @Test func badVectorsAreRefused() throws {
        let coder = try SampleIDs.model().makeCoder()
        func id(_ numbers: [Float]) throws(IDError) -> SemanticID? {
            try numbers.withUnsafeBufferPointer { (row) throws(IDError) in try coder.id(of: row) }
        }
        #expect(try id([Float](repeating: 0, count: 256)) == nil)
        #expect(throws: IDError.codec(.notFinite(index: 0))) { try id([Float](repeating: .nan, count: 256)) }
        #expect(throws: IDError.codec(.dimension(expected: 256, found: 3))) { try id([1, 2, 3]) }
    }

    @Test func trainingSaysWhatIsMissing() throws {
        let engine = try SampleIDs.engine.get()
        let (texts, topicOf) = SampleIDs.texts
        func train(_ training: IDTraining, _ texts: [String], _ sources: [TextSource] = SampleIDs.sources)
            throws(IDError)
        {
            _ = try training.train(
                engine, texts: texts, sourceOf: Array(topicOf[..<texts.count]), sources: sources)
        }
        #expect(throws: IDError.tooFewTexts(expected: 20, found: 19)) {
            try train(SampleIDs.training(), Array(texts[..<19]) + ["", " "])
        }
        #expect(throws: IDError.codec(.tooFewVectors(expected: 64, found: 30))) {
            try train(SampleIDs.training([64, 64]), Array(texts[..<30]))
        }
        let same = [String](repeating: "one and the same", count: 40)
        #expect(throws: IDError.codec(.tooFewDifferent(expected: 4, found: 1))) {
            try train(SampleIDs.training(), same)
        }
        #expect(throws: IDError.self) { try train(SampleIDs.training([1]), texts) }
        let old = SampleIDs.sources.map { TextSource(name: $0.name, style: $0.style, isOld: true) }
        #expect(throws: IDError.oneLabel(attribute: "era", label: "1.0")) {
            try train(SampleIDs.training(), texts, old)
        }
    }

    @Test func picturesSayWhatThereIs() throws {
        let model = try SampleIDs.model()
        let map = IDPictures.map(of: model)
        #expect(map.hasPrefix("<svg") && map.hasSuffix("</svg>\n"))
        #expect(map.split(separator: "<circle").count == 5 && map.contains("60 texts, "))
        #expect(!map.contains("nan") && !map.contains("inf"))
        let usage = IDPictures.usage(of: model)
        #expect(usage.split(separator: "<rect").count == 1 + 1 + 8 && usage.contains("perplexity 4.0"))
    }

    @Test func measurementCountsWhatIsThere() throws {
        let (engine, model) = (try SampleIDs.engine.get(), try SampleIDs.model())
        let rows = try engine.embed(SampleIDs.texts.texts + [""])
        let found = try IDMeasurement.measure(
            model, on: Matrix(rows: rows.count, columns: 256, values: rows.flatMap { $0 }), threads: 2)
        #expect(found.vectors == 240 && found.levels.map(\.dead) == [0, 0])
        #expect(abs(found.levels[0].perplexity - 4) < 1e-6)
        #expect(found.levels[1].error < found.levels[0].error && found.levels[0].error < 1)
        #expect(found.different <= 16 && found.sharing > 0.9)
        #expect((found.levels[0].sharedNear ?? 0) == 1 && (found.levels[0].sharedFar ?? 1) < 0.01)
        #expect(IDMeasurement.perplexity([8, 8, 0]) == 2)
    }

    // MARK: the file

    /// The sample's file with a section changed and all checksums right.
    private static func edited(_ tag: String, _ edit: (inout [UInt8]) -> Void) throws -> [UInt8] {
        let container = try OpenContainer(SampleIDs.bytes.get().withUnsafeBytes { FileStorage(copying: $0) }, as: .ids)
        let sections = ContainerKind.ids.known.compactMap { known in
            container[known].map { bytes -> (tag: SectionTag, bytes: [UInt8]) in
                var bytes = Array(bytes)
                if "\(known)" == tag { edit(&bytes) }
                return (known, bytes)
            }
        }
        return try ContainerWriter.layOut(sections, as: .ids)
    }

    @Test func fileIsTheSameWhenReadAndLaidOutAgain() throws {
        let (again, first) = (try Self.edited("none") { _ in }, try SampleIDs.bytes.get())
        #expect(again == first)
    }

    @Test func damagedFilesAreRefused() throws {
        let bytes = try SampleIDs.bytes.get()
        for length in [0, 1, 7, 8, 64, 127, 128, 300] + stride(from: 400, to: bytes.count, by: 997) {
            #expect(throws: IDError.self) { try IDModel(bytes: Array(bytes[..<length])) }
        }
        for place in stride(from: 0, to: bytes.count, by: 211) {
            var damaged = bytes
            damaged[place] ^= 0x10
            #expect(throws: IDError.self) { try IDModel(bytes: damaged) }
        }
        #expect(throws: IDError.self) { try IDModel(Path("/no/such/file.ids")) }
    }

    /// Right checksums around wrong content: each section has its own error.
    @Test(arguments: [
        ("HEAD", 32, [0, 0, 0, 0]), ("HEAD", 36, [99, 0, 0, 0]), ("HEAD", 40, [0, 0, 0, 0]),
        ("HEAD", 40, [3, 0, 0, 0]),
        ("HEAD", 44, [0, 0, 0, 0]), ("HEAD", 44, [3, 0, 0, 0]), ("HEAD", 48, [255, 255, 255, 255]),
        ("HEAD", 52, [99, 0, 0, 0]),
        ("HEAD", 56, [0, 32, 0, 0]), ("HEAD", 56, [9, 0, 0, 0]), ("HEAD", 60, [1, 0, 0, 0]),
        ("HEAD", 64, [1, 0, 0, 0]),
        ("HEAD", 68, [5, 0, 0, 0]), ("WORD", 0, [255, 127, 255, 127]), ("NAME", 0, [120]), ("NAME", 0, [255]),
        ("ATTR", 0, [9]), ("SCOR", 0, [255, 127, 255, 127]), ("BIAS", 0, [255, 255, 255, 255, 255, 255, 255, 127]),
        ("BIAS", 48, [255, 255, 255, 255, 0, 0, 0, 0]), ("VARI", 0, [255, 127, 255, 127]),
    ])
    func wrongContentIsRefused(_ tag: String, _ place: Int, _ bytes: [UInt8]) throws {
        let file = try Self.edited(tag) { $0.replaceSubrange(place..<place + bytes.count, with: bytes) }
        #expect(throws: IDError.self) { try IDModel(bytes: file) }
    }

    @Test(arguments: ["HEAD", "WORD", "USED", "PREF", "NAME", "ATTR", "SCOR", "BIAS", "VARI"])
    func sectionsOfAnotherLengthAreRefused(_ tag: String) throws {
        #expect(throws: IDError.self) { try IDModel(bytes: Self.edited(tag) { $0.removeLast() }) }
        #expect(throws: IDError.self) { try IDModel(bytes: Self.edited(tag) { $0.append(65) }) }
        #expect(throws: IDError.self) { try IDModel(bytes: Self.edited(tag) { $0 = [] }) }
    }
}

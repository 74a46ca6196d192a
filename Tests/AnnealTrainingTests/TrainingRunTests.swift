import Anneal
import AnnealFormats
import AnnealContainer
import AnnealModel
import AnnealPlatform
import Foundation
import TestSupport
import Testing

@testable import AnnealTraining

@Suite struct TrainingRunTests {
    private let workspace: Workspace
    private let tokenizer: [UInt8]

    init() throws {
        workspace = try Workspace()
        let url = try #require(
            Bundle.module.url(forResource: "unigram-folded", withExtension: "model", subdirectory: "Fixtures"))
        tokenizer = [UInt8](try Data(contentsOf: url))
    }

    /// Sentences of a few words, whose vectors are sums of random word vectors: something that can be learned.
    private func makeStore(
        _ name: String = "labels", count: Int = 600, seed: UInt64 = 1,
        words: [String] = [
            "the", "light", "is", "off", "on", "turn", "house", "new", "york", "not", "good", "bad", "a", "dog", "runs",
        ]
    ) throws -> TeacherStore {
        var random = SplitMix64(seed: 99)
        let vectors = words.map { _ in random.floats(48) }
        var texts = SplitMix64(seed: seed)
        let path = workspace.file(name)
        let store = try TeacherStoreWriter(
            path: path, description: TeacherDescription(teacher: "sum of words", width: 48))
        for _ in 0..<count {
            let chosen = (0..<Int.random(in: 1...7, using: &texts)).map { _ in
                Int.random(in: 0..<words.count, using: &texts)
            }
            var sum = [Float](repeating: 0, count: 48)
            for word in chosen { for index in 0..<48 { sum[index] += vectors[word][index] } }
            Array(chosen.map { words[$0] }.joined(separator: " ").utf8).withUnsafeBytes { text in
                sum.withUnsafeBufferPointer { _ = store.append(text: text, vector: $0) }
            }
        }
        try store.flushAndCommit()
        return try TeacherStore(path: path)
    }

    private var settings: TrainingSettings {
        var settings = TrainingSettings()
        settings.dimension = 32
        settings.constants = StageSettings(epochs: 4, rate: 0.02, batch: 64, structure: 1, part: 32)
        settings.together = StageSettings(epochs: 3, rate: 0.01, batch: 64, structure: 1, part: 32)
        settings.phrases = 40
        settings.leastSites = 3
        settings.heldOut = 50
        return settings
    }

    private func run(
        _ settings: TrainingSettings, threads: Int = 2, store: TeacherStore, checkpoint: String? = nil,
        inspect: (String, ModelParts) throws -> Void = { _, _ in }
    ) throws -> [UInt8] {
        let run = try TrainingRun(stores: [store], tokenizer: tokenizer, settings: settings, threads: threads)
        return try ModelWriter.encode(run.run(checkpoint: checkpoint, inspect: inspect))
    }

    /// The whole way: the model opens, and its vectors agree with the teacher's as far as the metadata say.
    @Test func modelLearnsTheTeacher() throws {
        let store = try makeStore()
        let bytes = try run(settings, store: store)
        let model = try Model(bytes: bytes)
        #expect(model.metadata["teacher"] == "sum of words")
        let heldOut = Double(try #require(model.metadata["held-out-cosine"])) ?? 0
        #expect(heldOut > 0.9)
        #expect(model.shape.ruleCount > 0)
        let engine = try Engine(model: model)
        let near = try engine.embed(["the dog runs", "a dog runs", "new york"])
        func cosine(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        #expect(cosine(near[0], near[1]) > cosine(near[0], near[2]))
    }

    /// What a checkpoint's floats make of texts is what the integers make of them, but for rounding.
    @Test func floatsAgreeWithTheEngine() throws {
        let path = workspace.file("kept.checkpoint")
        let model = try Model(bytes: try run(settings, store: makeStore(), checkpoint: path))
        let floats = try FloatModel(checkpoint: path, model: model, threads: 2)
        #expect(floats.dimension == 32)
        let texts = ["the dog runs", "new york is not bad", "", String(repeating: "turn the light off ", count: 200)]
        let rows = try floats.vectors(of: texts.map { Array($0.utf8) })
        for (index, vector) in try Engine(model: model).embed(texts).enumerated() {
            let row = Array(rows[index * 32..<(index + 1) * 32])
            let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect((norm == 0) == texts[index].isEmpty)
            let cosine = zip(row, vector).reduce(Float(0)) { $0 + $1.0 * $1.1 } / max(norm, 1e-9)
            #expect(texts[index].isEmpty || (cosine > 0.99 && cosine < 1.0001), "\(texts[index].prefix(20)) \(cosine)")
        }
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        bytes[bytes.count / 2] ^= 1
        try Data(bytes).write(to: URL(filePath: path))
        #expect(throws: TrainError.self) { try FloatModel(checkpoint: path, model: model, threads: 1) }
        bytes[bytes.count / 2] ^= 1
        try Data(bytes.dropLast(8)).write(to: URL(filePath: path))
        #expect(throws: TrainError.self) { try FloatModel(checkpoint: path, model: model, threads: 1) }
    }

    /// A lexicon of words and their vectors.
    private func makeLexicon(_ entries: [String: [Float]], teacher: String = "sum of words") throws -> TeacherStore {
        let path = workspace.file("\(teacher)-\(entries.keys.sorted())-\(entries.values.first!.count)")
        let store = try TeacherStoreWriter(
            path: path, description: TeacherDescription(teacher: teacher, width: entries.values.first!.count))
        for (word, vector) in entries.sorted(by: { $0.key < $1.key }) {
            Array(word.utf8).withUnsafeBytes { text in
                vector.withUnsafeBufferPointer { _ = store.append(text: text, vector: $0) }
            }
        }
        try store.flushAndCommit()
        return try TeacherStore(path: path)
    }

    /// Words that the tokenizer has whole.
    private static let pieces = ["river", "bridge", "candle", "lamp", "garden", "mirror", "kettle", "ladder"]

    /// Two words that texts tell apart come together where the lexicon has them in one place; words of several tokens are
    /// passed over. A run that was ended at any stage gives the same.
    @Test(arguments: [0, 40]) func lexiconMovesItsWords(_ phrases: Int) throws {
        let store = try makeStore(words: Self.pieces)
        var random = SplitMix64(seed: 3)
        let place = random.floats(48)
        let lexicon = try makeLexicon(["river": place, "candle": place, "new york": random.floats(48)])
        var settings = settings
        settings.phrases = phrases
        settings.lexiconShare = 1
        func run(_ lexicon: TeacherStore?, checkpoint: String? = nil) throws -> [UInt8] {
            let run = try TrainingRun(
                stores: [store], lexicon: lexicon, tokenizer: tokenizer, settings: settings, threads: 2)
            var shown: ModelParts?
            let bytes = try ModelWriter.encode(run.run(checkpoint: checkpoint) { shown = $1 })
            // What is measured last is what is written.
            #expect(try ModelWriter.encode(#require(shown)) == bytes)
            return bytes
        }
        func cosine(_ model: Model) throws -> Float {
            let vectors = try Engine(model: model).embed(["river", "candle"])
            return zip(vectors[0], vectors[1]).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let checkpoint = workspace.file("checkpoint")
        let without = try Model(bytes: try run(nil, checkpoint: checkpoint))
        #expect(without.metadata["lexicon"] == nil)
        // From the last checkpoint of a run that had no lexicon, from the beginning, and from a run that is over.
        let bytes = try run(lexicon, checkpoint: checkpoint)
        #expect(try run(lexicon) == bytes)
        #expect(try run(lexicon, checkpoint: checkpoint) == bytes)
        let with = try Model(bytes: bytes)
        #expect(with.metadata["lexicon"]?.hasPrefix("share=1.0 sha256=") == true)
        #expect(try cosine(with) > cosine(without) + 0.3)
        // What the lexicon has moved is no beginning for a run with another one, or with none.
        #expect(throws: TrainError.self) { try run(nil, checkpoint: checkpoint) }
        let other = try makeLexicon(["river": random.floats(48)])
        #expect(throws: TrainError.self) { try run(other, checkpoint: checkpoint) }
    }

    /// A lexicon of another teacher, of another width, or of no token is refused.
    @Test func wrongLexiconIsRefused() throws {
        let store = try makeStore(count: 100, words: Self.pieces)
        var random = SplitMix64(seed: 4)
        for lexicon in [
            try makeLexicon(["river": random.floats(48)], teacher: "another"),
            try makeLexicon(["river": random.floats(47), "candle": random.floats(47)]),
            try makeLexicon(["new york": random.floats(48), "turn off": random.floats(48)]),
        ] {
            #expect(throws: TrainError.self) {
                try TrainingRun(stores: [store], lexicon: lexicon, tokenizer: tokenizer, settings: settings, threads: 1)
            }
        }
    }

    /// Words that the thesaurus has for alike come together and opposites apart, beside a lexicon and without one; a checkpoint
    /// that one thesaurus has turned is none for another.
    @Test func thesaurusTurnsItsWords() throws {
        let store = try makeStore(words: Self.pieces)
        var settings = settings
        settings.thesaurusShare = 0.5
        let path = workspace.file("thesaurus.tsv")
        try "river\tcandle\t1\ncandle\triver\t2.5\nlamp\tgarden\t-1\nriver\tnew york\t3\n".write(
            toFile: path, atomically: true, encoding: .utf8)
        func run(_ thesaurus: String?, _ lexicon: TeacherStore? = nil, checkpoint: String? = nil) throws -> Model {
            let run = try TrainingRun(
                stores: [store], lexicon: lexicon, thesaurus: thesaurus, tokenizer: tokenizer, settings: settings,
                threads: 2)
            return try Model(bytes: ModelWriter.encode(run.run(checkpoint: checkpoint)))
        }
        func cosine(_ model: Model, _ one: String, _ other: String) throws -> Float {
            let vectors = try Engine(model: model).embed([one, other])
            return zip(vectors[0], vectors[1]).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let checkpoint = workspace.file("checkpoint")
        let without = try run(nil)
        #expect(without.metadata["thesaurus"] == nil)
        let with = try run(path, checkpoint: checkpoint)
        #expect(with.metadata["thesaurus"]?.hasPrefix("share=0.5 sha256=") == true)
        #expect(with.metadata["lexicon"] == nil)
        #expect(try run(path, checkpoint: checkpoint).contentHash == with.contentHash)
        #expect(try cosine(with, "river", "candle") > cosine(without, "river", "candle") + 0.2)
        #expect(try cosine(with, "lamp", "garden") < cosine(without, "lamp", "garden") - 0.2)
        #expect(throws: TrainError.self) { try run(nil, checkpoint: checkpoint) }
        try "river\tlamp\t1\n".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: TrainError.self) { try run(path, checkpoint: checkpoint) }
        var random = SplitMix64(seed: 3)
        let both = try run(path, makeLexicon(["river": random.floats(48)]))
        #expect(both.metadata["thesaurus"] != nil && both.metadata["lexicon"] != nil)
    }

    /// The critic learns from texts of its own, of which none is trained on; without them from those that are held out.
    @Test func criticHasItsOwnTexts() throws {
        let store = try makeStore()
        let others = try makeStore("others", count: 500, seed: 2)
        func train(_ critic: [TeacherStore]) throws -> ModelParts {
            try TrainingRun(stores: [store], critic: critic, tokenizer: tokenizer, settings: settings, threads: 2).run()
        }
        let without = try train([])
        #expect(without.metadata["critic"] == nil)
        let with = try train([others])
        let keys = Set((0..<store.count).map { store.key($0) })
        let fresh = Set((0..<others.count).map { others.key($0) }).subtracting(keys)
        #expect(with.metadata["critic"]?.hasPrefix("texts=\(fresh.count) sha256=") == true)
        #expect(with.rows == without.rows && with.critic != without.critic)
        #expect(throws: TrainError.self) { try train([store]) }
        let path = workspace.file("stranger")
        let writer = try TeacherStoreWriter(
            path: path, description: TeacherDescription(teacher: "another", width: 48))
        Array("a text".utf8).withUnsafeBytes { text in
            [Float](repeating: 1, count: 48).withUnsafeBufferPointer { _ = writer.append(text: text, vector: $0) }
        }
        try writer.flushAndCommit()
        #expect(throws: TrainError.self) { try train([TeacherStore(path: path)]) }
    }

    /// All dimensions keep every cosine, and fewer are a prefix of more, made one long.
    @Test func reductionTurnsVectors() throws {
        let store = try makeStore()
        var random = SplitMix64(seed: 7)
        let vectors = random.floats(4 * 48)
        func rows(_ dimension: Int) throws -> [[Float]] {
            let reduction = try StoredReduction(stores: [store], dimension: dimension, heldOut: 50, threads: 2)
            let flat = reduction.reduce(vectors)
            return (0..<4).map { Array(flat[$0 * dimension..<($0 + 1) * dimension]) }
        }
        func dot(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        func unit(_ a: [Float]) -> [Float] { a.map { $0 / dot(a, a).squareRoot() } }
        let given = (0..<4).map { unit(Array(vectors[$0 * 48..<($0 + 1) * 48])) }
        let whole = try rows(48)
        let part = try rows(32)
        for a in 0..<4 {
            for b in 0..<4 { #expect(abs(dot(whole[a], whole[b]) - dot(given[a], given[b])) < 1e-4) }
            #expect(abs(dot(unit(Array(whole[a].prefix(32))), part[a]) - 1) < 1e-4)
        }
        #expect(throws: TrainError.self) {
            try StoredReduction(stores: [store], dimension: 49, heldOut: 50, threads: 1)
        }
    }

    @Test func sameSeedGivesTheSameFileOnAnyThreads() throws {
        let store = try makeStore()
        let one = try run(settings, threads: 1, store: store)
        #expect(try run(settings, threads: 3, store: store) == one)
        var other = settings
        other.seed = 2
        #expect(try run(other, store: store) != one)
    }

    private struct Kill: Error {}

    /// A run that ends at any stage and is begun again gives the same file as one that was never ended.
    @Test func killedRunGivesTheSameFile() throws {
        let store = try makeStore()
        let whole = try run(settings, store: store)
        let checkpoint = workspace.file("checkpoint")
        #expect(throws: Kill.self) {
            try run(settings, store: store, checkpoint: checkpoint) { _, _ in throw Kill() }
        }
        #expect(FileManager.default.fileExists(atPath: checkpoint))
        #expect(try run(settings, store: store, checkpoint: checkpoint) == whole)
        // From every epoch: shorter runs leave the checkpoint that a kill would.
        let saved = Checkpoints(path: checkpoint, workspace: workspace)
        try FileManager.default.removeItem(atPath: checkpoint)
        let watched = try TrainingRun(
            stores: [store], tokenizer: tokenizer, settings: settings, threads: 2, log: { saved.keep($0) })
        _ = try watched.run(checkpoint: checkpoint)
        #expect(saved.copies.count >= 6)
        for copy in saved.copies {
            try workspace.write("checkpoint", copy)
            #expect(try run(settings, store: store, checkpoint: checkpoint) == whole)
        }
    }

    /// Takes a copy of the checkpoint whenever the log says that an epoch is over: the file is then that of the one before.
    private final class Checkpoints {
        let path: String
        let workspace: Workspace
        var copies: [[UInt8]] = []

        init(path: String, workspace: Workspace) {
            self.path = path
            self.workspace = workspace
        }

        func keep(_ line: String) {
            guard let bytes = try? workspace.read("checkpoint"), copies.last != bytes else { return }
            copies.append(bytes)
        }
    }

    @Test func otherRunsCheckpointIsRefused() throws {
        let store = try makeStore()
        let checkpoint = workspace.file("checkpoint")
        _ = try run(settings, store: store, checkpoint: checkpoint)
        var other = settings
        other.together.rate = 0.02
        #expect(throws: TrainError.self) { try run(other, store: store, checkpoint: checkpoint) }
        let otherStore = try makeStore("others", seed: 2)
        #expect(throws: TrainError.self) { try run(settings, store: otherStore, checkpoint: checkpoint) }
        let bytes = try workspace.read("checkpoint")
        for length in [0, 10, 63, 71, bytes.count / 2, bytes.count - 1] {
            try workspace.write("checkpoint", Array(bytes[..<length]))
            #expect(throws: TrainError.self) { try run(settings, store: store, checkpoint: checkpoint) }
        }
        for place in [2, 9, 13, 21, 40, 64, bytes.count / 2, bytes.count - 1] {
            var damaged = bytes
            damaged[place] ^= 0x40
            try workspace.write("checkpoint", damaged)
            #expect(throws: TrainError.self) { try run(settings, store: store, checkpoint: checkpoint) }
        }
    }

    @Test func badSettingsAreRefused() throws {
        let store = try makeStore(count: 100)
        var wide = settings
        wide.dimension = 64
        #expect(throws: TrainError.self) { try run(wide, store: store) }
        var odd = settings
        odd.dimension = 33
        #expect(throws: TrainError.self) { try run(odd, store: store) }
        #expect(throws: TrainError.self) {
            try TrainingRun(stores: [store], tokenizer: Array("no model".utf8), settings: settings, threads: 1)
        }
        #expect(throws: TrainError.self) {
            try TrainingRun(stores: [], tokenizer: tokenizer, settings: settings, threads: 1)
        }
    }
}

import Anneal
import AnnealCodes
import AnnealModel
@testable import AnnealPacking
import AnnealPlatform
import Foundation
import Testing

/// Texts, and a word model that is trained on them.
private struct Packed {
    static let texts: [String] = {
        var random = SplitMix64(seed: 3)
        let words = """
            cat dog house river guitar piano computer network garden winter summer mountain doctor hospital music play run \
            eat sleep the a of in on with and not never very old new red green quickly slowly water bread cheese
            """.split(separator: " ")
        return (0..<600).map { _ in
            (0..<1 + random.below(14)).map { _ in String(words[random.below(words.count)]) }.joined(separator: " ")
                + "."
        }
    }()

    let engine: Engine
    let words: WordModel

    init() throws {
        engine = try Engine()
        words = try WordModel(bytes: Self.training(engine, threads: 1).train())
    }

    static func training(_ engine: Engine, threads: Int) throws -> WordModelTraining {
        var settings = WordModelSettings()
        (settings.sample, settings.threads) = (200, threads)
        settings.meanBytes = 3
        var training = WordModelTraining(engine: engine, settings: settings) { _ in }
        try engine.withSession(engine.settings()) { session in
            for text in texts { training.add(Array(text.utf8).span, with: &session) }
        }
        return training
    }

    func pack(_ texts: [String], _ goal: PackingGoal, threads: Int = 1) throws -> [PackedChoice] {
        var bytes: [UInt8] = []
        var ends: [Int] = []
        for text in texts {
            bytes += Array(text.utf8)
            ends.append(bytes.count)
        }
        let run = try PackingRun(TextPacker(engine: engine, words: words), goal: goal, threads: threads)
        return bytes.withUnsafeBufferPointer { run.pack($0, ends: ends) }
    }

    func vector(_ set: WordSet) throws -> [Float] {
        try engine.embed(String(decoding: TextPacker.text(of: set, words), as: UTF8.self))
    }
}

@Suite struct TextPackerTests {
    private let packed: Packed

    init() throws { packed = try Packed() }

    @Test("the cosine that is told is that of the vector that comes back")
    func cosines() throws {
        for (text, choice) in zip(Packed.texts, try packed.pack(Array(Packed.texts[..<100]), PackingGoal(meanBytes: 2)))
        {
            let cosine = zip(try packed.vector(choice.words), try packed.engine.embed(text)).reduce(0) {
                $0 + $1.0 * $1.1
            }
            #expect(abs(cosine - choice.cosine) < 1e-5)
        }
    }

    @Test("texts take what they may: in the mean, or each")
    func limits() throws {
        var meter = WordSetMeter(packed.words)
        func bytes(_ goal: PackingGoal) throws -> Double {
            let choices = try packed.pack(Packed.texts, goal)
            var writer = WordCodeWriter(model: packed.engine.model.contentHash, words: packed.words)
            for choice in choices { writer.append(choice.words) }
            writer.finish()
            return Double(writer.take().count - 77) / Double(choices.count)
        }
        let most = try bytes(PackingGoal())
        for mean in [1.5, 2, 2.5] {
            let found = try bytes(PackingGoal(meanBytes: mean))
            // What the last block lacks of its texts comes on top.
            let limit = mean + PackingGoal.blockBytes / Double(Packed.texts.count) + 0.02
            #expect(found <= limit && found > min(mean, most) - 0.25, "\(mean) of \(most): \(found)")
        }
        for limit in [1, 2, 4] {
            for choice in try packed.pack(Packed.texts, PackingGoal(bytes: limit)) where choice.words.count > 0 {
                #expect(meter.bits(of: choice.words) <= Double(8 * limit))
            }
        }
    }

    @Test("a text alone keeps words as one among many does")
    func alone() throws {
        for text in Packed.texts[..<50] {
            let all = try packed.pack([text], PackingGoal())[0]
            let choice = try packed.pack([text], PackingGoal(meanBytes: 4))[0]
            #expect(choice.words.count > 0 || all.words.count == 0, "\(text)")
        }
    }

    @Test("more bytes keep more")
    func monotone() throws {
        let means = try [1.5, 2.5, 3.5, 8].map { mean in
            try packed.pack(Packed.texts, PackingGoal(meanBytes: mean)).reduce(0) { $0 + $1.cosine }
        }
        #expect(means == means.sorted() && means[0] < means[3])
    }

    @Test("each word that is taken away is the cheapest in similarity for its bits: a slow search finds the same")
    func greedy() throws {
        let packer = TextPacker(engine: packed.engine, words: packed.words)
        for text in Packed.texts[..<60] {
            let target = try packed.engine.embed(text)
            let found = try packed.engine.withSession(packed.engine.settings()) {
                packer.pack(Array(text.utf8).span, with: &$0)
            }
            func cosine(_ places: [Int]) throws -> Float {
                let words = places.map { String(decoding: found.candidates[$0].bytes, as: UTF8.self) }
                let vector = try packed.engine.embed(words.joined(separator: " "))
                return zip(vector, target).reduce(0) { $0 + $1.0 * $1.1 }
            }
            var left = Array(found.candidates.indices)
            for (step, taken) in found.order.enumerated() {
                let now = try cosine(left)
                #expect(abs(found.steps[step].cosine - now) < 1e-5)
                func loss(_ place: Int) throws -> Double {
                    Double(now - (try cosine(left.filter { $0 != place }))) / Double(found.candidates[place].cost)
                }
                let least = try left.map(loss).min() ?? 0
                #expect(try loss(taken) <= least + 1e-7)
                left.removeAll { $0 == taken }
            }
            #expect(left.isEmpty && found.steps.count == found.candidates.count + 1)
        }
    }

    @Test("threads change nothing, neither of packing nor of training")
    func threads() throws {
        let goal = PackingGoal(meanBytes: 3, bytes: 6)
        let one = try packed.pack(Packed.texts, goal).map(\.words)
        #expect(try packed.pack(Packed.texts, goal, threads: 3).map(\.words) == one)
        let again = try Packed.training(packed.engine, threads: 3).train()
        #expect(try WordModel(bytes: again).contentHash == packed.words.contentHash)
    }

    @Test("texts without content, unknown words, very many words, bytes that are no UTF-8")
    func odd() throws {
        let long = (0..<9000).map { "word\($0 % 500)x cat" }.joined(separator: " ")
        let choices = try packed.pack(
            ["", "   ", "\u{4E00}\u{10FFFF}", "zorblatt", long, "!!! ???"], PackingGoal(bytes: 20))
        #expect(choices[0].words == WordSet() && choices[1].words == WordSet() && choices[5].words.known.isEmpty)
        #expect(choices[3].words.spelled == [Array("zorblatt".utf8)])
        #expect(choices[4].words.count > 0 && !choices[4].leftOut.isEmpty)
        let packer = TextPacker(engine: packed.engine, words: packed.words)
        let bytes: [UInt8] = [0xFF, 0x63, 0x61, 0x74, 0x20, 0xC3, 0x20, 0x64, 0x6F, 0x67]
        let found = try packed.engine.withSession(packed.engine.settings()) { packer.pack(bytes.span, with: &$0) }
        #expect(found.choice(price: 0).words.count > 0)
    }
}

@Suite struct WordReaderTests {
    private func words(_ text: String) throws -> [String] {
        let engine = try Engine()
        var reader = WordReader(engine.model.tokenizer)
        var words: [String] = []
        try engine.withSession(engine.settings()) { session in
            reader.forEachWord(of: Array(text.utf8).span, in: &session) {
                words.append(String(decoding: $0, as: UTF8.self))
            }
        }
        return words
    }

    @Test("words are runs of letters and digits as the tokenizer has them")
    func cut() throws {
        #expect(
            try words("The guitarist's year-old Gigs: 3,000") == [
                "the", "guitarist", "s", "year", "old", "gigs", "3", "000",
            ])
        #expect(try words("").isEmpty && words(" . ").isEmpty)
        let long = try words(String(repeating: "abcdefgh", count: 40))
        #expect(long.joined() == String(repeating: "abcdefgh", count: 40))
        #expect(long.allSatisfy { $0.utf8.count <= WordModel.wordBytesLimit })
    }

    @Test("a text of the words of a text has the same words, across windows of tokens too")
    func again() throws {
        let text = (0..<400).map { "word\($0)ed" }.joined(separator: " ")
        let first = try words(text)
        #expect(try words(first.joined(separator: " ")) == first)
        #expect(first == (0..<400).map { "word\($0)ed" })
    }
}

import AnnealPlatform
import TestSupport
import Testing

@testable import AnnealTokens

/// Words that end inside of words: the scan that finds these ends against the character map, which is the rule.
@Suite struct InnerEndsTests {
    private static let names = ["unigram-inner", "bpe-inner"]
    private static let characters = [
        "a", "b", "e", "p", "x", "A", "B", "P", ".", "_", "-", "'", "(", "1", " ", "lamp", "Turns", "é", "\u{301}", "’",
        "日",
        "\u{200B}", "\t", "\u{1}",
    ].map { Array($0.utf8) }

    @Test func isTrueOfTheseMapsAlone() throws {
        for name in Fixture.names {
            #expect(try Fixture.tokenizer(name).endsWordsInside == name.hasSuffix("-inner"), "\(name)")
        }
    }

    @Test(arguments: names)
    func equalsTheSlowEncoderOnRandomTexts(name: String) throws {
        let tokenizer = try Fixture.tokenizer(name)
        let slow = ReferenceEncoder(tokenizer)
        var encoder = TokenEncoder(tokenizer)
        for seed in TestScale.cases(400) {
            let text = Self.text(seed, parts: 1 + Int(seed % 50))
            #expect(Fixture.tokens(&encoder, text) == slow.tokens(of: text), "seed \(seed), \(text)")
        }
    }

    /// Words of more bytes than are segmented in one go, and pairs at the end of a stretch.
    @Test(arguments: names)
    func pairsMayStandAnywhere(name: String) throws {
        let tokenizer = try Fixture.tokenizer(name)
        let slow = ReferenceEncoder(tokenizer)
        var encoder = TokenEncoder(tokenizer)
        let long = String(repeating: "lampturns", count: 30)
        var texts = [".\(long)", ".a\(long)aB", "x.aB\(long)\(long).aBé\(long)Ab c"]
        for space in 0..<12 {
            let start = String(repeating: "x ", count: WordScan.stretchLimit / 2 - 6)
            texts.append(start + String(repeating: "y", count: space) + ".aBcD.eF é.aB’cD lamp")
        }
        if tokenizer.modelKind == .unigram {
            texts += [String(repeating: "a.B", count: 3_000), String(repeating: ".aB", count: 3_000)]
            texts.append(String(repeating: "x", count: WordScan.stretchLimit - 1) + ".aBc")
        }
        for text in texts.map({ Array($0.utf8) }) {
            let expected = slow.tokens(of: text)
            // Twice: words are unknown to the cache at first.
            for round in 0..<2 {
                #expect(Fixture.tokens(&encoder, text) == expected, "round \(round), \(text.prefix(40))")
            }
        }
    }

    /// In a map with one other replacement nothing ends words but the map, and the tokens are still the right ones.
    @Test(arguments: [([0x2D, 0x20, 0x61, 0], 2, 0x62), ([0x61, 0x20, 0x62, 0], 0, 0x63)] as [([UInt8], Int, UInt8)])
    func otherMapsKeepTheGeneralPath(replacement: [UInt8], place: Int, other: UInt8) throws {
        var model = try Fixture.bytes("unigram-inner.model")
        let start = try #require(
            model.indices.first { $0 + 4 <= model.count && Array(model[$0..<$0 + 4]) == replacement })
        model[start + place] = other
        let tokenizer = try Fixture.read(model).get()
        #expect(!tokenizer.endsWordsInside)
        let slow = ReferenceEncoder(tokenizer)
        var encoder = TokenEncoder(tokenizer)
        for seed in TestScale.cases(100) {
            let text = Self.text(seed, parts: 20)
            #expect(Fixture.tokens(&encoder, text) == slow.tokens(of: text), "seed \(seed), \(text)")
        }
    }

    /// An index says of the map what a look at it says; one of the version before, which cannot, changes no token.
    @Test func indexesSayWhetherWordsEndInside() throws {
        let model = try Fixture.bytes("unigram-inner.model")
        let plain = try Fixture.read(model).get()
        let index = try #require(try model.withUnsafeBytes { try TokenizerIndexWriter.bytes(of: $0, checksum: 7) })
        var old = index
        old[0] = 1
        old[5] = 0
        #expect(index[0] == 2 && index[5] == 1)
        for (index, endsWordsInside) in [(index, true), (old, false)] {
            let memory = Memory(model, index)
            let tokenizer = try Tokenizer(model: memory.model, index: memory.index, checksum: 7, owner: memory)
            #expect(tokenizer.endsWordsInside == endsWordsInside)
            var encoder = TokenEncoder(tokenizer)
            var other = TokenEncoder(plain)
            for seed in TestScale.cases(50) {
                let text = Self.text(seed, parts: 20)
                let ids = text.withUnsafeBufferPointer { encoder.encode($0) }
                #expect(ids == text.withUnsafeBufferPointer { other.encode($0) }, "seed \(seed), \(text)")
            }
        }
    }

    /// A model and an index where a tokenizer reads them.
    private final class Memory {
        let model: UnsafeRawBufferPointer
        let index: UnsafeRawBufferPointer

        init(_ model: [UInt8], _ index: [UInt8]) {
            self.model = Self.copy(model)
            self.index = Self.copy(index)
        }

        deinit {
            model.deallocate()
            index.deallocate()
        }

        private static func copy(_ bytes: [UInt8]) -> UnsafeRawBufferPointer {
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
            memory.copyBytes(from: bytes)
            return UnsafeRawBufferPointer(memory)
        }
    }

    /// Tokens end where words do, so that they can be shown as parts of the text.
    @Test func tokensEndBeforeTheLetter() throws {
        var encoder = TokenEncoder(try Fixture.tokenizer("unigram-inner"))
        for text in ["lamp.turns", "lampTurns", "é.lamp", "é’lamp"] {
            let bytes = Array(text.utf8)
            let end = UInt32(bytes.count)
            let tokens = Fixture.tokens(&encoder, bytes)
            var behind: UInt32 = 0
            for token in tokens {
                #expect(token.start == behind && token.end >= token.start, "\(text): \(tokens)")
                behind = token.end
            }
            #expect(behind == end && tokens.contains { end - $0.end == 0 && end - $0.start <= 5 }, "\(text)")
        }
    }

    private static func text(_ seed: UInt64, parts: Int) -> [UInt8] {
        var generator = SplitMix64(seed: seed)
        return (0..<parts).flatMap { _ in characters[Int.random(in: 0..<characters.count, using: &generator)] }
    }
}

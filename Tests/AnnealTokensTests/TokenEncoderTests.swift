import AnnealPlatform
import TestSupport
import Testing

@testable import AnnealTokens

@Suite struct TokenEncoderTests {
    /// Ids and byte spans of the reference implementation, with a cold and then with a warm cache.
    @Test func equalsTheReferenceImplementation() throws {
        let golden = try Fixture.golden()
        #expect(golden.count >= 1_900)
        for name in Fixture.names {
            var encoder = TokenEncoder(try Fixture.tokenizer(name))
            for round in 0..<2 {
                for line in golden where line.model == name {
                    let found = Fixture.tokens(&encoder, line.text)
                    if !line.endsWordsInside {
                        #expect(found == line.tokens, "\(name), round \(round), \(line.text)")
                    }
                    let ids = line.text.withUnsafeBufferPointer { encoder.encode($0) }
                    #expect(ids == line.tokens.map(\.id), "\(name), round \(round), \(line.text)")
                }
            }
        }
    }

    /// Long texts come in windows of tokens and stretches of bytes, whose ends meet in many ways: a word must not care.
    @Test(arguments: [("the", 5_000), ("a", 9_000), ("lamp", 4_200), ("the lamp", 2_500)])
    func repeatedWords(word: String, count: Int) throws {
        for name in ["unigram-folded", "unigram-unused", "bpe-folded"] {
            var encoder = TokenEncoder(try Fixture.tokenizer(name))
            let one = Fixture.tokens(&encoder, Array((word + " ").utf8))
            let step = UInt32(word.utf8.count + 1)
            let many = Fixture.tokens(&encoder, Array(String(repeating: word + " ", count: count).utf8))
            #expect(many.count == count * one.count)
            let isRepeated = many.indices.allSatisfy { index in
                let (number, expected) = (UInt32(index / one.count), one[index % one.count])
                return many[index].id == expected.id && many[index].end == expected.end + number * step
            }
            #expect(isRepeated, "\(name), \(word)")
        }
    }

    @Test func slowEncoderEqualsTheReferenceImplementation() throws {
        let golden = try Fixture.golden()
        for name in Fixture.names {
            let slow = ReferenceEncoder(try Fixture.tokenizer(name))
            for line in golden where line.model == name && line.text.count < 200 {
                let found = slow.tokens(of: line.text)
                let isEqual =
                    line.endsWordsInside ? found.map(\.id) == line.tokens.map(\.id) : found == line.tokens
                #expect(isEqual, "\(name), \(line.text)")
            }
        }
    }

    @Test(arguments: Fixture.names)
    func equalsTheSlowEncoderOnRandomTexts(name: String) throws {
        let tokenizer = try Fixture.tokenizer(name)
        let slow = ReferenceEncoder(tokenizer)
        var encoder = TokenEncoder(tokenizer)
        let pieces = (0..<tokenizer.pieceCount).map { Array(tokenizer.bytes(of: UInt32($0))) }
        for seed in TestScale.cases(25) {
            var generator = SplitMix64(seed: seed)
            let parts = seed % 20 == 0 ? 120 : 1 + Int(seed % 16)
            let text = generator.text(parts: parts, pieces: pieces)
            #expect(Fixture.tokens(&encoder, text) == slow.tokens(of: text), "seed \(seed), \(text)")
        }
    }

    /// The size of the window changes nothing, and every window but the last is full.
    @Test(arguments: Fixture.names)
    func windowsOfAnySizeGiveTheSame(name: String) throws {
        let tokenizer = try Fixture.tokenizer(name)
        var encoder = TokenEncoder(tokenizer)
        let pieces = (0..<tokenizer.pieceCount).map { Array(tokenizer.bytes(of: UInt32($0))) }
        for seed in TestScale.cases(5) {
            var generator = SplitMix64(seed: seed &+ 1_000)
            let text = generator.text(parts: 60, pieces: pieces)
            let whole = Fixture.tokens(&encoder, text)
            for window in [1, 2, 3, 5, 64] {
                let ids = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: window)
                let starts = UnsafeMutablePointer<UInt32>.allocate(capacity: window)
                let ends = UnsafeMutablePointer<UInt32>.allocate(capacity: window)
                defer {
                    ids.deallocate()
                    starts.deallocate()
                    ends.deallocate()
                }
                var found: [Token] = []
                text.withUnsafeBufferPointer { bytes in
                    encoder.begin(bytes)
                    while case let count = encoder.next(into: ids, starts: starts, ends: ends), count > 0 {
                        #expect(count == min(window, whole.count - found.count))
                        for index in 0..<count {
                            found.append(Token(id: ids[index], start: starts[index], end: ends[index]))
                        }
                    }
                }
                #expect(found == whole, "seed \(seed), window \(window)")
            }
        }
    }

    /// Words of the cache are prepared in groups; a window may be full wherever a group ends.
    @Test func windowsMayEndWhereGroupsOfWordsDo() throws {
        let tokenizer = try Fixture.tokenizer("unigram-folded")
        var encoder = TokenEncoder(tokenizer)
        var generator = SplitMix64(seed: 9)
        let words = ["a", "the", "of", "it", "lamp", "in"]
        let text = (0..<400).map { _ in words[Int.random(in: 0..<6, using: &generator)] }.joined(separator: " ")
        let whole = encoder.encode(text)
        for window in 3...70 {
            var found: [UInt32] = []
            var ids = [UInt32](repeating: 0, count: window)
            Array(text.utf8).withUnsafeBufferPointer { bytes in
                encoder.begin(bytes)
                var count = 1
                while count > 0 {
                    count = ids.withUnsafeMutableBufferPointer { encoder.next(into: $0, starts: nil, ends: nil) }
                    found += ids[..<count]
                }
            }
            #expect(found == whole, "window \(window)")
        }
    }

    /// Long words, long runs of spaces, and sums of scores beyond the reset threshold.
    @Test(arguments: ["unigram-folded", "unigram-bytes", "unigram-verbatim", "unigram-phrases", "bpe-folded"])
    func longTextsEqualTheSlowEncoder(name: String) throws {
        let tokenizer = try Fixture.tokenizer(name)
        let slow = ReferenceEncoder(tokenizer)
        var encoder = TokenEncoder(tokenizer)
        let length = tokenizer.modelKind == .unigram ? 30_000 : 400
        var generator = SplitMix64(seed: 5)
        let word = (0..<length).map { _ in UInt8.random(in: 0x61...0x70, using: &generator) }
        let spaced = (0..<length).map { _ in
            [0x20, 0x61, 0x65, 0x74][Int.random(in: 0..<4, using: &generator)] as UInt8
        }
        let symbols = Array(repeating: [0xE2, 0x96, 0x81] as [UInt8], count: length / 6).flatMap { $0 }
        for text in [word, spaced, symbols + [0x78] + symbols, [UInt8](repeating: 0xFF, count: length / 3)] {
            #expect(Fixture.tokens(&encoder, text) == slow.tokens(of: text))
        }
    }

    /// Words of the pieces' own bytes, in which pieces overlap all the time, so that they are cut where paths meet.
    @Test(arguments: ["unigram-folded", "unigram-bytes", "unigram-verbatim", "unigram-phrases"])
    func longWordsAreCutWherePathsMeet(name: String) throws {
        let tokenizer = try Fixture.tokenizer(name)
        let slow = ReferenceEncoder(tokenizer)
        var encoder = TokenEncoder(tokenizer)
        var generator = SplitMix64(seed: 6)
        let pieces = (0..<tokenizer.pieceCount).map { Array(tokenizer.bytes(of: UInt32($0))) }
            .filter { $0.count > 1 && $0.allSatisfy { (0x61...0x7A).contains($0) } }
        var word: [UInt8] = []
        while word.count < 150_000 { word += pieces[Int.random(in: 0..<pieces.count, using: &generator)] }
        for text in [word, [UInt8](repeating: 0x61, count: 100_000)] {
            #expect(Fixture.tokens(&encoder, text) == slow.tokens(of: text))
            #expect(encoder.normalized.capacity <= 1 << 18)
        }
    }

    /// However long a stretch without a cut, what is kept of it is bounded, and no byte is lost.
    /// Two sums of n rounded additions, each below c + l in magnitude, are off by at most n·2⁻²³·(c + l) each; the measured
    /// gap by as much again. A gap g stays a gap while c < g / (2n·2⁻²³) − 2l, less what the sum was when it was measured.
    @Test(
        arguments: [
            (0.01, 10, 0, 100, 3_994.304), (0.01, 10, -50, 100, 3_944.304), (0.01, 10, 50, 100, 3_944.304),
            (0.01, 20, 0, 100, 1_897.152), (0.02, 10, 0, 100, 8_188.608), (0.01, 10, 0, 500, 3_194.304),
            // So small a gap is none.
            (0.0001, 10, 0, 100, -158.057),
            // Beyond this sums are taken back to zero inside a word.
            (1, 10, 0, 100, 99_899), (.infinity, 10, 0, 100, 99_899),
        ] as [(Float, Int, Float, Float, Float)])
    func sumsUpToWhichAWordKeepsItsTokens(
        gap: Float, additions: Int, carried: Float, largest: Float, expected: Float
    ) throws {
        let encoder = TokenEncoder(try Fixture.tokenizer("unigram-folded"))
        let found = encoder.scoreLimit(gap: gap, additions: additions, carried, largest)
        #expect(abs(found - expected) <= 0.01, "found \(found)")
    }

    @Test func endlessWordsAreCut() throws {
        var encoder = TokenEncoder(try Fixture.tokenizer("unigram-folded"))
        let text = [UInt8](repeating: 0x61, count: 5 << 20)
        let tokens = Fixture.tokens(&encoder, text)
        var next: UInt32 = 0
        for token in tokens {
            #expect(token.start == next)
            next = token.end
        }
        #expect(next == UInt32(text.count))
        #expect(encoder.normalized.capacity <= 2 * TokenEncoder.unitLimit)
    }

    /// Words that the cache knows are prepared in groups; a window may be full wherever a group ends.
    @Test(arguments: ["unigram-folded", "unigram-bytes"])
    func windowsEndAnywhereInAGroupOfKnownWords(name: String) throws {
        let tokenizer = try Fixture.tokenizer(name)
        let slow = ReferenceEncoder(tokenizer)
        var encoder = TokenEncoder(tokenizer)
        var generator = SplitMix64(seed: 9)
        let words = ["the", "lamp", "a", "turns", "river", "small", "quick", "near"]
        let text = Array(
            (0..<200).map { _ in words[Int.random(in: 0..<words.count, using: &generator)] }
                .joined(separator: " ").utf8)
        let expected = slow.tokens(of: text).map(\.id)
        for window in 4..<80 {
            var ids = [UInt32](repeating: 0, count: window)
            var found: [UInt32] = []
            text.withUnsafeBufferPointer { bytes in
                encoder.begin(bytes)
                while true {
                    let count = ids.withUnsafeMutableBufferPointer { encoder.next(into: $0, starts: nil, ends: nil) }
                    if count == 0 { break }
                    found += ids[..<count]
                }
            }
            #expect(found == expected, "window \(window)")
        }
    }

    @Test func encodersDoNotRememberTextsBefore() throws {
        let tokenizer = try Fixture.tokenizer("unigram-folded")
        var encoder = TokenEncoder(tokenizer)
        let text = "Ada turns the small lamp near a quick river."
        let first = encoder.encode(text)
        var window: [UInt32] = [0, 0]
        Array("something else entirely, unfinished".utf8).withUnsafeBufferPointer { bytes in
            encoder.begin(bytes)
            let count = window.withUnsafeMutableBufferPointer { encoder.next(into: $0, starts: nil, ends: nil) }
            #expect(count == 2)
        }
        #expect(encoder.encode(text) == first)
        #expect(encoder.encode("") == [])
        #expect(encoder.encode("   ") == [])
    }
}

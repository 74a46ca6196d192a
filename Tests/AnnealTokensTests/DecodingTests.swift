import AnnealTokens
import Testing

@Suite struct DecodingTests {
    /// Texts that the normaliser leaves as they are.
    @Test(
        arguments: ["bpe-bytes", "unigram-bytes"],
        ["the light is off", "a", "caf\u{E9} \u{5317}\u{4EAC} \u{1F600}"])
    func givesBackWhatWasEncoded(name: String, text: String) throws {
        let tokenizer = try Fixture.tokenizer(name)
        var encoder = TokenEncoder(tokenizer)
        #expect(tokenizer.decode(encoder.encode(text)) == text)
    }

    @Test func controlAndUnknownPiecesStandForNothing() throws {
        let tokenizer = try Fixture.tokenizer("unigram-folded")
        let silent = (0..<UInt32(tokenizer.pieceCount)).filter {
            [.control, .unknown, .unused].contains(tokenizer.kind(of: $0))
        }
        #expect(!silent.isEmpty && tokenizer.decode(silent).isEmpty)
    }

    @Test func bytesThatAreNoTextBecomeReplacementCharacters() throws {
        let tokenizer = try Fixture.tokenizer("unigram-bytes")
        let byte = try #require(tokenizer.id(of: "<0xFF>"))
        #expect(tokenizer.decode([byte]) == "\u{FFFD}")
    }
}

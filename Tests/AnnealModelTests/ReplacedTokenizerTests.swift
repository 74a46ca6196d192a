import AnnealContainer
import AnnealTokens
import Testing

@testable import AnnealModel

/// A model that reads texts by other rules of normalisation.
@Suite struct ReplacedTokenizerTests {
    /// A field of a protocol buffer that stands again counts as it stands last: no space symbol before a text.
    private static let noPrefix: [UInt8] = [0x1A, 2, 0x18, 0]

    @Test(arguments: [true, false])
    func changesTheTokenizerAlone(storesIndexes: Bool) throws {
        var parts = try TinyModel.parts()
        parts.storesIndexes = storesIndexes
        let base = try Model(bytes: ModelWriter.encode(parts))
        let tokenizer = try TinyModel.tokenizerBytes() + Self.noPrefix
        var changed = base.parts
        try changed.replaceTokenizer(tokenizer)
        let model = try Model(bytes: ModelWriter.encode(changed))
        try model.verify()
        #expect(model.sections.contains { SectionTag.indexes.contains($0.tag) } == storesIndexes)
        parts.tokenizer = tokenizer
        #expect(model.parts == parts)
        var before = TokenEncoder(base.tokenizer)
        var after = TokenEncoder(model.tokenizer)
        #expect(before.encode("light").first != after.encode("light").first)
        #expect(before.encode("the light").last == after.encode("the light").last)
    }

    @Test func otherPiecesAreRefused() throws {
        let parts = try TinyModel.parts()
        let tokenizer = try TinyModel.tokenizerBytes()
        func refusal(_ model: [UInt8]) -> TokenizerError? {
            var changed = parts
            do throws(ModelError) {
                try changed.replaceTokenizer(model)
                return nil
            } catch {
                #expect(changed == parts)
                if case .tokenizer(let reason) = error { return reason }
                return nil
            }
        }
        // One more piece, "~~" with score -9.
        let piece: [UInt8] = [0x0A, 9, 0x0A, 2, 0x7E, 0x7E, 0x15, 0, 0, 0x10, 0xC1]
        let count = parts.tokenCount
        #expect(
            refusal(tokenizer + piece)
                == .invalidVocabulary(expected: "\(count) pieces, unigram", found: "\(count + 1) pieces, unigram"))
        // The text of a piece, and the sign of its score, which is the byte behind it and its tag.
        let place = try #require(
            tokenizer.indices.first { $0 + 3 < tokenizer.count && Array(tokenizer[$0...$0 + 2]) == Array("the".utf8) })
        for (offset, change) in [(2, UInt8(1)), (7, 1)] {
            var other = tokenizer
            other[place + offset] ^= change
            guard case .invalidVocabulary(let expected, let found) = refusal(other) else {
                Issue.record("not refused: \(String(describing: refusal(other)))")
                continue
            }
            #expect(expected.contains("the") && expected != found)
        }
        #expect(refusal(Array(tokenizer.dropLast(3))) != nil)
    }
}

import Anneal
import AnnealModel
import AnnealPlatform
import AnnealTokens
import TestSupport
import Testing

/// The encoder's caches change no id: what a word became in one place is taken for another only where it must be the same.
@Suite struct TokenParityTests {
    @Test("long lines of words and of letters without sense, shipped model: ids equal the reference's")
    func longLines() throws {
        let engine = try Engine()
        let tokenizer = engine.model.tokenizer
        let reference = ReferenceEncoder(tokenizer)
        let words = (0..<UInt32(tokenizer.pieceCount)).map { Array(tokenizer.piece($0).utf8) }.filter { piece in
            piece.count > 4 && piece[0] == 0xE2 && piece.dropFirst(3).allSatisfy { (0x61...0x7A).contains($0) }
        }.map { Array($0.dropFirst(3)) }
        #expect(words.count > 10_000)
        var session = try engine.makeSession()
        var random = SplitMix64(seed: 19)
        for line in 0..<24 {
            var text: [UInt8] = []
            for _ in 0..<[5, 50, 400, 2_000][line % 4] {
                if !text.isEmpty { text.append(0x20) }
                if random.below(2) == 0 {
                    text += words[random.below(words.count)]
                } else {
                    text += (0...below(9)).map { _ in UInt8(0x61 + random.below(26)) }
                }
            }
            var found: [UInt32] = []
            session.tokenize(text.span) { ids, _, _ in for index in ids.indices { found.append(ids[index]) } }
            let expected = reference.tokens(of: text).map(\.id)
            #expect(found.count > 5 && found == expected, "line \(line)")
        }
    }
}

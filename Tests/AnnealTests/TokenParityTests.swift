import Anneal
import AnnealModel
import AnnealTokens
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
        // SplitMix64, written out: the lines are the same in every run.
        var state: UInt64 = 19
        func below(_ bound: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
        }
        for line in 0..<24 {
            var text: [UInt8] = []
            for _ in 0..<[5, 50, 400, 2_000][line % 4] {
                if !text.isEmpty { text.append(0x20) }
                if below(2) == 0 {
                    text += words[below(words.count)]
                } else {
                    text += (0...below(9)).map { _ in UInt8(0x61 + below(26)) }
                }
            }
            var found: [UInt32] = []
            session.tokenize(text.span) { ids, _, _ in for index in ids.indices { found.append(ids[index]) } }
            let expected = reference.tokens(of: text).map(\.id)
            #expect(found.count > 5 && found == expected, "line \(line)")
        }
    }
}

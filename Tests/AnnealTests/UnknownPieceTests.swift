import Anneal
import AnnealModel
import Testing

/// What the vocabulary does not know adds nothing.
struct UnknownPieceTests {
    let engine: Engine
    init() throws { engine = try Engine() }

    @Test(arguments: ["路由器", "🙂", "ไทย", " 路由器  🙂 ", "ไทย 路由器 🙂", "🙂\n\t路由器"], Mode.allCases)
    func textOfUnknownPiecesIsEmpty(_ text: String, _ mode: Mode) throws {
        var session = try engine.makeSession(mode: mode)
        var vector = [Float](repeating: 1, count: engine.dimension)
        var row = vector.mutableSpan
        let hasContent = session.embed(text, into: &row)
        #expect(!hasContent)
        #expect(vector.allSatisfy { $0 == 0 })
        #expect(session.tokenCount > 0)
        #expect(session.unknownCount == session.tokenCount)
        let explanation = try engine.explain(text, mode: mode)
        #expect(explanation.isEmpty && explanation.final.isEmpty && explanation.unknownCount == session.tokenCount)
        let comparison = try engine.compare(text, "turn off", mode: mode)
        #expect(comparison.cosine == 0 && comparison.left.isEmpty && !comparison.right.isEmpty)
        #expect(try engine.contributions(Array(text.utf8), mode: mode).allSatisfy { $0.allSatisfy { $0 == 0 } })
    }

    @Test(arguments: Mode.allCases)
    func unknownPiecesChangeNothing(_ mode: Mode) throws {
        let known = try engine.embed("turn off", mode: mode)
        #expect(try engine.embed("turn 路由器 off", mode: mode) == known)
        #expect(try engine.embed("🙂 turn 路由器 🙂 off ไทย", mode: mode) == known)
        let explanation = try engine.explain("turn 路由器 off", mode: mode)
        #expect(explanation.tokens.map(\.piece).first == "▁turn")
        #expect(explanation.tokens.map(\.isUnknown) == [false, true, true, false])
        #expect(explanation.final.map(\.position).sorted() == [0, 3])
        #expect(explanation.unknownByteShare == 10.0 / 18.0)
        #expect(try engine.embed(["turn 路由器 off"], mode: mode)[0] == known)
    }

    /// Unknown pieces at every place around the border between two windows, where a boundary is held back.
    @Test func windowsAreThoseOfTheKnownWords() throws {
        for count in 250...260 {
            let words = [String](repeating: "turn", count: count)
            var mixed = words
            for place in stride(from: count, through: 0, by: -1) where place > 250 || place % 50 == 0 {
                mixed.insert("路由器", at: place)
            }
            let expected = try engine.embed(words.joined(separator: " ") + " off")
            #expect(try engine.embed(mixed.joined(separator: " ") + " off") == expected, "\(count) words")
            let explained = try engine.explain(mixed.joined(separator: " ") + " off")
            #expect(explained.naive.count == count + 1)
        }
    }
}

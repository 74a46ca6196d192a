import Anneal
import AnnealTokens
import Testing

@testable import AnnealServiceKit

@Suite("Served models")
struct ServedModelTests {
    private static let engine = Result { try Engine() }

    private func model(_ change: (inout ServedModel.TextRules) -> Void = { _ in }) throws -> ServedModel {
        var rules = ServedModel.TextRules()
        change(&rules)
        return ServedModel(fileName: "default", engine: try ServedModelTests.engine.get(), rules: rules)
    }

    @Test("A model has the name that the operator or else its file gives it, and the file's names besides")
    func names() throws {
        let own = try model()
        #expect(own.name == "anneal-en-256" && own.aliases == ["anneal-en-256", "default"])
        let named = ServedModel(name: "mine", fileName: "default", engine: own.engine)
        #expect(named.name == "mine" && named.aliases == ["anneal-en-256", "default"])
    }

    @Test("Texts are refused, cut or taken")
    func texts() throws {
        #expect(throws: Refusal(.empty, "`inputs` cannot be empty")) { try model().text("", field: "inputs") }
        #expect(try model { $0.acceptsEmpty = true }.text("", field: "inputs") == "")
        let short = try model { $0.bytes = 3 }
        #expect(try short.text("abc", field: "inputs") == "abc")
        #expect(throws: Refusal(.tooLarge, "`inputs`: expected a text of at most 3 bytes, found 4")) {
            try short.text("abcd", field: "inputs")
        }
        #expect(try short.text("abcd", field: "inputs", cut: .left) == "bcd")
    }

    @Test("Token ids are of the model, and there are some")
    func tokenIDs() throws {
        let model = try model { $0.bytes = 3 }
        let count = model.tokenizer.pieceCount
        let ids = try model.tokens(of: "turn the light off").tokens.map(\.id)
        #expect(try self.model().decode(ids, field: "ids") == "turn the light off")
        #expect(throws: Refusal(.empty, "`ids` cannot be empty")) { try model.decode([Int](), field: "ids") }
        #expect(throws: Refusal(.tooLarge, "`ids`: expected at most 3 ids of a text, found 4")) {
            try model.decode([1, 1, 1, 1], field: "ids")
        }
        for wrong in [-1, count, .max, .min] {
            #expect(throws: Refusal(.tokens, "`ids`: expected token ids from 0 to \(count - 1), found \(wrong)")) {
                try model.decode([5, wrong], field: "ids")
            }
        }
    }

    @Test(
        "What is unknown is told as an explanation tells it, after a vector and with the tokens",
        arguments: ["turn the light off", "hello 北京路由器", "北京", "", "  ", "a 😀 b", "naïve café 北京 😀"])
    func unknown(text: String) throws {
        let model = try model()
        let explained = try model.engine.explain(text)
        let tokenized = try model.tokens(of: text)
        #expect(tokenized.unknown.share == explained.unknownByteShare)
        #expect(tokenized.isUnknown == explained.tokens.map(\.isUnknown))
        let settings = try model.settings(normalize: true, dimensions: nil)
        let unknown = model.engine.withSession(settings) { session in
            var vector = [Float](repeating: 0, count: settings.dimension)
            var row = vector.mutableSpan
            session.embed(text, into: &row)
            return UnknownBytes(of: text, embeddedBy: &session, model.tokenizer)
        }
        #expect(unknown == tokenized.unknown && unknown.total == text.utf8.count)
        #expect((unknown + unknown).share == unknown.share)
    }

    @Test("A client's words are repeated in part where they are many")
    func words() {
        #expect(Refusal.shown("short") == "short")
        #expect(Refusal.shown(String(repeating: "a", count: 80)).count == 80)
        #expect(Refusal.shown(String(repeating: "a", count: 81)) == String(repeating: "a", count: 80) + "…")
    }
}

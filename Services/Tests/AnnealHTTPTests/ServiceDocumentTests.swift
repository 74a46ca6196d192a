import Anneal
import AnnealServiceKit
import FoundationEssentials
import HTTPTypes
import Testing

@testable import AnnealHTTP

@Suite("OpenAPI document")
struct ServiceDocumentTests {
    private struct Document: Decodable {
        let paths: [String: [String: AnyJSON]]
    }

    @Test("It has every route with its methods, but for the page and itself, and no placeholder")
    func routes() throws {
        let model = ServedModel(fileName: "anneal", engine: try Engine())
        let text = ServiceDocument.text(of: model, limits: Limits())
        for placeholder in ["\"$T", "\"$D", "$VERSION", "$PAIRS", "$CODES"] { #expect(!text.contains(placeholder)) }
        let document = try JSONDecoder().decode(Document.self, from: Data(text.utf8))
        let documented = document.paths.mapValues { $0.keys.map { $0.uppercased() } }
        let answered = Route.all.filter { !["/", "/page.js", "/page.css", "/openapi.json"].contains($0.path) }
        #expect(documented == Dictionary(grouping: answered, by: \.path).mapValues { $0.map(\.method.rawValue) })
    }
}

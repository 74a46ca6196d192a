import AnnealConcepts
import AnnealJSON
import AnnealServiceKit
import Hummingbird

/// The body of `POST /complete`.
struct CompleteRequest: Decodable, Sendable {
    let text: String
    let count: WholeNumber?
    /// What words are drawn to.
    let towards: String?
}

/// Likely ways in which a text goes on.
extension EmbeddingService {
    private static let completionsMost = 1_000
    /// The longest text that is completed: its last words count, and these are fewer.
    private static let completedBytes = 10_000

    /// Answers as `anneal complete --json` does.
    func complete(_ request: CompleteRequest, _ running: RunningRequest) async throws -> Response {
        guard let completions else {
            throw Refusal(
                .notFound,
                "expected a model of completions, found none: start the service with --completions FILE, "
                    + "which `anneal complete --train TEXTS --output FILE` makes")
        }
        let count = request.count?.value ?? 10
        guard (1...EmbeddingService.completionsMost).contains(count) else {
            throw Refusal.invalid("`count`: expected 1 to \(EmbeddingService.completionsMost), found \(count)")
        }
        for (field, text) in [("text", request.text), ("towards", request.towards ?? "")] {
            let bytes = text.utf8.count
            guard bytes <= EmbeddingService.completedBytes else {
                throw Refusal.tooLarge(
                    "`\(field)`: expected at most \(EmbeddingService.completedBytes) bytes, found \(bytes)")
            }
        }
        let found = try completions.completions(of: request.text, count: count, towards: request.towards)
        var json = JSONText()
        Completion.write(found, of: request.text, towards: request.towards, to: &json)
        return try EmbeddingService.held(JSONBuffer(json.text), running)
    }
}

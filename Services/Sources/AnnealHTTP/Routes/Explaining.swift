import Anneal
import AnnealJSON
import AnnealServiceKit
import Hummingbird

/// The body of `POST /explain`.
struct ExplainRequest: Decodable, Sendable {
    let text: String
    let mode: Mode?
    /// Rewriting stops after so many steps.
    let stepLimit: WholeNumber?
    let model: String?

    enum CodingKeys: String, CodingKey {
        case text
        case mode
        case stepLimit = "stop_after"
        case model
    }
}

/// The body of `POST /compare`.
struct CompareRequest: Decodable, Sendable {
    let left: String
    let right: String
    let mode: Mode?
    let model: String?
    /// The most pairs that are wanted.
    let pairs: WholeNumber?
}

extension Mode: @retroactive Decodable, NamedChoice {}

/// Why vectors are what they are.
extension EmbeddingService {
    /// The longest text that is explained, and that is compared: answers grow with its length, and with its square.
    private static let explainedBytes = 10_000
    private static let comparedBytes = 1_000

    func explain(_ request: ExplainRequest, _ running: RunningRequest) async throws -> Response {
        try EmbeddingService.check(request.text, "text", EmbeddingService.explainedBytes)
        if let limit = request.stepLimit?.value, limit < 0 {
            throw Refusal.invalid("`stop_after`: expected at least 0, found \(limit)")
        }
        let model = try model(request.model)
        let mode = request.mode ?? model.mode
        let explanation = try model.engine.explain(request.text, mode: mode, stepLimit: request.stepLimit?.value)
        var text = JSONText()
        explanation.write(to: &text, text: request.text, mode: mode, stepLimit: limits.steps)
        return try EmbeddingService.held(JSONBuffer(text.text), running)
    }

    func compare(_ request: CompareRequest, _ running: RunningRequest) async throws -> Response {
        try EmbeddingService.check(request.left, "left", EmbeddingService.comparedBytes)
        try EmbeddingService.check(request.right, "right", EmbeddingService.comparedBytes)
        let model = try model(request.model)
        let mode = request.mode ?? model.mode
        let pairLimit = request.pairs?.value ?? limits.pairs
        guard (0...Limits.pairsMax).contains(pairLimit) else {
            throw Refusal.invalid("`pairs`: expected 0 to \(Limits.pairsMax), found \(pairLimit)")
        }
        // All pairs are made before the largest are chosen.
        let pairCount = try model.countTokens(request.left) * model.countTokens(request.right)
        try running.hold(pairCount * MemoryLayout<ComparedPair>.stride)
        let comparison = try model.engine.compare(request.left, request.right, mode: mode)
        var text = JSONText()
        comparison.write(
            to: &text, left: request.left, right: request.right, mode: mode, pairLimit: pairLimit,
            stepLimit: limits.steps)
        return try EmbeddingService.held(JSONBuffer(text.text), running)
    }

    private static func check(_ text: String, _ field: String, _ limit: Int) throws(Refusal) {
        guard !text.isEmpty else { throw .empty(field) }
        guard text.utf8.count <= limit else {
            throw .tooLarge("`\(field)`: expected at most \(limit) bytes, found \(text.utf8.count)")
        }
    }
}

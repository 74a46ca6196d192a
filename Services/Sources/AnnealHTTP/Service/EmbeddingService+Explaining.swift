import Anneal
import AnnealJSON
import Hummingbird

extension EmbeddingService {
    /// The longest text that is explained, and that is compared: answers grow with its length, and with its square.
    private static let explainedBytes = 10_000
    private static let comparedBytes = 1_000

    func explain(_ request: ExplainRequest, _ running: RunningRequest) throws -> Response {
        try EmbeddingService.check(request.text, "text", EmbeddingService.explainedBytes)
        if let limit = request.stepLimit, limit < 0 {
            throw ServiceError.invalid("`stop_after`: expected at least 0, found \(limit)")
        }
        let model = try model(request.model)
        let mode = try EmbeddingService.mode(request.mode) ?? model.mode
        let explanation = try model.engine.explain(request.text, mode: mode, stepLimit: request.stepLimit)
        var text = JSONText()
        explanation.write(to: &text, text: request.text, mode: mode, stepLimit: limits.steps)
        var json = JSONBuffer(capacity: text.text.utf8.count)
        json.raw(text.text)
        return try EmbeddingService.held(json, running)
    }

    func compare(_ request: CompareRequest, _ running: RunningRequest) throws -> Response {
        try EmbeddingService.check(request.left, "left", EmbeddingService.comparedBytes)
        try EmbeddingService.check(request.right, "right", EmbeddingService.comparedBytes)
        let model = try model(request.model)
        let mode = try EmbeddingService.mode(request.mode) ?? model.mode
        let pairLimit = request.pairs ?? limits.pairs
        guard (0...Limits.pairsMax).contains(pairLimit) else {
            throw ServiceError.invalid("`pairs`: expected 0 to \(Limits.pairsMax), found \(pairLimit)")
        }
        // All pairs are made before the largest are chosen.
        let pairCount = try model.countTokens(request.left) * model.countTokens(request.right)
        try running.hold(pairCount * MemoryLayout<ComparedPair>.stride)
        let comparison = try model.engine.compare(request.left, request.right, mode: mode)
        var text = JSONText()
        comparison.write(
            to: &text, left: request.left, right: request.right, mode: mode, pairLimit: pairLimit,
            stepLimit: limits.steps)
        var json = JSONBuffer(capacity: text.text.utf8.count)
        json.raw(text.text)
        return try EmbeddingService.held(json, running)
    }

    private static func check(_ text: String, _ field: String, _ limit: Int) throws(ServiceError) {
        guard !text.isEmpty else { throw .empty(field) }
        guard text.utf8.count <= limit else {
            throw .tooLarge("`\(field)`: expected at most \(limit) bytes, found \(text.utf8.count)")
        }
    }

    private static func mode(_ name: String?) throws(ServiceError) -> Mode? {
        guard let name else { return nil }
        guard let mode = Mode(rawValue: name) else {
            throw .invalid("`mode`: expected naive, compiled or annealed, found \(name)")
        }
        return mode
    }
}

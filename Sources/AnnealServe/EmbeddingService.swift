import Anneal
import AnnealJSON
import AnnealModel
import AnnealSessions
import AnnealTokens
import Foundation
import HTTPTypes
public import Hummingbird
public import HummingbirdCore
import NIOCore

/// Answers requests: the routes of OpenAI and of text-embeddings-inference, explanations, and a page to try them.
///
/// - Source: https://platform.openai.com/docs/api-reference/embeddings;
///   https://huggingface.github.io/text-embeddings-inference
public struct EmbeddingService: HTTPResponder {
    public typealias Context = BasicRequestContext

    private let models: [ServedModel]
    private let limits: Limits
    private let keys: APIKeys
    private let metrics = ServiceMetrics()
    private let admission: Admission

    /// The longest text that is explained, and that is compared: their answers grow with its length, and its square.
    private static let explainedBytes = 10_000
    private static let comparedBytes = 1_000

    /// - Parameter models: the first is the one that is meant where no name is said.
    /// - Precondition: at least one model.
    public init(models: [ServedModel], limits: Limits = Limits(), keys: APIKeys = APIKeys([])) {
        precondition(!models.isEmpty)
        self.models = models
        self.limits = limits
        self.keys = keys
        admission = Admission(limits)
    }

    public func respond(to request: Request, context: Context) async throws -> Response {
        let start = ContinuousClock.now
        let path = request.uri.path
        let route = Route(rawValue: path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path)
        var response: Response
        var kind: ServiceError.Kind?
        do {
            response = try await answer(request, route)
        } catch {
            let refused = EmbeddingService.refusal(error, context)
            kind = refused.kind
            response = EmbeddingService.body(of: refused, isOpenAI: route?.isOpenAI ?? path.hasPrefix("/v1/"))
            if refused.status == .methodNotAllowed, let route { response.headers[.allow] = route.method.rawValue }
            if refused.status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
            if refused.status == .tooManyRequests { response.headers[.retryAfter] = "1" }
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        metrics.answered(
            route: route?.rawValue ?? "other", status: Int(response.status.code), seconds: seconds, error: kind)
        return response
    }

    private func answer(_ request: Request, _ route: Route?) async throws -> Response {
        guard let route else { throw ServiceError(.notFound, .notFound, "no such path") }
        guard request.method == route.method else {
            throw ServiceError(.methodNotAllowed, .validation, "expected \(route.method.rawValue)")
        }
        guard route.isOpen || keys.allow(request.headers[.authorization]) else {
            throw ServiceError(.unauthorized, .unauthorized, "expected a known API key")
        }
        switch route {
        case .page: return page(Page.html, "text/html; charset=utf-8")
        case .script: return page(Page.script, "text/javascript; charset=utf-8")
        case .style: return page(Page.style, "text/css; charset=utf-8")
        case .health, .ready: return Response(status: .ok)
        case .metrics:
            return EmbeddingService.text(
                metrics.text(depth: admission.depth), "text/plain; version=0.0.4; charset=utf-8")
        case .info: return EmbeddingService.json(info())
        case .models: return EmbeddingService.json(modelList())
        case .embeddings: return try await work(request) { try await embeddings(try decode($0)) }
        case .embed: return try await work(request) { try await embed(try decode($0)) }
        case .similarity: return try await work(request) { try await similarity(try decode($0)) }
        case .rerank: return try await work(request) { try await rerank(try decode($0)) }
        case .tokenize: return try await work(request) { try tokenize(try decode($0)) }
        case .decode: return try await work(request) { try decodeTokens(try decode($0)) }
        case .explain: return try await work(request) { try explain(try decode($0)) }
        case .compare: return try await work(request) { try compare(try decode($0)) }
        }
    }

    /// Lets a request in, reads its body, and answers it.
    private func work(_ request: Request, _ body: (ByteBuffer) async throws -> JSONBuffer) async throws -> Response {
        try admission.enter()
        defer { admission.leave() }
        if let length = request.headers[.contentLength].flatMap(Int.init), length > limits.bodyBytes {
            throw tooLarge()
        }
        let collected: ByteBuffer
        do {
            collected = try await request.body.collect(upTo: limits.bodyBytes)
        } catch is NIOTooManyBytesError {
            throw tooLarge()
        }
        try admission.hold(collected.readableBytes)
        defer { admission.release(collected.readableBytes) }
        return EmbeddingService.json(try await body(collected))
    }

    private func tooLarge() -> ServiceError {
        ServiceError(.contentTooLarge, .tooLarge, "expected a body of at most \(limits.bodyBytes) bytes")
    }

    private func decode<Value: Decodable>(_ body: ByteBuffer) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(body.readableBytesView))
    }

    // MARK: OpenAI

    private func embeddings(_ request: OpenAIEmbeddingRequest) async throws -> JSONBuffer {
        let model = try model(request.model)
        let texts = try model.texts(request.input, field: "input", limits: limits)
        let (vectors, dimension, tokens) = try await model.embed(
            texts, dimensions: request.dimensions, countsTokens: true)
        metrics.embedded(texts: texts.count, tokens: tokens)
        var json = JSONBuffer(capacity: vectors.count * 12)
        json.raw("{\"object\":\"list\",\"data\":")
        json.array(texts.indices) { json, index in
            json.raw("{\"object\":\"embedding\",\"index\":")
            json.integer(index)
            json.raw(",\"embedding\":")
            let row = vectors[index * dimension..<(index + 1) * dimension]
            switch request.encoding_format ?? .float {
            case .float: json.floats(row)
            case .base64: json.string(Base64Floats.text(row))
            }
            json.raw("}")
        }
        json.raw(",\"model\":")
        json.string(model.name)
        json.raw(",\"usage\":{\"prompt_tokens\":\(tokens),\"total_tokens\":\(tokens)}}")
        return json
    }

    private func modelList() -> JSONBuffer {
        var json = JSONBuffer()
        json.raw("{\"object\":\"list\",\"data\":")
        json.array(models) { json, model in
            json.raw("{\"id\":")
            json.string(model.name)
            json.raw(",\"object\":\"model\",\"created\":0,\"owned_by\":\"anneal\"}")
        }
        json.raw("}")
        return json
    }

    private func model(_ name: String?) throws(ServiceError) -> ServedModel {
        guard let name else { return models[0] }
        guard let model = models.first(where: { $0.name == name }) else {
            let known = models.map(\.name).joined(separator: ", ")
            throw ServiceError(.notFound, .notFound, "expected one of the models \(known), found \(name)")
        }
        return model
    }

    // MARK: text-embeddings-inference

    private func embed(_ request: EmbedRequest) async throws -> JSONBuffer {
        let texts = try models[0].texts(request.inputs, field: "inputs", limits: limits)
        let (vectors, dimension, _) = try await models[0].embed(
            texts, normalize: request.normalize ?? true, dimensions: request.dimensions)
        metrics.embedded(texts: texts.count, tokens: 0)
        var json = JSONBuffer(capacity: vectors.count * 12)
        json.array(texts.indices) { json, index in json.floats(vectors[index * dimension..<(index + 1) * dimension]) }
        return json
    }

    private func similarity(_ request: SimilarityRequest) async throws -> JSONBuffer {
        let sentences = request.inputs.sentences
        guard !sentences.isEmpty else { throw ServiceError.empty("sentences") }
        let cosines = try await cosines(request.inputs.source_sentence, sentences, field: "source_sentence")
        var json = JSONBuffer(capacity: sentences.count * 12)
        json.floats(cosines)
        return json
    }

    private func rerank(_ request: RerankRequest) async throws -> JSONBuffer {
        guard !request.texts.isEmpty else { throw ServiceError.empty("texts") }
        let cosines = try await cosines(request.query, request.texts, field: "query")
        let order = cosines.indices.sorted { cosines[$0] != cosines[$1] ? cosines[$0] > cosines[$1] : $0 < $1 }
        var json = JSONBuffer(capacity: order.count * 40)
        json.array(order) { json, index in
            json.raw("{\"index\":")
            json.integer(index)
            json.raw(",\"score\":\(cosines[index])")
            if request.return_text == true {
                json.raw(",\"text\":")
                json.string(request.texts[index])
            }
            json.raw("}")
        }
        return json
    }

    /// The cosine of a text with each of others.
    private func cosines(_ text: String, _ others: [String], field: String) async throws -> [Float] {
        guard !text.isEmpty else { throw ServiceError.empty(field) }
        guard others.count < limits.texts else { throw ServedModel.tooMany(others.count, limits) }
        let (vectors, dimension, _) = try await models[0].embed([text] + others)
        metrics.embedded(texts: others.count + 1, tokens: 0)
        return others.indices.map { index in
            var sum = Float(0)
            for column in 0..<dimension { sum += vectors[column] * vectors[(index + 1) * dimension + column] }
            return sum
        }
    }

    private func tokenize(_ request: TokenizeRequest) throws -> JSONBuffer {
        let model = models[0]
        let texts = try model.texts(request.inputs, field: "inputs", limits: limits)
        let pooled = try model.pool.take(
            SessionSettings(mode: .compiled, normalize: true, dimension: model.engine.dimension))
        defer { model.pool.putBack(pooled) }
        var json = JSONBuffer(capacity: texts.count * 512)
        json.array(texts) { json, text in
            var pieces: [(id: UInt32, start: UInt32, end: UInt32)] = []
            var text = text
            text.withUTF8 { utf8 in
                pooled.session.tokenize(utf8) { ids, starts, ends in
                    for index in ids.indices { pieces.append((ids[index], starts[index], ends[index])) }
                }
            }
            json.array(pieces) { json, piece in
                json.raw("{\"id\":")
                json.integer(Int(piece.id))
                json.raw(",\"text\":")
                json.string(model.tokenizer.piece(piece.id))
                json.raw(",\"special\":false,\"start\":\(piece.start),\"stop\":\(piece.end)}")
            }
        }
        return json
    }

    private func decodeTokens(_ request: DecodeRequest) throws -> JSONBuffer {
        guard !request.ids.lists.isEmpty, request.ids.lists.allSatisfy({ !$0.isEmpty }) else {
            throw ServiceError.empty("ids")
        }
        let texts = try request.ids.lists.map { try models[0].decode($0) }
        var json = JSONBuffer()
        json.array(texts) { $0.string($1) }
        return json
    }

    private func info() -> JSONBuffer {
        let model = models[0]
        var json = JSONBuffer()
        json.raw("{\"model_id\":")
        json.string(model.name)
        json.raw(",\"model_sha\":\"\(model.engine.model.contentHash)\",\"model_dtype\":\"int8\"")
        json.raw(",\"model_type\":{\"embedding\":{\"pooling\":\"sum\"}},\"dimension\":\(model.engine.dimension)")
        json.raw(",\"max_concurrent_requests\":\(limits.requests),\"max_input_length\":\(limits.bodyBytes)")
        json.raw(",\"max_batch_tokens\":\(limits.bodyBytes),\"max_batch_requests\":null")
        json.raw(",\"max_client_batch_size\":\(limits.texts),\"auto_truncate\":false,\"tokenization_workers\":1")
        json.raw(",\"version\":\"0.1.0\",\"sha\":null,\"docker_label\":null}")
        return json
    }

    // MARK: Explanations

    private func explain(_ request: ExplainRequest) throws -> JSONBuffer {
        try check(request.text, "text", EmbeddingService.explainedBytes)
        if let stop = request.stop_after, stop < 0 {
            throw ServiceError.invalid("`stop_after`: expected at least 0, found \(stop)")
        }
        let mode = try mode(request.mode)
        let explanation = try models[0].engine.explain(request.text, mode: mode, stepLimit: request.stop_after)
        var text = JSONText()
        explanation.write(to: &text, text: request.text, mode: mode)
        var json = JSONBuffer(capacity: text.text.utf8.count)
        json.raw(text.text)
        return json
    }

    private func compare(_ request: CompareRequest) throws -> JSONBuffer {
        try check(request.left, "left", EmbeddingService.comparedBytes)
        try check(request.right, "right", EmbeddingService.comparedBytes)
        let mode = try mode(request.mode)
        let comparison = try models[0].engine.compare(request.left, request.right, mode: mode)
        var text = JSONText()
        comparison.write(to: &text, left: request.left, right: request.right, mode: mode)
        var json = JSONBuffer(capacity: text.text.utf8.count)
        json.raw(text.text)
        return json
    }

    private func check(_ text: String, _ field: String, _ limit: Int) throws(ServiceError) {
        guard !text.isEmpty else { throw .empty(field) }
        guard text.utf8.count <= limit else {
            throw ServiceError(
                .contentTooLarge, .tooLarge, "`\(field)`: expected at most \(limit) bytes, found \(text.utf8.count)")
        }
    }

    private func mode(_ name: String?) throws(ServiceError) -> Mode {
        guard let name else { return .compiled }
        guard let mode = Mode(rawValue: name) else {
            throw .invalid("`mode`: expected naive, compiled or annealed, found \(name)")
        }
        return mode
    }
}

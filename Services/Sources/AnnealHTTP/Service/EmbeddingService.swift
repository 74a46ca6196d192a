import Anneal
public import AnnealServiceKit
import FoundationEssentials
import HTTPTypes
public import Hummingbird
public import HummingbirdCore
import Logging
import Metrics
import NIOCore

/// Answers requests: the routes of OpenAI and of text-embeddings-inference, explanations, and a page to try them.
///
/// - Source: https://platform.openai.com/docs/api-reference/embeddings;
///   https://huggingface.github.io/text-embeddings-inference
public struct EmbeddingService: HTTPResponder {
    public typealias Context = BasicRequestContext

    let models: [ServedModel]
    let limits: Limits
    let metrics = ServiceMetrics()
    private let keys: APIKeys
    private let servesAnyName: Bool
    private let origins: AllowedOrigins
    let admission: Admission
    private let document: String
    let readiness = Readiness()

    /// - Parameters:
    ///   - models: the first is the one that is meant where no name is said.
    ///   - keys: what clients must send; none lets everyone in.
    ///   - origins: web pages of other origins that may read answers.
    ///   - servesAnyName: whether a name that no model has means the first one.
    /// - Precondition: at least one model.
    public init(
        models: [ServedModel], limits: Limits = Limits(), keys: APIKeys = APIKeys([]),
        origins: AllowedOrigins = AllowedOrigins([]), servesAnyName: Bool = false
    ) {
        precondition(!models.isEmpty)
        self.servesAnyName = servesAnyName
        self.models = models
        self.limits = limits
        self.keys = keys
        self.origins = origins
        admission = Admission(limits)
        document = ServiceDocument.text(of: models[0], limits: limits)
    }

    public func respond(to request: Request, context: Context) async throws -> Response {
        let start = ContinuousClock.now
        let path = request.uri.path
        let route = Route(path: path)
        var response: Response
        var kind: ServiceError.Kind?
        do {
            response = try await answer(request, route, start)
        } catch {
            let refused = EmbeddingService.refusal(error, context)
            kind = refused.kind
            response = EmbeddingService.body(of: refused, isOpenAI: route?.isOpenAI ?? path.hasPrefix("/v1/"))
            switch refused.status {
            case .methodNotAllowed:
                response.headers[.allow] = route?.methods.flatMap { $0 == .get ? ["GET", "HEAD"] : [$0.rawValue] }
                    .joined(separator: ", ")
            case .unauthorized: response.headers[.wwwAuthenticate] = "Bearer"
            case .tooManyRequests: response.headers[.retryAfter] = "1"
            default: break
            }
        }
        if request.method == .head {
            // The length stays that of the body that GET has.
            let length = response.body.contentLength
            response = response.createHeadResponse()
            if let length { response.headers[.contentLength] = "\(length)" }
        }
        if let origin = request.headers[.origin] {
            response.headers.append(
                contentsOf: origins.headers(for: origin, isPreflight: request.method == .options))
        }
        metrics.answered(route, status: response.status, error: kind)
        context.logger.debug(
            "answered",
            metadata: [
                "method": "\(request.method)", "path": "\(path)", "status": "\(response.status.code)",
                "seconds": "\((ContinuousClock.now - start) / .seconds(1))",
            ])
        return response
    }

    private func answer(_ request: Request, _ route: Route?, _ start: ContinuousClock.Instant) async throws -> Response
    {
        try EmbeddingService.checkFields(of: request)
        guard let route else { throw ServiceError(.notFound, .notFound, "no such path") }
        // Whatever is answered to GET is answered to HEAD without its body.
        let method = request.method == .head ? .get : request.method
        guard route.methods.contains(method) else {
            let headers = origins.headers(for: request.headers[.origin], isPreflight: true)
            // A browser asks before it lets a page of another origin post.
            if request.method == .options, !headers.isEmpty { return Response(status: .noContent) }
            throw ServiceError(
                .methodNotAllowed, .validation,
                "expected the method \(route.methods.map(\.rawValue).joined(separator: " or "))")
        }
        guard route.isOpen(to: method) || keys.allow(request.headers[.authorization]) else {
            throw ServiceError(.unauthorized, .unauthorized, "expected a known API key")
        }
        guard method == .get else { return try await work(request, route, start) }
        defer { metrics.timer(route).record(duration: .now - start) }
        switch route {
        case .root: return page(PackageResources.page_html, "text/html; charset=utf-8")
        case .script: return page(PackageResources.page_js, "text/javascript; charset=utf-8")
        case .style: return page(PackageResources.page_css, "text/css; charset=utf-8")
        case .document: return EmbeddingService.text(document, "application/json")
        case .health, .live: return Response(status: .ok)
        case .ready:
            guard readiness.isReady else { throw ServiceError(.serviceUnavailable, .unhealthy, "the service ends") }
            return Response(status: .ok)
        case .metrics:
            return EmbeddingService.text(
                metrics.text(depth: admission.depth), "text/plain; version=0.0.4; charset=utf-8")
        case .info: return EmbeddingService.json(info())
        case .models: return EmbeddingService.json(modelList())
        case .model:
            return EmbeddingService.json(EmbeddingService.entry(of: try model(Route.modelName(in: request.uri.path))))
        case .embeddings, .embed, .embedAll, .similarity, .rerank, .tokenize, .decode, .explain, .compare:
            preconditionFailure("\(route) takes no GET")
        }
    }

    /// What a request's head may say, whatever it asks for.
    /// - Source: RFC 9110, sections 7.2, 8.4 and 10.1.1; RFC 9112, sections 3.2 and 6.1.
    private static func checkFields(of request: Request) throws(ServiceError) {
        // The first Host has become the authority.
        if let host = HTTPField.Name("Host"), request.headers[host] != nil {
            throw ServiceError(.badRequest, .validation, "expected one Host, found several")
        }
        if let expectation = request.headers[.expect], expectation.lowercased() != "100-continue" {
            throw ServiceError(
                .expectationFailed, .validation, "`Expect`: expected 100-continue, found \(cut(expectation))")
        }
        if let coding = request.headers[.transferEncoding], coding.lowercased() != "chunked" {
            throw ServiceError(
                .notImplemented, .validation, "`Transfer-Encoding`: expected chunked, found \(cut(coding))")
        }
        if let coding = request.headers[.contentEncoding], coding.lowercased() != "identity" {
            throw ServiceError(
                .unsupportedMediaType, .validation,
                "`Content-Encoding`: expected a body that is not compressed, found \(cut(coding))")
        }
    }

    /// A client's words as they are repeated to it: no more than is needed to know them again.
    static func cut(_ words: String) -> String { words.count > 80 ? words.prefix(80) + "…" : words }

    /// Reads a request's body and answers it.
    private func work(_ request: Request, _ route: Route, _ start: ContinuousClock.Instant) async throws -> Response {
        let running = RunningRequest(admission, timer: metrics.timer(route), start: start)
        let body = try await read(request, running)
        switch route {
        case .root: return try await embedOrCompare(body, running)
        case .embeddings: return try await embeddings(try decode(body), running)
        case .embed: return try await embed(try decode(body), running)
        case .embedAll: return try await embedAll(try decode(body), running)
        case .similarity: return try EmbeddingService.held(try await similarity(try decode(body)), running)
        case .rerank: return try EmbeddingService.held(try await rerank(try decode(body)), running)
        case .tokenize: return try await tokenize(try decode(body), running)
        case .decode: return try EmbeddingService.held(try decodeTokens(try decode(body)), running)
        case .explain: return try explain(try decode(body), running)
        case .compare: return try compare(try decode(body), running)
        case .script, .style, .document, .models, .model, .info, .health, .live, .ready, .metrics:
            preconditionFailure("\(route) takes no POST")
        }
    }

    /// The whole body; never more of it is in memory than the limit, and than all bodies together may have.
    private func read(_ request: Request, _ running: RunningRequest) async throws -> ByteBuffer {
        let tooLarge = ServiceError.tooLarge("expected a body of at most \(limits.bodyBytes) bytes")
        if let length = request.headers[.contentLength].flatMap(Int.init), length > limits.bodyBytes { throw tooLarge }
        var body = ByteBuffer()
        do {
            for try await var part in request.body {
                guard part.readableBytes <= limits.bodyBytes - body.readableBytes else { throw tooLarge }
                try running.hold(part.readableBytes)
                if body.readableBytes == 0 { body = part } else { body.writeBuffer(&part) }
            }
        } catch let error as ServiceError {
            throw error
        } catch {
            // Whatever became of the connection or of the encoding of the body, it is not the service's fault.
            throw ServiceError(.badRequest, .validation, "expected a whole body: \(error)")
        }
        return body
    }

    /// - Throws: ``ServiceError`` for what is no UTF-8, `DecodingError` for what is no JSON or not the expected.
    func decode<Value: Decodable>(_ body: ByteBuffer) throws -> Value {
        // The decoder looks at a string's bytes when the string is asked for; here it may ask for something else first.
        guard body.withUnsafeReadableBytes({ String(validating: $0, as: UTF8.self) }) != nil else {
            throw ServiceError(.badRequest, .validation, "expected JSON, found bytes that are not UTF-8")
        }
        let data = Data(body.readableBytesView)
        do {
            return try JSONDecoder().decode(Value.self, from: data)
        } catch let error as DecodingError {
            // The error does not tell text that is no JSON from a number that does not fit.
            guard (try? JSONDecoder().decode(AnyJSON.self, from: data)) != nil else {
                throw ServiceError(.badRequest, .validation, "expected JSON, found something else")
            }
            throw error
        }
    }

    /// - Throws: ``ServiceError`` for a name that no model has.
    func model(_ name: String?) throws(ServiceError) -> ServedModel {
        guard let name else { return models[0] }
        if let model = models.first(where: { $0.name == name }) ?? models.first(where: { $0.aliases.contains(name) }) {
            return model
        }
        if servesAnyName { return models[0] }
        let known = models.map(\.name).joined(separator: ", ")
        throw ServiceError(
            .notFound, .notFound, "expected one of the models \(known), found \(EmbeddingService.cut(name))")
    }
}

import Anneal
public import AnnealServiceKit
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
    /// What completes lines; nil for a service that does not.
    let completions: ServedCompletions?
    let metrics: ServiceMetrics
    private let keys: APIKeys
    private let servesAnyName: Bool
    private let origins: AllowedOrigins
    let admission: Admission
    let document: String
    let readiness = Readiness()

    /// The values of `encoding_format` that need no codec, and that none may be called by.
    public static let plainForms = VectorForm.plain

    /// - Parameters:
    ///   - models: the first is the one that is meant where no name is said.
    ///   - keys: what clients must send; none lets everyone in.
    ///   - origins: web pages of other origins that may read answers.
    ///   - completions: what `/complete` answers with; nil for a service that refuses it.
    ///   - servesAnyName: whether a name that no model has means the first one.
    /// - Precondition: at least one model.
    public init(
        models: [ServedModel], limits: Limits = Limits(), keys: APIKeys = APIKeys([]),
        origins: AllowedOrigins = AllowedOrigins([]), completions: ServedCompletions? = nil,
        servesAnyName: Bool = false
    ) {
        precondition(!models.isEmpty)
        self.servesAnyName = servesAnyName
        self.models = models
        self.completions = completions
        metrics = ServiceMetrics(models)
        self.limits = limits
        self.keys = keys
        self.origins = origins
        admission = Admission(limit: limits.requests, of: "requests", byteLimit: limits.heldBytes)
        document = ServiceDocument.text(of: models[0], limits: limits)
    }

    public func respond(to request: Request, context: Context) async throws -> Response {
        let start = ContinuousClock.now
        let path = request.uri.path
        let routes = Route.routes(at: path)
        var response: Response
        var kind: ServiceError.Kind?
        do {
            response = try await answer(request, routes, start)
        } catch {
            let refused = EmbeddingService.refusal(error, context)
            kind = refused.kind
            let (head, body) = refused.response(isOpenAI: Route.isOpenAI(path))
            response = Response(
                status: head.status, headers: head.headerFields, body: ResponseBody(byteBuffer: body.bytes))
            if refused.status == .methodNotAllowed {
                response.headers[.allow] = routes.flatMap {
                    $0.method == .get ? ["GET", "HEAD"] : [$0.method.rawValue]
                }
                .joined(separator: ", ")
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
        metrics.answered(routes.first, status: response.status, error: kind)
        context.logger.debug(
            "answered",
            metadata: [
                "method": "\(request.method)", "path": "\(path)", "status": "\(response.status.code)",
                "seconds": "\((ContinuousClock.now - start) / .seconds(1))",
            ])
        return response
    }

    private func answer(
        _ request: Request, _ routes: [Route], _ start: ContinuousClock.Instant
    ) async throws -> Response {
        try EmbeddingService.checkFields(of: request)
        guard let path = routes.first else { throw ServiceError(.notFound, .notFound, "no such path") }
        // Whatever is answered to GET is answered to HEAD without its body.
        let method = request.method == .head ? .get : request.method
        guard let route = routes.first(where: { $0.method == method }) else {
            let headers = origins.headers(for: request.headers[.origin], isPreflight: true)
            // A browser asks before it lets a page of another origin post.
            if request.method == .options, !headers.isEmpty { return Response(status: .noContent) }
            throw ServiceError(
                .methodNotAllowed, .validation,
                "expected the method \(routes.map(\.method.rawValue).joined(separator: " or ")), "
                    + "found \(Refusal.shown(request.method.rawValue))")
        }
        guard route.isOpen || keys.allow(request.headers[.authorization]) else { throw Refusal.unknownKey }
        return try await route.answer(
            self, request, RunningRequest(admission, timer: metrics.timer(path), start: start))
    }

    /// What a request's head may say, whatever it asks for.
    /// - Source: RFC 9110, sections 7.2, 8.4 and 10.1.1; RFC 9112, sections 3.2 and 6.1.
    private static func checkFields(of request: Request) throws(ServiceError) {
        // The first Host has become the authority.
        guard request.head.authority != nil else {
            throw ServiceError(.badRequest, .validation, "expected one Host, found none")
        }
        if let host = HTTPField.Name("Host"), request.headers[host] != nil {
            throw ServiceError(.badRequest, .validation, "expected one Host, found several")
        }
        if let expectation = request.headers[.expect], expectation.lowercased() != "100-continue" {
            throw ServiceError(
                .expectationFailed, .validation, "`Expect`: expected 100-continue, found \(Refusal.shown(expectation))")
        }
        if let coding = request.headers[.transferEncoding], coding.lowercased() != "chunked" {
            throw ServiceError(
                .notImplemented, .validation, "`Transfer-Encoding`: expected chunked, found \(Refusal.shown(coding))")
        }
        if let coding = request.headers[.contentEncoding], coding.lowercased() != "identity" {
            throw ServiceError(
                .unsupportedMediaType, .validation,
                "`Content-Encoding`: expected a body that is not compressed, found \(Refusal.shown(coding))")
        }
    }

    /// The whole body; never more of it is in memory than the limit, and than all bodies together may have.
    func read(_ request: Request, _ running: RunningRequest) async throws -> ByteBuffer {
        let tooLarge = Refusal.tooLarge("expected a body of at most \(limits.bodyBytes) bytes")
        if let length = request.headers[.contentLength].flatMap(Int.init), length > limits.bodyBytes { throw tooLarge }
        var body = ByteBuffer()
        do {
            for try await var part in request.body {
                guard part.readableBytes <= limits.bodyBytes - body.readableBytes else { throw tooLarge }
                try running.hold(part.readableBytes)
                if body.readableBytes == 0 { body = part } else { body.writeBuffer(&part) }
            }
        } catch let error as Refusal {
            throw error
        } catch {
            // Whatever became of the connection or of the encoding of the body, it is not the service's fault.
            throw ServiceError(.badRequest, .validation, "expected a whole body, found an end in the middle of it")
        }
        return body
    }

    /// The model of a name. Where no model has it, it may be another name of one; `anneal` is one of the first.
    /// - Throws: ``Refusal`` for a name that no model has.
    func model(_ name: String?) throws(Refusal) -> ServedModel {
        guard let name else { return models[0] }
        if let model = models.first(where: { $0.name == name }) ?? models.first(where: { $0.aliases.contains(name) }) {
            return model
        }
        if servesAnyName || name == "anneal" { return models[0] }
        let known = models.map(\.name).joined(separator: ", ")
        throw Refusal(.notFound, "expected one of the models \(known), found \(Refusal.shown(name))")
    }

    /// What an error means to the client. Nothing of the machine leaks: what is not the client's doing is only logged.
    private static func refusal(_ error: any Error, _ context: Context) -> ServiceError {
        switch error {
        case let error as ServiceError: return error
        case let error as Refusal: return ServiceError(error)
        case EngineError.tooLong(let limit, let unit, let found):
            return ServiceError(.tooLarge("expected at most \(limit) \(unit), found \(found)"))
        case is CancellationError:
            return ServiceError(.serviceUnavailable, .unhealthy, "the service ends")
        default:
            context.logger.error("request failed", metadata: ["error": "\(error)"])
            return ServiceError(.internalServerError, .backend, "the request failed")
        }
    }
}

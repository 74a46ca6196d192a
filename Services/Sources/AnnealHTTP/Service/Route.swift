import HTTPTypes
import HummingbirdCore

/// A method and a path that the service answers to, and what answers. Everything else is not found; no path ever reaches a
/// file.
///
/// This table is the one place that knows the routes: to add one, write a line here and what answers it in `Routes`, and
/// describe it in `openapi.json`.
struct Route: Sendable {
    /// Every route. A path with two methods stands here twice.
    static let all: [Route] = [
        .get("/", isOpen: true, EmbeddingService.page),
        .post("/", EmbeddingService.embedOrCompare),
        .get("/page.js", isOpen: true, EmbeddingService.script),
        .get("/page.css", isOpen: true, EmbeddingService.style),
        .get("/openapi.json", isOpen: true, EmbeddingService.description),
        .get("/health", isOpen: true, EmbeddingService.health),
        .get("/live", isOpen: true, EmbeddingService.health),
        .get("/ready", isOpen: true, EmbeddingService.ready),
        .get("/metrics", EmbeddingService.counts),
        .get("/info", EmbeddingService.info),
        .post("/v1/embeddings", EmbeddingService.embeddings),
        .get("/v1/models", EmbeddingService.modelList),
        .get("/v1/models/{model}", EmbeddingService.modelEntry),
        .post("/embed", EmbeddingService.embed),
        .post("/embed_all", EmbeddingService.embedAll),
        .post("/similarity", EmbeddingService.similarity),
        .post("/rerank", EmbeddingService.rerank),
        .post("/tokenize", EmbeddingService.tokenize),
        .post("/decode", EmbeddingService.decodeTokens),
        .post("/explain", EmbeddingService.explain),
        .post("/compare", EmbeddingService.compare),
        .post("/complete", EmbeddingService.complete),
    ]

    let method: HTTPRequest.Method
    /// Its last part may be a name in braces, in whose place any text stands.
    let path: String
    /// Whether it is answered without a key: the page asks for one itself, and who watches the service has none.
    let isOpen: Bool
    let answer: @Sendable (EmbeddingService, Request, RunningRequest) async throws -> Response

    /// A route that needs no body.
    /// - Parameter answer: gets what stands in the place of the name in braces, or nothing.
    static func get(
        _ path: String, isOpen: Bool = false,
        _ answer: @escaping @Sendable (EmbeddingService) -> (_ name: String) throws -> Response
    ) -> Route {
        let fixed = path.prefix { $0 != "{" }.utf8.count
        return Route(method: .get, path: path, isOpen: isOpen) { service, request, _ in
            try answer(service)(Route.decoded(request.uri.path.utf8.dropFirst(fixed)))
        }
    }

    /// A route whose body is JSON of a form.
    static func post<Body: Decodable & SendableMetatype>(
        _ path: String,
        _ answer: @escaping @Sendable (EmbeddingService) -> (Body, RunningRequest) async throws -> Response
    ) -> Route {
        Route(method: .post, path: path, isOpen: false) { service, request, running in
            let body = try await service.read(request, running)
            return try await answer(service)(try RequestBody(body).decode(), running)
        }
    }

    /// The routes of a path, one for each method; none where there is nothing. One slash at its end changes nothing.
    static func routes(at path: some StringProtocol) -> [Route] {
        var path = Substring(path)
        if path.count > 1, path.last == "/" { path.removeLast() }
        return byPath[String(path)]
            ?? named.filter { path.hasPrefix($0.prefix) && path.count > $0.prefix.count }.map { $0.route }
    }

    private static let byPath = Dictionary(grouping: all.filter { !$0.path.contains("{") }, by: \.path)
    private static let named = all.filter { $0.path.contains("{") }.map { route in
        (prefix: String(route.path.prefix { $0 != "{" }), route: route)
    }

    /// Whether errors at a path have OpenAI's form.
    static func isOpenAI(_ path: some StringProtocol) -> Bool { path.hasPrefix("/v1/") }

    /// Text of a path, its percent-encoding undone and a slash at its end left out.
    static func decoded(_ encoded: Substring.UTF8View) -> String {
        let bytes = Array(encoded.last == UInt8(ascii: "/") ? encoded.dropLast() : encoded)
        var name: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let digits = String(decoding: bytes[index...].dropFirst().prefix(2), as: UTF8.self)
            if bytes[index] == UInt8(ascii: "%"), digits.utf8.count == 2,
                digits.allSatisfy(\.isHexDigit), let byte = UInt8(digits, radix: 16)
            {
                name.append(byte)
                index += 3
            } else {
                name.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: name, as: UTF8.self)
    }
}

import Anneal
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

extension EmbeddingService {
    static func json(_ json: JSONBuffer, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: json.bytes))
    }

    /// An answer whose bytes count as held until it is sent.
    /// - Throws: ``ServiceError`` where all that is held is too much.
    static func held(_ json: JSONBuffer, _ running: RunningRequest) throws(ServiceError) -> Response {
        let bytes = json.bytes
        try running.hold(bytes.readableBytes)
        let body = ResponseBody(contentLength: bytes.readableBytes) { writer in
            try await writer.write(bytes)
            try await writer.finish(nil)
            withExtendedLifetime(running) {}
        }
        return Response(status: .ok, headers: [.contentType: "application/json"], body: body)
    }

    static func text(_ text: String, _ type: String) -> Response {
        Response(status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// A file of the page. It may load nothing from elsewhere, and nothing of it may run but its own script.
    func page(_ bytes: [UInt8], _ type: String) -> Response {
        var response = Response(
            status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        response.headers[.xContentTypeOptions] = "nosniff"
        return response
    }

    /// An answer with something for every vector, in order.
    ///
    /// Short work is done at once and answered whole. Else the answer is sent as it is made, no faster than the client
    /// takes it, so that its size does not matter; what can be refused was refused before.
    /// - Parameters:
    ///   - running: kept until the answer is sent.
    ///   - row: called for each text with its number and its vector.
    ///   - close: called at the end, with the number of tokens.
    func answer(
        _ work: EmbeddingWork, _ running: RunningRequest,
        open: @escaping @Sendable (inout JSONBuffer) -> Void,
        row: @escaping @Sendable (inout JSONBuffer, Int, ArraySlice<Float>) -> Void,
        close: @escaping @Sendable (inout JSONBuffer, Int) -> Void
    ) throws -> Response {
        let dimension = work.settings.dimension
        @Sendable func write(_ step: (texts: Range<Int>, vectors: [Float]), to json: inout JSONBuffer) {
            for (index, text) in step.texts.enumerated() {
                if text > 0 { json.raw(",") }
                row(&json, text, step.vectors[index * dimension..<(index + 1) * dimension])
            }
        }
        guard !work.isShort else {
            var work = work
            var json = JSONBuffer(capacity: 256 + work.texts.count * (64 + dimension * 12))
            open(&json)
            while let step = try work.step() { write(step, to: &json) }
            close(&json, work.tokens)
            metrics.embedded(texts: work.texts.count, tokens: work.tokens)
            return try EmbeddingService.held(json, running)
        }
        let metrics = metrics
        let body = ResponseBody { writer in
            var work = work
            var json = JSONBuffer(capacity: EmbeddingWork.stepTexts * (64 + dimension * 12))
            open(&json)
            while let step = try work.step() {
                write(step, to: &json)
                try await writer.write(json.take())
                await Task.yield()
            }
            close(&json, work.tokens)
            try await writer.write(json.take())
            try await writer.finish(nil)
            metrics.embedded(texts: work.texts.count, tokens: work.tokens)
            withExtendedLifetime(running) {}
        }
        return Response(status: .ok, headers: [.contentType: "application/json"], body: body)
    }

    /// What an error means to the client. Nothing of the machine leaks: what is not the client's doing is only logged.
    static func refusal(_ error: any Error, _ context: Context) -> ServiceError {
        switch error {
        case let error as ServiceError: return error
        case EngineError.tooLong(let limit, let unit, let found):
            return .tooLarge("expected at most \(limit) \(unit), found \(found)")
        case DecodingError.keyNotFound(let key, let place):
            return .invalid("\(path(place.codingPath))expected the field `\(key.stringValue)`, found none")
        case DecodingError.typeMismatch(let type, let place), DecodingError.valueNotFound(let type, let place):
            return .invalid("\(path(place.codingPath))expected \(kind(type))")
        case DecodingError.dataCorrupted(let place):
            // The decoder's own words are of Swift; ours begin in one way.
            let isOurs = place.debugDescription.hasPrefix("expected ")
            return .invalid(
                "\(path(place.codingPath))\(isOurs ? place.debugDescription : "expected a value that fits")")
        case is CancellationError:
            return ServiceError(.serviceUnavailable, .unhealthy, "the service ends")
        default:
            context.logger.error("request failed", metadata: ["error": "\(error)"])
            return ServiceError(.internalServerError, .backend, "the request failed")
        }
    }

    /// What a field takes, in the words of JSON.
    private static func kind(_ type: Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is Int.Type: "a whole number of 64 bits at the most"
        case is [String: Any].Type: "an object"
        case is [Any].Type: "a list"
        default: "another kind of value"
        }
    }

    /// The place in the JSON, as `inputs[2]`.
    private static func path(_ keys: [any CodingKey]) -> String {
        let names = keys.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }.joined()
        return names.isEmpty ? "" : "`\(cut(String(names.first == "." ? names.dropFirst() : names[...])))`: "
    }

    /// OpenAI's form of an error, or text-embeddings-inference's.
    static func body(of error: ServiceError, isOpenAI: Bool) -> Response {
        // OpenAI knows no 422: a value that cannot be used is a bad request.
        let isRenamed = isOpenAI && error.status == .unprocessableContent
        return EmbeddingService.json(json(of: error, isOpenAI: isOpenAI), isRenamed ? .badRequest : error.status)
    }

    static func json(of error: ServiceError, isOpenAI: Bool) -> JSONBuffer {
        var json = JSONBuffer()
        guard isOpenAI else {
            json.raw("{\"error\":")
            json.string(error.message)
            json.raw(",\"error_type\":\"\(error.kind.rawValue)\"}")
            return json
        }
        let (type, code): (String, String?) =
            switch error.kind {
            case .unauthorized: ("invalid_request_error", "invalid_api_key")
            case .notFound: ("invalid_request_error", "model_not_found")
            case .overloaded: ("rate_limit_error", "rate_limit_exceeded")
            case .backend, .unhealthy: ("server_error", nil)
            case .empty, .validation, .tokenizer: ("invalid_request_error", nil)
            }
        json.raw("{\"error\":{\"message\":")
        json.string(error.message)
        json.raw(",\"type\":\"\(type)\",\"param\":null,\"code\":")
        json.raw(code.map { "\"\($0)\"" } ?? "null")
        json.raw("}}")
        return json
    }
}

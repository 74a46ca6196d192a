import AnnealServiceKit
import HTTPTypes
import NIOCore

/// A request that is refused: its status, the kind that text-embeddings-inference names, and a sentence.
struct ServiceError: Error, Equatable {
    /// `error_type`. The first six are those of text-embeddings-inference; the others are for what it does not refuse.
    enum Kind: String, CaseIterable {
        case unhealthy = "Unhealthy"
        case backend = "Backend"
        case overloaded = "Overloaded"
        case validation = "Validation"
        case tokenizer = "Tokenizer"
        case empty = "Empty"
        case notFound = "NotFound"
        case unauthorized = "Unauthorized"
    }

    let status: HTTPResponse.Status
    let kind: Kind
    let message: String

    init(_ status: HTTPResponse.Status, _ kind: Kind, _ message: String) {
        self.status = status
        self.kind = kind
        self.message = message
    }

    init(_ refusal: Refusal) {
        let (status, kind): (HTTPResponse.Status, Kind) =
            switch refusal.kind {
            case .empty: (.badRequest, .empty)
            case .invalid: (.unprocessableContent, .validation)
            case .tooLarge: (.contentTooLarge, .validation)
            case .tokens: (.unprocessableContent, .tokenizer)
            case .notFound: (.notFound, .notFound)
            case .unauthorized: (.unauthorized, .unauthorized)
            case .overloaded: (.tooManyRequests, .overloaded)
            }
        self.init(status, kind, refusal.message)
    }

    /// Token ids where another tokenizer's may be meant. The vectors would be of another text, and nobody would notice.
    static func tokenIDs(_ field: String) -> ServiceError {
        ServiceError(
            .badRequest, .validation,
            "`\(field)`: expected a text, found token ids, which are of no use unless they are of this model's tokenizer. "
                + "Send text: in LangChain, OpenAIEmbeddings(check_embedding_ctx_length=False). "
                + "For ids of /tokenize start the service with --accept-token-ids")
    }

    /// What is sent: OpenAI's form of an error, or text-embeddings-inference's, and the headers that belong to the status.
    func response(isOpenAI: Bool) -> (head: HTTPResponse, body: JSONBuffer) {
        // OpenAI knows no 422: a value that cannot be used is a bad request.
        let status = isOpenAI && status == .unprocessableContent ? .badRequest : status
        let json = isOpenAI ? openAIBody : body
        var head = HTTPResponse(
            status: status,
            headerFields: [.contentType: "application/json", .contentLength: "\(json.bytes.readableBytes)"])
        switch status {
        case .unauthorized: head.headerFields[.wwwAuthenticate] = "Bearer"
        case .tooManyRequests: head.headerFields[.retryAfter] = "1"
        default: break
        }
        return (head, json)
    }

    private var body: JSONBuffer {
        var json = JSONBuffer()
        json.raw("{\"error\":")
        json.string(message)
        json.raw(",\"error_type\":\"\(kind.rawValue)\"}")
        return json
    }

    private var openAIBody: JSONBuffer {
        let (type, code): (String, String?) =
            switch kind {
            case .unauthorized: ("invalid_request_error", "invalid_api_key")
            case .notFound: ("invalid_request_error", "model_not_found")
            case .overloaded: ("rate_limit_error", "rate_limit_exceeded")
            case .backend, .unhealthy: ("server_error", nil)
            case .empty, .validation, .tokenizer: ("invalid_request_error", nil)
            }
        var json = JSONBuffer()
        json.raw("{\"error\":{\"message\":")
        json.string(message)
        json.raw(",\"type\":\"\(type)\",\"param\":null,\"code\":")
        json.raw(code.map { "\"\($0)\"" } ?? "null")
        json.raw("}}")
        return json
    }
}

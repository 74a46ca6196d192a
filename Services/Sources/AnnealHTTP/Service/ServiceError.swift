import HTTPTypes

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

    /// A value that cannot be used.
    static func invalid(_ message: String) -> ServiceError {
        ServiceError(.unprocessableContent, .validation, message)
    }

    static func empty(_ field: String) -> ServiceError {
        ServiceError(.badRequest, .empty, "`\(field)` cannot be empty")
    }

    /// Token ids where another tokenizer's may be meant. The vectors would be of another text, and nobody would notice.
    static func tokenIDs(_ field: String) -> ServiceError {
        ServiceError(
            .badRequest, .validation,
            "`\(field)`: expected a text, found token ids, which are of no use unless they are of this model's tokenizer. "
                + "Send text: in LangChain, OpenAIEmbeddings(check_embedding_ctx_length=False). "
                + "For ids of /tokenize start the service with --accept-token-ids")
    }

    /// Too many texts, or too large ones.
    static func tooLarge(_ message: String) -> ServiceError {
        ServiceError(.contentTooLarge, .validation, message)
    }

    static func overloaded(_ message: String) -> ServiceError {
        ServiceError(.tooManyRequests, .overloaded, message)
    }
}

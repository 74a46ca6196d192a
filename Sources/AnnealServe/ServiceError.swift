import HTTPTypes

/// A request that is refused: its status, the kind that text-embeddings-inference names, and a sentence.
struct ServiceError: Error {
    /// The kinds of text-embeddings-inference's `error_type`.
    enum Kind: String, CaseIterable {
        case empty = "Empty"
        case validation = "Validation"
        case tooLarge = "Payload"
        case overloaded = "Overloaded"
        case notFound = "NotFound"
        case unauthorized = "Unauthorized"
        case backend = "Backend"
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
}

import Anneal
import GRPCCore

/// The refusals, with the codes that text-embeddings-inference has for the same kinds.
extension RPCError {
    static func invalid(_ message: String) -> RPCError { RPCError(code: .invalidArgument, message: message) }

    static func empty(_ field: String) -> RPCError { .invalid("`\(field)` cannot be empty") }

    /// Token ids that the model does not have.
    static func tokenizer(_ message: String) -> RPCError { RPCError(code: .failedPrecondition, message: message) }

    static func overloaded(_ message: String) -> RPCError { RPCError(code: .resourceExhausted, message: message) }

    static let unknownKey = RPCError(code: .unauthenticated, message: "expected a known API key")

    /// What an error means to the client. Nothing of the machine leaks: nil for what is not the client's doing.
    init?(refusing error: any Error) {
        switch error {
        case let error as RPCError: self = error
        case let error as any RPCErrorConvertible: self.init(error)
        case EngineError.tooLong(let limit, let unit, let found):
            self = .invalid("expected at most \(limit) \(unit), found \(found)")
        case is CancellationError: self.init(code: .unavailable, message: "the service ends, or the call was cancelled")
        default: return nil
        }
    }
}

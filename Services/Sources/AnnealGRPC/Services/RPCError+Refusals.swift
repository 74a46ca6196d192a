import Anneal
import AnnealServiceKit
import GRPCCore

/// The refusals, with the codes that text-embeddings-inference has for the same kinds.
extension RPCError {
    /// What an error means to the client. Nothing of the machine leaks: nil for what is not the client's doing.
    init?(refusing error: any Error) {
        switch error {
        case let error as Refusal: self.init(error)
        case let error as RPCError: self = error
        case let error as any RPCErrorConvertible: self.init(error)
        case EngineError.tooLong(let limit, let unit, let found):
            self.init(.tooLarge("expected at most \(limit) \(unit), found \(found)"))
        case is CancellationError: self.init(code: .unavailable, message: "the service ends, or the call was cancelled")
        default: return nil
        }
    }

    init(_ refusal: Refusal) {
        let code: Code =
            switch refusal.kind {
            case .empty, .invalid, .tooLarge: .invalidArgument
            case .tokens: .failedPrecondition
            case .notFound: .notFound
            case .unauthorized: .unauthenticated
            case .overloaded: .resourceExhausted
            }
        self.init(code: code, message: refusal.message)
    }
}

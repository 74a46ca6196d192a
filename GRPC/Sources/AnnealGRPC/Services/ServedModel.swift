public import Anneal
import AnnealModel
import AnnealSessions
import AnnealTokens
import GRPCCore

/// A model under the name that `Info` tells, with the sessions that wait for the next text.
public struct ServedModel: Sendable {
    public let name: String
    private let pool: SessionPool
    private let limits: Limits

    public init(name: String, engine: Engine, limits: Limits = Limits()) {
        self.name = name
        self.limits = limits
        pool = SessionPool(engine)
    }

    var engine: Engine { pool.engine }
    var tokenizer: Tokenizer { pool.engine.model.tokenizer }

    /// - Throws: `RPCError` for an empty text and one that is too long.
    func check(_ text: String, field: String) throws(RPCError) {
        guard !text.isEmpty else { throw .empty(field) }
        guard text.utf8.count <= limits.textBytes else {
            throw .invalid(
                "`\(field)`: expected a text of at most \(limits.textBytes) bytes, found \(text.utf8.count)")
        }
    }

    /// Checks the fields that say how a text is to be cut or completed. They change nothing: no text is ever cut, and the
    /// models have no prompts.
    /// - Throws: `RPCError` for a prompt, and for a direction that there is not.
    func check(prompt: String?, direction: Tei_V1_TruncationDirection = .right) throws(RPCError) {
        if let prompt {
            throw .invalid("`prompt_name`: expected no prompt, for the model has none; found \(prompt)")
        }
        if case .UNRECOGNIZED(let value) = direction {
            throw .invalid("`truncation_direction`: expected 0 (right) or 1 (left), found \(value)")
        }
    }

    /// - Throws: `RPCError` for a number of dimensions that the model does not have.
    func settings(normalize: Bool, dimensions: Int?) throws(RPCError) -> SessionSettings {
        let dimension = dimensions ?? engine.dimension
        guard (1...engine.dimension).contains(dimension) else {
            throw .invalid("`dimensions`: expected 1 to \(engine.dimension), found \(dimension)")
        }
        return SessionSettings(mode: .compiled, normalize: normalize, dimension: dimension)
    }

    /// Lends a session to `body`, which must not wait: so there are as many in use as Swift has threads, at the most.
    func withSession<Result>(
        _ settings: SessionSettings, _ body: (PooledSession) -> Result
    ) throws(EngineError) -> Result {
        let pooled = try pool.take(settings)
        defer { pool.putBack(pooled) }
        return body(pooled)
    }
}

public import Anneal
import AnnealModel
import AnnealServiceKit
import AnnealSessions
import AnnealTokens
import GRPCCore

/// A model under the name that `Info` tells, the mode in which it embeds, and the sessions that wait for the next text.
public struct ServedModel: Sendable {
    public let name: String
    let mode: Mode
    private let pool: SessionPool
    private let limits: Limits

    public init(name: String, engine: Engine, mode: Mode = .compiled, limits: Limits = Limits()) {
        self.name = name
        self.mode = mode
        self.limits = limits
        pool = SessionPool(engine)
    }

    var engine: Engine { pool.engine }
    var tokenizer: Tokenizer { pool.engine.model.tokenizer }

    /// The text as it may be worked on.
    /// - Parameter cut: the side from which a longer one is cut; nil where it is refused.
    /// - Throws: `RPCError` for an empty text and one that is too long.
    func text(_ given: String, field: String, cut: CutSide?) throws(RPCError) -> String {
        guard !given.isEmpty else { throw .empty(field) }
        guard given.utf8.count > limits.textBytes else { return given }
        guard let cut else {
            throw .invalid(
                "`\(field)`: expected a text of at most \(limits.textBytes) bytes, found \(given.utf8.count)")
        }
        return cut.cut(given, toBytes: limits.textBytes)
    }

    /// The side from which a text is to be cut; nil where a request does not ask for it.
    /// - Throws: `RPCError` for a direction that there is not.
    func cut(_ isCut: Bool, _ direction: Tei_V1_TruncationDirection) throws(RPCError) -> CutSide? {
        switch direction {
        case .right: isCut ? .right : nil
        case .left: isCut ? .left : nil
        case .UNRECOGNIZED(let value):
            throw .invalid("`truncation_direction`: expected 0 (right) or 1 (left), found \(value)")
        }
    }

    /// - Throws: `RPCError` for a prompt, of which the models have none.
    func check(prompt: String?) throws(RPCError) {
        guard let prompt else { return }
        throw .invalid("`prompt_name`: expected no prompt, for the model has none; found \(prompt)")
    }

    /// - Throws: `RPCError` for a number of dimensions that the model does not have.
    func settings(normalize: Bool, dimensions: Int?) throws(RPCError) -> SessionSettings {
        let dimension = dimensions ?? engine.dimension
        guard (1...engine.dimension).contains(dimension) else {
            throw .invalid("`dimensions`: expected 1 to \(engine.dimension), found \(dimension)")
        }
        return SessionSettings(mode: mode, normalize: normalize, dimension: dimension)
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

public import Anneal
import AnnealModel
import AnnealServiceKit
import AnnealTokens
import GRPCCore

/// A model under the name that `Info` tells, and the mode in which it embeds.
public struct ServedModel: Sendable {
    public let name: String
    let mode: Mode
    let engine: Engine
    private let limits: Limits

    public init(name: String, engine: Engine, mode: Mode = .compiled, limits: Limits = Limits()) {
        self.name = name
        self.mode = mode
        self.limits = limits
        self.engine = engine
    }

    var tokenizer: Tokenizer { engine.model.tokenizer }

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
        do throws(EngineError) {
            return try engine.settings(mode: mode, normalize: normalize, dimension: dimensions)
        } catch {
            throw .invalid("`dimensions`: \(error)")
        }
    }
}

public import Anneal
import AnnealModel
import AnnealServiceKit
import AnnealTokens
import HTTPTypes

/// A model under the name that clients call it by, and the mode in which it embeds.
public struct ServedModel: Sendable {
    public let name: String
    /// Other names that mean it where no model is called so.
    let aliases: Set<String>
    let mode: Mode
    let engine: Engine

    /// - Parameters:
    ///   - name: as the operator calls it; nil for the name that the model file itself has.
    ///   - fileName: what it is called else, and besides.
    public init(name: String? = nil, fileName: String, engine: Engine, mode: Mode = .compiled) {
        self.name = name ?? engine.model.metadata["name"] ?? fileName
        aliases = [fileName]
        self.mode = mode
        self.engine = engine
    }

    var tokenizer: Tokenizer { engine.model.tokenizer }

    /// The texts of an input: strings as they are, token ids as the text that they stand for.
    /// - Parameter cut: the side from which longer texts are cut; nil where they are refused.
    /// - Throws: ``ServiceError`` for nothing, too much, and ids that the model does not have.
    func texts(_ input: TextInput, field: String, limits: Limits, cut: CutSide? = nil) throws(ServiceError) -> [String]
    {
        try ServedModel.check(count: input.items.count, field: field, limits: limits)
        var texts: [String] = []
        texts.reserveCapacity(input.items.count)
        for (index, item) in input.items.enumerated() {
            let field = ServedModel.name(field, index, of: input.items.count)
            switch item {
            case .text(let given):
                guard !given.isEmpty else { throw .empty(field) }
                texts.append(try ServedModel.fitted(given, field: field, limits: limits, cut: cut))
            case .tokens(let ids):
                guard limits.acceptsTokenIDs else { throw .tokenIDs(field) }
                // Tokens may stand for nothing, as control pieces do; no tokens are a mistake.
                guard !ids.isEmpty else { throw .empty(field) }
                let text = try decode(ids, field: field, limits: limits)
                texts.append(try ServedModel.fitted(text, field: field, limits: limits, cut: cut))
            }
        }
        return texts
    }

    /// The texts as they may be embedded.
    /// - Parameter cut: the side from which longer texts are cut; nil where they are refused.
    /// - Throws: ``ServiceError`` for no text, too many, an empty one and one that is too long.
    static func texts(_ texts: [String], field: String, limits: Limits, cut: CutSide?) throws(ServiceError) -> [String]
    {
        try check(count: texts.count, field: field, limits: limits)
        var fitted: [String] = []
        fitted.reserveCapacity(texts.count)
        for (index, text) in texts.enumerated() {
            let field = name(field, index, of: texts.count)
            guard !text.isEmpty else { throw .empty(field) }
            fitted.append(try self.fitted(text, field: field, limits: limits, cut: cut))
        }
        return fitted
    }

    /// Which item of a batch is meant: `inputs[3]`, and `inputs` where there is but one.
    private static func name(_ field: String, _ index: Int, of count: Int) -> String {
        count > 1 ? "\(field)[\(index)]" : field
    }

    static func check(count: Int, field: String, limits: Limits) throws(ServiceError) {
        guard count > 0 else { throw .empty(field) }
        guard count <= limits.texts else {
            throw .tooLarge("batch size \(count) > maximum allowed batch size \(limits.texts)")
        }
    }

    private static func fitted(
        _ text: String, field: String, limits: Limits, cut: CutSide?
    ) throws(ServiceError) -> String {
        guard text.utf8.count > limits.textBytes else { return text }
        guard let cut else {
            throw .tooLarge(
                "`\(field)`: expected texts of at most \(limits.textBytes) bytes, found \(text.utf8.count)")
        }
        return cut.cut(text, toBytes: limits.textBytes)
    }

    /// The text that tokens stand for.
    /// - Throws: ``ServiceError`` for too many ids, and for those that the model does not have.
    func decode(_ ids: [Int], field: String, limits: Limits) throws(ServiceError) -> String {
        // A token has a byte at least.
        guard ids.count <= limits.textBytes else {
            throw .tooLarge("`\(field)`: expected at most \(limits.textBytes) ids of a text, found \(ids.count)")
        }
        for id in ids {
            guard id >= 0, id < tokenizer.pieceCount else {
                throw ServiceError(
                    .unprocessableContent, .tokenizer,
                    "expected token ids from 0 to \(tokenizer.pieceCount - 1), found \(id)")
            }
        }
        return tokenizer.decode(ids.lazy.map { UInt32($0) })
    }

    /// - Throws: ``ServiceError`` for a number of dimensions that the model does not have.
    func settings(normalize: Bool, dimensions: Int?) throws(ServiceError) -> SessionSettings {
        do throws(EngineError) {
            return try engine.settings(mode: mode, normalize: normalize, dimension: dimensions)
        } catch {
            throw .invalid("`dimensions`: \(error)")
        }
    }

    /// The tokens of a text, with their bytes.
    func tokens(of text: String) throws -> [Token] {
        var tokens: [Token] = []
        var text = text
        engine.withSession(try settings(normalize: true, dimensions: nil)) { session in
            text.withUTF8 { utf8 in
                session.tokenize(utf8.span) { ids, starts, ends in
                    for index in ids.indices {
                        tokens.append(Token(id: ids[index], start: starts[index], end: ends[index]))
                    }
                }
            }
        }
        return tokens
    }

    func countTokens(_ text: String) throws -> Int {
        var text = text
        return engine.withSession(try settings(normalize: true, dimensions: nil)) { session in
            text.withUTF8 { session.countTokens($0.span) }
        }
    }
}

public import Anneal
import AnnealModel
import AnnealSessions
import AnnealTokens
import HTTPTypes

/// A model under the name that clients call it by.
public struct ServedModel: Sendable {
    public let name: String
    let pool: SessionPool

    public init(name: String, engine: Engine) {
        self.name = name
        pool = SessionPool(engine)
    }

    var engine: Engine { pool.engine }
    var tokenizer: Tokenizer { pool.engine.model.tokenizer }

    /// The texts of an input: strings as they are, token ids as the text that they stand for.
    /// - Throws: ``ServiceError`` for nothing, too much, and ids that the model does not have.
    func texts(_ input: TextInput, field: String, limits: Limits) throws(ServiceError) -> [String] {
        guard !input.items.isEmpty else { throw .empty(field) }
        guard input.items.count <= limits.texts else { throw ServedModel.tooMany(input.items.count, limits) }
        var texts: [String] = []
        texts.reserveCapacity(input.items.count)
        for item in input.items {
            let text: String
            switch item {
            case .text(let given): text = given
            case .tokens(let ids): text = try decode(ids)
            }
            guard !text.isEmpty else { throw .empty(field) }
            texts.append(text)
        }
        return texts
    }

    static func tooMany(_ count: Int, _ limits: Limits) -> ServiceError {
        ServiceError(.contentTooLarge, .validation, "batch size \(count) > maximum allowed batch size \(limits.texts)")
    }

    /// The text that tokens stand for.
    /// - Throws: ``ServiceError`` for ids that the model does not have.
    func decode(_ ids: [Int]) throws(ServiceError) -> String {
        var bytes: [UInt8] = []
        for id in ids {
            guard id >= 0, id < tokenizer.pieceCount else {
                throw .invalid("expected token ids from 0 to \(tokenizer.pieceCount - 1), found \(id)")
            }
            let token = UInt32(id)
            switch tokenizer.kind(of: token) {
            case .control, .unknown, .unused: continue
            case .byte:
                // Written as <0xHH>.
                let digits = tokenizer.piece(token).dropFirst(3).dropLast()
                bytes.append(UInt8(digits, radix: 16) ?? 0x3F)
            case .normal, .userDefined: bytes += Array(tokenizer.bytes(of: token))
            }
        }
        let text = String(decoding: bytes, as: UTF8.self).replacing("\u{2581}", with: " ")
        return text.hasPrefix(" ") ? String(text.dropFirst()) : text
    }

    /// Embeds texts, one after the other, and lets other requests run in between.
    /// - Parameter countsTokens: whether tokens are counted, which costs about a third more.
    /// - Throws: ``ServiceError`` for dimensions that the model does not have.
    func embed(
        _ texts: [String], normalize: Bool = true, dimensions: Int? = nil, countsTokens: Bool = false
    ) async throws -> (vectors: [Float], dimension: Int, tokens: Int) {
        let dimension = dimensions ?? engine.dimension
        guard (1...engine.dimension).contains(dimension) else {
            throw ServiceError.invalid("`dimensions`: expected 1 to \(engine.dimension), found \(dimension)")
        }
        let settings = SessionSettings(mode: .compiled, normalize: normalize, dimension: dimension)
        var vectors = [Float](repeating: 0, count: texts.count * dimension)
        var tokens = 0
        // Whole texts until so many bytes are done: a few milliseconds.
        let stepBytes = 1 << 16
        var next = 0
        while next < texts.count {
            if next > 0 {
                try Task.checkCancellation()
                await Task.yield()
            }
            let pooled = try pool.take(settings)
            defer { pool.putBack(pooled) }
            var done = 0
            while next < texts.count, done < stepBytes {
                var text = texts[next]
                text.withUTF8 { utf8 in
                    vectors.withUnsafeMutableBufferPointer { rows in
                        _ = pooled.session.embed(utf8, into: rows.baseAddress! + next * dimension)
                    }
                    if countsTokens { tokens += pooled.session.countTokens(utf8) }
                    done += utf8.count
                }
                next += 1
            }
        }
        return (vectors, dimension, tokens)
    }
}

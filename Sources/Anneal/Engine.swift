import AnnealMachine
public import AnnealModel
import AnnealPlatform
import AnnealTokens

/// Turns texts into vectors with one model. Immutable: any number of threads may use it at once.
///
///     let engine = try Engine()                              // the model that ships with the package
///     let vector = try engine.embed("no neural network runs")
///
/// A text becomes tokens, the tokens a program, the rules rewrite the program, and a machine of integers runs it. The
/// same text gives the same bits on every machine, in every batch, with every number of threads.
public final class Engine: Sendable {
    /// The tokenizer, constants and rules that the engine works with.
    public let model: Model
    /// The numbers of a whole vector.
    public var dimension: Int { model.shape.dimension }
    let kernel: Kernel

    /// Opens the shipped model, or the one that `ANNEAL_MODEL` names.
    /// - Throws: ``EngineError``.
    public convenience init() throws(EngineError) {
        try self.init(path: Engine.defaultModelPath())
    }

    /// Opens and checks a model file, and adds hand-written phrases and rules if there are any.
    /// - Parameters:
    ///   - path: the model file; it is mapped and must not change while the engine is in use.
    ///   - rules: phrases and rules as text, in the syntax of `RulePatch`: `k8s = kubernetes`.
    /// - Complexity: one pass over the file for its checksums; with rules the model is copied into memory.
    /// - Throws: ``EngineError``.
    public convenience init(path: String, rules: String? = nil) throws(EngineError) {
        let model: Model
        do throws(ModelError) { model = try Model(path: path) } catch { throw .model(error) }
        guard let rules else {
            try self.init(model: model)
            return
        }
        let patched: Model
        do throws(ModelSourceError) { patched = try RulePatch.apply(rules, to: model) } catch { throw .rules(error) }
        try self.init(model: patched)
    }

    /// Takes a model that is open already.
    /// - Throws: ``EngineError/kernel(_:)`` if `ANNEAL_KERNEL` asks for a kernel that is not to be had here.
    public init(model: Model) throws(EngineError) {
        self.model = model
        do throws(KernelError) { kernel = try Kernel.fromEnvironment() } catch { throw .kernel("\(error)") }
    }

    /// The path of the model that ``init()`` opens, found from any working directory.
    /// - Throws: ``EngineError/noShippedModel(searched:)``.
    public static func defaultModelPath() throws(EngineError) -> String { try ShippedModel.path() }

    /// A session: what one thread needs to embed texts without allocating memory.
    /// - Parameters:
    ///   - mode: how far programs are rewritten.
    ///   - normalize: whether vectors are divided by their Euclidean norm.
    ///   - dimension: how many numbers of the vector are kept, from the first; nil for all.
    /// - Throws: ``EngineError/dimension(expected:found:)``.
    public func makeSession(
        mode: Mode = .compiled, normalize: Bool = true, dimension: Int? = nil
    ) throws(EngineError) -> Session {
        let kept = dimension ?? self.dimension
        guard (1...self.dimension).contains(kept) else {
            throw .dimension(expected: 1...self.dimension, found: kept)
        }
        return Session(self, mode: mode, normalize: normalize, dimension: kept)
    }

    /// The piece of a token id, as the tokenizer writes it.
    /// - Precondition: `id` is below the tokenizer's count of pieces.
    public func piece(of id: UInt32) -> String { model.tokenizer.piece(id) }

    /// Embeds one text.
    /// - Returns: ``dimension`` numbers of unit length, or zeros for a text without content.
    /// - Complexity: O(bytes). For many texts a session, or ``embed(_:mode:threads:)``, spares the set-up.
    public func embed(_ text: String, mode: Mode = .compiled) throws(EngineError) -> [Float] {
        var session = try makeSession(mode: mode)
        var text = text
        var vector = [Float](repeating: 0, count: dimension)
        text.withUTF8 { utf8 in vector.withUnsafeMutableBufferPointer { _ = session.embed(utf8, into: $0.baseAddress!) }
        }
        return vector
    }

    /// Embeds texts on a number of threads.
    /// - Returns: a row of ``dimension`` numbers a text, in order.
    /// - Precondition: `threads > 0`.
    public func embed(_ texts: [String], mode: Mode = .compiled, threads: Int = 1) throws(EngineError) -> [[Float]] {
        var flat = [Float](repeating: 0, count: texts.count * dimension)
        try flat.withUnsafeMutableBufferPointer { (rows) throws(EngineError) in
            try embed(texts, mode: mode, threads: threads, into: rows)
        }
        return (0..<texts.count).map { Array(flat[$0 * dimension..<($0 + 1) * dimension]) }
    }

    /// Embeds texts into memory of the caller's: row `i` of `rows` is the vector of text `i`.
    /// - Precondition: `rows.count == texts.count * dimension`, `threads > 0`.
    /// - Complexity: O(bytes); shares of 64 texts go to the threads in turn.
    public func embed(
        _ texts: [String], mode: Mode = .compiled, threads: Int = 1, into rows: UnsafeMutableBufferPointer<Float>
    ) throws(EngineError) {
        precondition(rows.count == texts.count * dimension, "rows holds \(rows.count) numbers")
        precondition(threads > 0)
        guard !texts.isEmpty else { return }
        let share = 64
        let shares = (texts.count + share - 1) / share
        let workers = min(threads, shares)
        // In bounds and without races: each text's row is written by the one worker that took its share.
        nonisolated(unsafe) let base = rows.baseAddress!
        let dimension = dimension
        Parallel.forEach(workers, threads: workers) { [self] _, worker in
            var session = Session(self, mode: mode, normalize: true, dimension: dimension)
            for taken in stride(from: worker, to: shares, by: workers) {
                for index in taken * share..<min((taken + 1) * share, texts.count) {
                    var text = texts[index]
                    text.withUTF8 { _ = session.embed($0, into: base + index * dimension) }
                }
            }
        }
    }
}

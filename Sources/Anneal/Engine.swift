public import AnnealMachine
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
    /// The version of the package. Commands and services have it from here.
    public static let version = "0.1.0"
    /// The tokenizer, constants and rules that the engine works with.
    public let model: Model
    /// The numbers of a whole vector.
    public var dimension: Int { model.shape.dimension }
    /// The name of the loops that run: `avx512`, `avx2`, `neon`, `wasm128` or `portable`.
    public var kernelName: String { kernel.name }
    let kernel: Kernel
    /// Asked about what the model's tokenizer has no piece for.
    public let lookup: (any RowLookup)?
    let pool = SessionPool()

    /// Opens the shipped model, or the one that `ANNEAL_MODEL` names.
    /// - Throws: ``EngineError``.
    public convenience init() throws(EngineError) {
        try self.init(path: Engine.defaultModelPath())
    }

    /// Opens and checks a model file, and adds hand-written phrases and rules if there are any.
    /// - Parameters:
    ///   - path: the model file; it is mapped and must not change while the engine is in use.
    ///   - rules: phrases and rules as text, in the syntax of `RulePatch`: `k8s = kubernetes`.
    ///   - kernel: the loops to run, `portable` for plain C; nil for those that `ANNEAL_KERNEL` names, or the fastest.
    ///     All give the same bits.
    ///   - lookup: has rows for what the tokenizer has no piece for; nil for an engine to which that adds nothing.
    /// - Complexity: one pass over the file for its checksums; with rules the model is copied into memory.
    /// - Throws: ``EngineError``.
    public convenience init(
        path: String, rules: String? = nil, kernel: String? = nil, lookup: (any RowLookup)? = nil
    ) throws(EngineError) {
        let model: Model
        do throws(ModelError) { model = try Model(path: path) } catch { throw .model(error) }
        try self.init(model: model, rules: rules, kernel: kernel, lookup: lookup)
    }

    /// Takes a model that is open already, and adds hand-written phrases and rules.
    /// - Parameters: as in ``init(path:rules:kernel:lookup:)``.
    /// - Complexity: with rules the model is copied into memory.
    /// - Throws: ``EngineError``.
    public convenience init(
        model: Model, rules: String?, kernel: String? = nil, lookup: (any RowLookup)? = nil
    ) throws(EngineError) {
        guard let rules else {
            try self.init(model: model, kernel: kernel, lookup: lookup)
            return
        }
        let patched: Model
        do throws(ModelSourceError) { patched = try RulePatch.apply(rules, to: model) } catch { throw .rules(error) }
        try self.init(model: patched, kernel: kernel, lookup: lookup)
    }

    /// Takes a model that is open already, as it is. What reads rules is linked into no program that has no others than this.
    /// - Parameters:
    ///   - model: kept as long as the engine and any session of it.
    ///   - kernel: as in ``init(path:rules:kernel:lookup:)``.
    ///   - lookup: as there.
    /// - Throws: ``EngineError/kernel(_:)`` for a kernel that is not to be had here;
    ///   ``EngineError/lookup(expected:found:)`` for a lookup whose rows have other dimensions than the model's.
    public init(model: Model, kernel: String? = nil, lookup: (any RowLookup)? = nil) throws(EngineError) {
        if let lookup, lookup.dimension != model.shape.dimension {
            throw .lookup(expected: model.shape.dimension, found: lookup.dimension)
        }
        self.model = model
        self.lookup = lookup
        do throws(KernelError) {
            self.kernel = if let kernel { try Kernel.select(named: kernel) } else { try Kernel.fromEnvironment() }
        } catch {
            throw .kernel(error)
        }
    }

    /// The path of the model that ``init()`` opens, found from any working directory.
    /// - Throws: ``EngineError/noShippedModel(searched:)``.
    public static func defaultModelPath() throws(EngineError) -> String { try ShippedModel.path() }

    /// Where a file lies that ships with the package beside the model; nil if it does not.
    package static func shippedFile(named name: String) -> String? {
        ShippedModel.places(of: name).first { Files.isReadable(Path($0)) }
    }

    /// Checks how a session is to embed.
    /// - Parameters:
    ///   - mode: how far programs are rewritten.
    ///   - normalize: whether vectors are divided by their Euclidean norm.
    ///   - dimension: how many numbers of the vector are kept, from the first; nil for all.
    /// - Throws: ``EngineError/dimension(expected:found:)``.
    public func settings(
        mode: Mode = .compiled, normalize: Bool = true, dimension: Int? = nil
    ) throws(EngineError) -> SessionSettings {
        let kept = dimension ?? self.dimension
        guard (1...self.dimension).contains(kept) else {
            throw .dimension(expected: 1...self.dimension, found: kept)
        }
        return SessionSettings(mode: mode, normalize: normalize, dimension: kept)
    }

    /// A session of the caller's own: what one thread needs to embed texts without allocating memory.
    ///
    /// To be kept for many texts, as it takes longer to make than a text takes to embed; ``withSession(_:_:)`` lends one
    /// that is there.
    /// - Throws: ``EngineError/dimension(expected:found:)``.
    public func makeSession(
        mode: Mode = .compiled, normalize: Bool = true, dimension: Int? = nil
    ) throws(EngineError) -> Session {
        Session(self, try settings(mode: mode, normalize: normalize, dimension: dimension))
    }

    /// Lends a session for some texts.
    ///
    /// The engine keeps the sessions that came back for the next calls: at most eight, or one for each processor where
    /// there are more, of 4 to 10 MB each. They serve any settings, so other settings take no more of them. May be called
    /// from any number of threads at once, from inside `body`, and in a child of `fork`; a session is made where none waits.
    /// - Parameters:
    ///   - settings: those of this engine.
    ///   - body: has the session until it returns; it must not wait for others meanwhile, or as many sessions are made
    ///     as callers wait.
    /// - Precondition: `settings.dimension <= dimension`.
    public func withSession<Result, Failure: Error>(
        _ settings: SessionSettings, _ body: (inout Session) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(settings.dimension <= dimension, "settings of an engine with more dimensions")
        let lent = pool.take() ?? PooledSession(Session(self, settings))
        lent.session.change(to: settings, of: self)
        defer {
            // `body` may have put a session of another engine in the place of ours.
            if lent.session.model === model { pool.putBack(lent) }
        }
        return try body(&lent.session)
    }

    /// The piece of a token id, as the tokenizer writes it.
    /// - Precondition: `id` is below the tokenizer's count of pieces.
    public func piece(of id: UInt32) -> String { model.tokenizer.piece(id) }

    /// Embeds one text.
    /// - Returns: ``dimension`` numbers of unit length, or zeros for a text without content.
    /// - Complexity: O(bytes), by a session that the engine keeps; the vector alone is allocated.
    public func embed(_ text: String, mode: Mode = .compiled) throws(EngineError) -> [Float] {
        let settings = try settings(mode: mode)
        var vector = [Float](repeating: 0, count: dimension)
        var row = vector.mutableSpan
        withSession(settings) { _ = $0.embed(text, into: &row) }
        return vector
    }

    /// Embeds texts on a number of threads.
    /// - Returns: a row of ``dimension`` numbers a text, in order.
    /// - Precondition: `threads > 0`.
    public func embed(_ texts: [String], mode: Mode = .compiled, threads: Int = 1) throws(EngineError) -> [[Float]] {
        var flat = [Float](repeating: 0, count: texts.count * dimension)
        var rows = flat.mutableSpan
        try embed(texts, mode: mode, threads: threads, into: &rows)
        return (0..<texts.count).map { Array(flat[$0 * dimension..<($0 + 1) * dimension]) }
    }

    /// Embeds texts into memory of the caller's: row `i` of `rows` is the vector of text `i`.
    /// - Precondition: `rows.count == texts.count * dimension`, `threads > 0`.
    /// - Complexity: O(bytes); shares of 64 texts go to the threads in turn.
    public func embed(
        _ texts: [String], mode: Mode = .compiled, threads: Int = 1, into rows: inout MutableSpan<Float>
    ) throws(EngineError) {
        precondition(
            rows.count == texts.count * dimension,
            "expected room for \(texts.count) x \(dimension) numbers, found it for \(rows.count)")
        precondition(threads > 0)
        guard !texts.isEmpty else { return }
        let settings = try settings(mode: mode)
        let dimension = dimension
        rows.withUnsafeMutableBufferPointer { rows in
            // Without races: each text's row is written by the one thread that took its share.
            nonisolated(unsafe) let rows = rows
            Parallel.forEachChunk(of: texts.count, size: 64, threads: threads) { [self] _, share in
                withSession(settings) { session in
                    for index in share {
                        // In bounds: there is a row for each text.
                        var row = rows.extracting(index * dimension..<(index + 1) * dimension).mutableSpan
                        session.embed(texts[index], into: &row)
                    }
                }
            }
        }
    }
}

/// What can go wrong between a caller and a vector. Every case says what was expected and what was found.
public enum EngineError: Error, Sendable, CustomStringConvertible {
    /// The model file was refused.
    case model(ModelError)
    /// The rules were refused: what was expected, what was found, line and column.
    case rules(ModelSourceError)
    /// No shipped model lies beside the program.
    case noShippedModel(searched: [String])
    /// A number of dimensions outside what the model holds.
    case dimension(expected: ClosedRange<Int>, found: Int)
    /// A lookup whose rows have not as many numbers as the model's vectors.
    case lookup(expected: Int, found: Int)
    /// A text too long to be explained or compared instruction by instruction.
    case tooLong(limit: Int, unit: String, found: Int)
    /// A kernel was asked for that this processor or this program does not have.
    case kernel(KernelError)

    public var description: String {
        switch self {
        case .model(let error): return "\(error)"
        case .rules(let error): return "\(error)"
        case .noShippedModel(let searched):
            return "expected the shipped model or one that ANNEAL_MODEL names, found none; looked at "
                + searched.joined(separator: ", ")
        case .dimension(let expected, let found):
            return "expected \(expected.lowerBound) to \(expected.upperBound) dimensions, found \(found)"
        case .lookup(let expected, let found):
            return "expected a lookup of \(expected) dimensions, found one of \(found)"
        case .tooLong(let limit, let unit, let found):
            return "expected a text of at most \(limit) \(unit) to explain, found \(found)"
        case .kernel(let error): return "\(error)"
        }
    }
}

import AnnealMachine
import AnnealModel

/// How a session embeds; made by ``Engine/settings(mode:normalize:dimension:)``, which checks it.
public struct SessionSettings: Hashable, Sendable {
    /// How far programs are rewritten.
    public let mode: Mode
    /// Whether vectors are divided by their Euclidean norm.
    public let normalize: Bool
    /// How many numbers of a vector are kept, from the first.
    public let dimension: Int

    init(mode: Mode, normalize: Bool, dimension: Int) {
        self.mode = mode
        self.normalize = normalize
        self.dimension = dimension
    }
}

/// What one thread needs to turn texts into vectors: all memory is here, and after a first text nothing is allocated.
///
///     var session = try engine.makeSession()
///     var vector = [Float](repeating: 0, count: session.dimension)
///     var row = vector.mutableSpan
///     session.embed("no neural network runs", into: &row)
///
/// It takes 4 to 10 MB, most of it the tokenizer's cache of words, whatever the texts are.
public struct Session: ~Copyable {
    /// The numbers that ``embed(_:into:)-(Span<UInt8>,_)`` writes.
    public var dimension: Int { settings.dimension }
    /// The tokens of the text that was embedded last.
    public var tokenCount: Int { runner.tokenCount }
    /// How many of these are in no program, because the vocabulary does not know what they stand for: unknown pieces, and
    /// word boundaries before one. They add what the engine's lookup has for them; without one, a text of nothing else is
    /// empty.
    public var unknownCount: Int { runner.unknownCount }
    private var settings: SessionSettings
    /// Kept alive here: the machine and the annealer read the mapped model where it lies.
    let model: Model
    var runner: TextRunner
    var rewriter: Rewriter

    init(_ engine: Engine, _ settings: SessionSettings) {
        self.settings = settings
        model = engine.model
        runner = TextRunner(engine)
        rewriter = Rewriter(engine, mode: settings.mode)
    }

    /// Goes on with other settings. What was learned of words stays: it depends on the model alone.
    mutating func change(to settings: SessionSettings, of engine: Engine) {
        self.settings = settings
        rewriter.change(to: settings.mode, of: engine)
    }

    /// Writes the vector of a text.
    ///
    /// Bytes that are not UTF-8 count as U+FFFD, as the tokenizer's reference has it. A text of more than 256 tokens
    /// goes through in windows of 256, whose sums are added.
    /// - Parameters:
    ///   - utf8: the text; it is read during the call only.
    ///   - vector: room for ``dimension`` numbers, all of which are written.
    /// - Returns: false for a text without content, or of unknown pieces only: the vector is then zero, never not-a-number.
    /// - Precondition: `vector.count == dimension`.
    /// - Complexity: O(bytes), no allocation after the first texts.
    @discardableResult
    public mutating func embed(_ utf8: Span<UInt8>, into vector: inout MutableSpan<Float>) -> Bool {
        utf8.withUnsafeBufferPointer { embed($0, into: &vector) }
    }

    /// As ``embed(_:into:)-(Span<UInt8>,_)`` for a string.
    @discardableResult
    public mutating func embed(_ text: String, into vector: inout MutableSpan<Float>) -> Bool {
        var text = text
        return text.withUTF8 { embed($0, into: &vector) }
    }

    @_optimize(speed)  // where all else is made small
    private mutating func embed(_ utf8: UnsafeBufferPointer<UInt8>, into vector: inout MutableSpan<Float>) -> Bool {
        precondition(vector.count == dimension, "expected room for \(dimension) numbers, found it for \(vector.count)")
        runner.run(utf8) { program, annealer, machine in rewriter.run(&program, &annealer, &machine) }
        let (dimension, normalize) = (settings.dimension, settings.normalize)
        return vector.withUnsafeMutableBufferPointer { row in
            // In bounds: the room was compared with the dimension, which is not zero.
            runner.machine.finish(into: row.baseAddress!, dimension: dimension, normalize: normalize)
        }
    }

    /// Hands on the tokens of a text, window by window: ids, and the bytes of the text from `starts` up to `ends`.
    /// - Complexity: O(bytes), no allocation after the first texts.
    public mutating func tokenize(
        _ utf8: Span<UInt8>,
        _ body: (_ ids: Span<UInt32>, _ starts: Span<UInt32>, _ ends: Span<UInt32>) -> Void
    ) {
        utf8.withUnsafeBufferPointer { utf8 in
            runner.windows.forEach(of: utf8, .allWithBytes) { ids, starts, ends in
                body(ids.span, starts.span, ends.span)
            }
        }
    }

    /// Counts the tokens of a text.
    /// - Complexity: O(bytes), no allocation after the first texts.
    public mutating func countTokens(_ utf8: Span<UInt8>) -> Int {
        var total = 0
        utf8.withUnsafeBufferPointer { utf8 in
            runner.windows.forEach(of: utf8, .all) { ids, _, _ in total += ids.count }
        }
        return total
    }
}

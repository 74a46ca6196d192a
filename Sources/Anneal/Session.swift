import AnnealMachine
import AnnealModel
import AnnealProgram
import AnnealRewrite
import AnnealTokens

/// What one thread needs to turn texts into vectors: all memory is here, and after a first text nothing is allocated.
///
///     var session = try engine.makeSession()
///     text.withUTF8 { session.embed($0, into: row) }
public struct Session: ~Copyable {
    /// The numbers that ``embed(_:into:)`` writes.
    public let dimension: Int
    /// The tokens of the text that ``embed(_:into:)`` had last.
    public var tokenCount: Int { encoder.tokenCount }
    /// How many of these add nothing, because the vocabulary does not know what they stand for: unknown pieces, and word
    /// boundaries before one. A text of nothing else is empty.
    public var unknownCount: Int { encoder.unknownCount }
    private let mode: Mode
    private let normalize: Bool
    /// Keeps the mapped model alive: the machine and the annealer read it where it lies.
    private let engine: Engine
    private var encoder: TokenEncoder
    private var program = Program()
    private var annealer: Annealer
    private var machine: Machine
    /// In annealed mode only.
    private var critic: LearnedCritic?
    private let criticGains: GainWeights?
    private let ids: UnsafeMutableBufferPointer<UInt32>
    private let starts: UnsafeMutablePointer<UInt32>
    private let ends: UnsafeMutablePointer<UInt32>

    init(_ engine: Engine, mode: Mode, normalize: Bool, dimension: Int) {
        self.engine = engine
        self.mode = mode
        self.normalize = normalize
        self.dimension = dimension
        encoder = TokenEncoder(engine.model.tokenizer)
        annealer = Annealer(engine.model.rules, kernel: engine.kernel.table)
        machine = Machine(constants: engine.model.constants, kernel: engine.kernel)
        critic = mode == .annealed ? LearnedCritic(engine) : nil
        criticGains = mode == .annealed ? engine.model.criticWeights?.gains : nil
        ids = .allocate(capacity: Program.windowLimit)
        starts = .allocate(capacity: Program.windowLimit)
        ends = .allocate(capacity: Program.windowLimit)
    }

    deinit {
        ids.deallocate()
        starts.deallocate()
        ends.deallocate()
    }

    /// Writes the vector of a text.
    ///
    /// Bytes that are not UTF-8 count as U+FFFD, as the tokenizer's reference has it. A text of more than 256 tokens
    /// goes through in windows of 256, whose sums are added.
    /// - Parameters:
    ///   - utf8: the text; it is read during the call only.
    ///   - vector: room for ``dimension`` numbers.
    /// - Returns: false for a text without content, or of unknown pieces only: the vector is then zero, never not-a-number.
    /// - Complexity: O(bytes), no allocation after the first texts.
    @discardableResult
    public mutating func embed(_ utf8: UnsafeBufferPointer<UInt8>, into vector: UnsafeMutablePointer<Float>) -> Bool {
        machine.reset()
        encoder.begin(utf8)
        var place = 0
        while true {
            let count = encoder.nextKnown(into: ids, starts: nil, ends: nil)
            if count == 0 { break }
            let window = UnsafeBufferPointer(start: ids.baseAddress, count: count)
            // The rows arrive while the program is rewritten.
            machine.prefetch(window)
            program.widen(window.span, origin: place)
            place += count
            rewrite()
            machine.run(program)
            if let criticGains { machine.applyCriticGains(criticGains, to: &program) }
        }
        return machine.finish(into: vector, dimension: dimension, normalize: normalize)
    }

    @inline(__always)
    private mutating func rewrite() {
        switch mode {
        case .naive: break
        case .compiled: annealer.rewrite(&program, mode: .compiled)
        case .annealed: annealer.rewrite(&program, mode: .annealed, critic: &critic!)
        }
    }

    /// Hands on the tokens of a text, window by window: ids, and the bytes of the text from `starts` up to `ends`.
    /// - Complexity: O(bytes), no allocation after the first texts.
    public mutating func tokenize(
        _ utf8: UnsafeBufferPointer<UInt8>,
        _ body: (
            _ ids: UnsafeBufferPointer<UInt32>, _ starts: UnsafeBufferPointer<UInt32>,
            _ ends: UnsafeBufferPointer<UInt32>
        ) -> Void
    ) {
        encoder.begin(utf8)
        while true {
            let count = encoder.next(into: ids, starts: starts, ends: ends)
            if count == 0 { break }
            body(
                UnsafeBufferPointer(start: ids.baseAddress, count: count),
                UnsafeBufferPointer(start: starts, count: count), UnsafeBufferPointer(start: ends, count: count))
        }
    }

    /// Counts the tokens of a text without their spans: the tokenizer alone, for benchmarks.
    public mutating func countTokens(_ utf8: UnsafeBufferPointer<UInt8>) -> Int {
        encoder.begin(utf8)
        var total = 0
        while true {
            let count = encoder.next(into: ids, starts: nil, ends: nil)
            if count == 0 { return total }
            total += count
        }
    }
}

import AnnealMachine
import AnnealModel
import AnnealProgram
import AnnealRewrite
import AnnealTokens

/// The way of a text to the machine, as sessions, explanations and the oracle have it: one program a window.
struct TextRunner: ~Copyable {
    var windows: TokenWindows
    var machine: Machine
    private var program = Program()
    private var annealer: Annealer

    /// Asked about what the vocabulary does not know.
    let rowLookup: (any RowLookup)?
    private var lookup: LookedUpRows?

    /// Of the text that ran last; ``unknownCount`` of them are in no program.
    private(set) var tokenCount = 0
    private(set) var unknownCount = 0

    init(_ engine: Engine) {
        rowLookup = engine.lookup
        lookup = engine.lookup.map { LookedUpRows($0) }
        windows = TokenWindows(engine.model.tokenizer)
        annealer = Annealer(engine.model.rules, kernel: engine.kernel.table)
        machine = Machine(constants: engine.model.constants, kernel: engine.kernel)
    }

    /// Makes a program of each window of a text, in order.
    /// - Parameter body: rewrites the program and runs it on the machine, which was reset for the text.
    @inline(__always)
    mutating func run(
        _ utf8: UnsafeBufferPointer<UInt8>,
        _ body: (_ program: inout Program, _ annealer: inout Annealer, _ machine: inout Machine) -> Void
    ) {
        machine.reset()
        var place = 0
        windows.forEach(of: utf8, .known) { ids, _, _ in
            // They arrive while the program is rewritten.
            machine.prefetch(ids)
            program.widen(ids.span, origin: place)
            place += ids.count
            body(&program, &annealer, &machine)
        }
        // Looking up reads the text anew.
        (tokenCount, unknownCount) = (windows.encoder.tokenCount, windows.encoder.unknownCount)
        if unknownCount > 0, lookup != nil { lookUp(utf8) }
    }

    /// Adds what the lookup has for the unknown stretches of a text.
    @inline(never)
    private mutating func lookUp(_ utf8: UnsafeBufferPointer<UInt8>) {
        windows.forEachUnknown(of: utf8) { stretch in lookup?.add(stretch, of: utf8, to: &machine) }
        lookup?.flush(to: &machine)
    }
}

/// Cuts texts into windows of tokens.
struct TokenWindows: ~Copyable {
    /// Which tokens are asked for.
    enum Content { case known, all, allWithBytes }

    private(set) var encoder: TokenEncoder
    private let ids: UnsafeMutableBufferPointer<UInt32>
    private let starts: UnsafeMutableBufferPointer<UInt32>
    private let ends: UnsafeMutableBufferPointer<UInt32>

    init(_ tokenizer: Tokenizer) {
        encoder = TokenEncoder(tokenizer)
        ids = .allocate(capacity: Program.windowLimit)
        starts = .allocate(capacity: Program.windowLimit)
        ends = .allocate(capacity: Program.windowLimit)
    }

    deinit {
        ids.deallocate()
        starts.deallocate()
        ends.deallocate()
    }

    /// Calls `body` with each window of a text: ids, and where they begin and end, if asked for; else nothing.
    /// - Precondition: the text has at most `TokenEncoder.textLimit` bytes.
    /// - Complexity: O(bytes), no allocation after the first texts.
    @inline(__always)
    mutating func forEach(
        of utf8: UnsafeBufferPointer<UInt8>, _ content: Content,
        _ body: (
            _ ids: UnsafeBufferPointer<UInt32>, _ starts: UnsafeBufferPointer<UInt32>,
            _ ends: UnsafeBufferPointer<UInt32>
        ) -> Void
    ) {
        encoder.begin(utf8)
        while true {
            let count =
                switch content {
                case .known: encoder.nextKnown(into: ids, starts: nil, ends: nil)
                case .all: encoder.next(into: ids, starts: nil, ends: nil)
                case .allWithBytes: encoder.next(into: ids, starts: starts.baseAddress, ends: ends.baseAddress)
                }
            if count == 0 { return }
            let bytes = content == .allWithBytes ? count : 0
            // In bounds: the encoder gives no more tokens than there is room for.
            body(
                UnsafeBufferPointer(start: ids.baseAddress, count: count),
                UnsafeBufferPointer(start: starts.baseAddress, count: bytes),
                UnsafeBufferPointer(start: ends.baseAddress, count: bytes))
            // Fewer than there is room for are the last.
            if count < ids.count { return }
        }
    }

    /// Calls `body` with the bytes of each unknown token of a text.
    mutating func forEachUnknown(of utf8: UnsafeBufferPointer<UInt8>, _ body: (_ stretch: Range<Int>) -> Void) {
        guard let unknown = encoder.tokenizer.unknownID else { return }
        forEach(of: utf8, .allWithBytes) { ids, starts, ends in
            for index in ids.indices where ids[index] == unknown { body(Int(starts[index])..<Int(ends[index])) }
        }
    }

    /// The tokens of a text with their bytes in it.
    mutating func tokens(of utf8: UnsafeBufferPointer<UInt8>) -> [Token] { encoder.tokens(of: utf8) }
}

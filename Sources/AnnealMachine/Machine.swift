public import AnnealProgram
import CAnnealKernels

/// The stack machine: runs programs of integers over a model's constants and leaves one vector.
///
///     var machine = Machine(constants: model.constants)
///     machine.reset()
///     machine.run(program)                      // once a window of the text
///     let nonzero = machine.finish(into: vector, dimension: 256, normalize: true)
///
/// Everything up to the last step is exact: an instruction adds `gain · row` to the accumulators, so the order of
/// instructions, windows, batches and threads changes no bit. A window's accumulators are 32 bits wide: 256 items of a
/// row at the largest gain and two constants stay below `256 · 128 · (32767 + 2 · 12000) < 2^31`. Windows are added in 64 bits.
///
/// All memory is allocated by the initialiser. One machine serves one thread at a time.
public struct Machine: ~Copyable {
    /// The most values that wait on the stack.
    public static let stackLimit = 8

    public let constants: Constants
    public let kernel: Kernel

    /// What the latest window asked for.
    var lowering = Lowering(itemLimit: Program.windowLimit)
    /// The accumulators of the latest window, and of all windows once there are two.
    let window: UnsafeMutablePointer<Int32>
    let totals: UnsafeMutablePointer<Int64>
    private(set) var windowCount = 0
    /// The latest window's sum in 16 bits, for ``applyCriticGains(_:to:)``.
    let whole: UnsafeMutablePointer<Int16>

    public init(constants: Constants, kernel: Kernel = .fastest) {
        self.constants = constants
        self.kernel = kernel
        window = .allocate(capacity: constants.dimension)
        totals = .allocate(capacity: constants.dimension)
        whole = .allocate(capacity: constants.dimension)
        window.initialize(repeating: 0, count: constants.dimension)
        totals.initialize(repeating: 0, count: constants.dimension)
    }

    deinit {
        whole.deallocate()
        window.deallocate()
        totals.deallocate()
    }

    /// Forgets all windows: the next ``run(_:)`` starts a new text.
    public mutating func reset() {
        windowCount = 0
    }

    /// Asks for the scales of tokens' rows to be brought near: their program will be lowered soon. Lowering asks for the rows
    /// themselves: what is asked for before crowds out what rewriting waits for.
    /// - Precondition: none; a token without a row is passed over.
    /// - Complexity: O(tokens), without waiting.
    public func prefetch(_ tokens: UnsafeBufferPointer<UInt32>) {
        for token in tokens where token < constants.tokenCount { anneal_prefetch(constants.scales + Int(token)) }
    }

    /// Adds a window's program to the accumulators.
    ///
    /// Values still on the stack at the end are dropped; a program that the verifier accepts leaves none.
    /// - Precondition: the program passes the verifier for these constants; operands out of range trap.
    /// - Complexity: O(items · dimension), no allocation.
    @_optimize(speed)  // where all else is made small
    public mutating func run(_ program: borrowing Program) {
        beginWindow()
        lowering.removeAll()
        lowering.append(program, constants)
        lowering.add(constants, kernel, to: window)
        endWindow()
    }

    /// Adds rows that are no constants of the model, as a window of their own.
    /// - Parameters:
    ///   - rows: rows of `constants.dimension` numbers.
    ///   - index: which of them to add, and `gains` the gain of each, 0 or more.
    /// - Precondition: `count <= Program.windowLimit`: then no sum leaves 32 bits.
    /// - Complexity: O(count · dimension), no allocation.
    public mutating func add(
        rows: UnsafePointer<Int8>, index: UnsafePointer<UInt32>, gains: UnsafePointer<Int16>, count: Int
    ) {
        precondition(count >= 0 && count <= Program.windowLimit)
        beginWindow()
        kernel.table.pointee.accumulate(rows, constants.dimension, index, gains, count, window)
        endWindow()
    }

    @inline(__always)
    private mutating func beginWindow() {
        if windowCount == 1 {
            totals.update(repeating: 0, count: constants.dimension)
            anneal_widen_add(window, constants.dimension, totals)
        }
        window.update(repeating: 0, count: constants.dimension)
    }

    @inline(__always)
    private mutating func endWindow() {
        if windowCount > 0 { anneal_widen_add(window, constants.dimension, totals) }
        windowCount += 1
    }

    /// Writes the first `dimension` numbers of the vector; with `normalize`, divided by their Euclidean norm.
    ///
    /// The norm is taken in doubles, in the order that `anneal_kernels.h` defines for `square_sum`; each number is
    /// `Float(Double(total) · factor)`, where the factor is `1 / norm`, or `2^-exponent` without `normalize`.
    /// - Returns: false, and zeros, where all those numbers are zero: an empty text, or parts that cancel exactly.
    /// - Precondition: `0 < dimension <= constants.dimension`; `output` holds `dimension` numbers.
    public func finish(into output: UnsafeMutablePointer<Float>, dimension: Int, normalize: Bool) -> Bool {
        precondition(dimension > 0 && dimension <= constants.dimension)
        let wide = windowCount > 1
        let squares =
            windowCount == 0
            ? 0
            : wide ? anneal_square_sum_wide(totals, dimension) : kernel.table.pointee.square_sum(window, dimension)
        guard squares > 0 else {
            output.update(repeating: 0, count: dimension)
            return false
        }
        let factor = normalize ? 1 / squares.squareRoot() : constants.unit
        if wide {
            anneal_scale_wide(totals, dimension, factor, output)
        } else {
            kernel.table.pointee.scale(window, dimension, factor, output)
        }
        return true
    }

    /// Copies the exact accumulators of all windows since ``reset()``.
    /// - Precondition: `output` holds `constants.dimension` numbers.
    public func copyTotals(into output: UnsafeMutablePointer<Int64>) {
        let dimension = constants.dimension
        if windowCount > 1 {
            output.update(from: totals, count: dimension)
        } else {
            output.update(repeating: 0, count: dimension)
            if windowCount == 1 { anneal_widen_add(window, dimension, output) }
        }
    }

    /// Writes the accumulators of the latest window as 16 bits: each is `accumulator >> shift`, with the least shift that fits.
    /// - Returns: the shift, and the exact sum of the squares of what was written.
    /// - Precondition: a window has run since ``reset()``; `output` holds `constants.dimension` numbers.
    public func shorten(into output: UnsafeMutablePointer<Int16>) -> (shift: Int, squares: Int64) {
        precondition(windowCount > 0, "expected a window, found none")
        let result = anneal_shorten(window, constants.dimension, output)
        return (Int(result.shift), result.squares)
    }
}

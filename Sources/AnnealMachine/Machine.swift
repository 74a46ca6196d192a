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
/// instructions, windows, batches and threads changes no bit. A window's accumulators are 32 bits wide: 256 items of
/// two rows each at the largest gain stay below `512 · 128 · 32767 < 2^31`. Windows are added in 64 bits.
///
/// All memory is allocated by the initialiser. One machine serves one thread at a time.
public struct Machine: ~Copyable {
    /// The most values that wait on the stack.
    public static let stackLimit = 8

    public let constants: Constants
    public let kernel: Kernel

    /// One row of a window after lowering: kept as two arrays, as the kernels read them.
    private let rowIndex: UnsafeMutablePointer<UInt32>
    private let rowGain: UnsafeMutablePointer<Int16>
    /// The accumulators of the latest window, and of all windows once there are two.
    private let window: UnsafeMutablePointer<Int32>
    private let totals: UnsafeMutablePointer<Int64>
    private var windowCount = 0

    public init(constants: Constants, kernel: Kernel = .fastest) {
        self.constants = constants
        self.kernel = kernel
        rowIndex = .allocate(capacity: 2 * Program.windowLimit)
        rowGain = .allocate(capacity: 2 * Program.windowLimit)
        window = .allocate(capacity: constants.dimension)
        totals = .allocate(capacity: constants.dimension)
        window.initialize(repeating: 0, count: constants.dimension)
        totals.initialize(repeating: 0, count: constants.dimension)
    }

    deinit {
        rowIndex.deallocate()
        rowGain.deallocate()
        window.deallocate()
        totals.deallocate()
    }

    /// Forgets all windows: the next ``run(_:)`` starts a new text.
    public mutating func reset() {
        windowCount = 0
    }

    /// Asks for the rows of tokens to be brought near: their program will run soon.
    /// - Precondition: none; a token without a row is passed over.
    /// - Complexity: O(tokens · dimension), without waiting.
    public func prefetch(_ tokens: UnsafeBufferPointer<UInt32>) {
        let dimension = constants.dimension
        for token in tokens where token < constants.tokenCount {
            anneal_prefetch(constants.scales + Int(token))
            anneal_prefetch_row(constants.rows + Int(token) &* dimension, dimension)
        }
    }

    /// Adds a window's program to the accumulators.
    ///
    /// Values still on the stack at the end are dropped; a program that the verifier accepts leaves none.
    /// - Precondition: the program passes the verifier for these constants; operands out of range trap.
    /// - Complexity: O(items · dimension), no allocation.
    public mutating func run(_ program: borrowing Program) {
        let dimension = constants.dimension
        if windowCount == 1 {
            totals.update(repeating: 0, count: dimension)
            anneal_widen_add(window, dimension, totals)
        }
        window.update(repeating: 0, count: dimension)
        let count = lower(program)
        kernel.table.pointee.accumulate(constants.rows, dimension, rowIndex, rowGain, count, window)
        if windowCount > 0 { anneal_widen_add(window, dimension, totals) }
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

    /// Turns the program into the list of rows that the kernel adds, and adds its merges to the window at once: sums of
    /// integers commute.
    /// - Returns: the number of rows, at most two an item.
    private mutating func lower(_ program: borrowing Program) -> Int {
        let constants = constants
        let rowIndex = rowIndex
        let rowGain = rowGain
        let tokenCount = UInt32(truncatingIfNeeded: constants.tokenCount)
        let rowCount = UInt32(truncatingIfNeeded: constants.rowCount)
        // In bounds: a program has at most `windowLimit` items, and each appends at most two rows.
        var count = 0
        var stack = OperandStack()
        for item in 0..<program.count {
            let token = program.tokens[item]
            precondition(token < tokenCount, "a token without a row")
            guard let opcode = Opcode(rawValue: program.opcodes[item]) else { preconditionFailure("no such opcode") }
            switch opcode {
            case .accumulate:
                rowIndex[count] = token
                rowGain[count] = constants.scales[Int(token)]
                count += 1
            case .gain:
                rowIndex[count] = token
                rowGain[count] = constants.gain(row: token, gainIndex: program.operand1[item])
                count += 1
            case .phrase:
                let constant = program.operand2[item]
                precondition(constant < rowCount, "a phrase constant without a row")
                rowIndex[count] = token
                rowGain[count] = constants.gain(row: token, gainIndex: program.operand1[item])
                rowIndex[count + 1] = constant
                rowGain[count + 1] = constants.scales[Int(constant)]
                anneal_prefetch_row(constants.rows + Int(constant) &* constants.dimension, constants.dimension)
                count += 2
            case .replace:
                let constant = program.operand2[item]
                precondition(constant < rowCount, "a replacing constant without a row")
                rowIndex[count] = constant
                rowGain[count] = constants.scales[Int(constant)]
                count += 1
            case .skip:
                break
            case .push:
                stack.push(token, gain: constants.gain(row: token, gainIndex: program.operand1[item]))
            case .merge:
                let left = stack.pop()
                merge(
                    left.row, left.gain, token, constants.gain(row: token, gainIndex: program.operand1[item]),
                    role: program.operand2[item], into: window)
            case .shift:
                let constant = program.operand2[item]
                precondition(constant < rowCount, "a sense constant without a row")
                let gainIndex = program.operand1[item]
                rowIndex[count] = token
                rowGain[count] = constants.gain(row: token, gainIndex: gainIndex)
                rowIndex[count + 1] = constant
                rowGain[count + 1] = constants.gain(row: constant, gainIndex: gainIndex)
                count += 2
            }
        }
        return count
    }

    /// Adds one merge; the arithmetic is defined with `anneal_merge` in `anneal_kernels.h`.
    func merge(
        _ left: UInt32, _ leftGain: Int16, _ right: UInt32, _ rightGain: Int16, role: UInt32,
        into accumulators: UnsafeMutablePointer<Int32>
    ) {
        let dimension = constants.dimension
        precondition(Int(role) < constants.roleCount, "no such role")
        anneal_merge(
            constants.rows + Int(left) * dimension, Int32(leftGain), constants.rows + Int(right) * dimension,
            Int32(rightGain), constants.roles + Int(role) * 3 * dimension, dimension, accumulators)
    }
}

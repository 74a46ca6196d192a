import AnnealMachine
import AnnealModel
import AnnealProgram
import AnnealRewrite
import CAnnealKernels

/// Judges a program without the teacher, by what its constants are to its tokens.
///
/// For every constant `c` that the program adds, with `v` the sum of its tokens under their gains, `r = |c| / |v|` and
/// `x = cos(c, v)`, the change of the cosine with the teacher was regressed on `r`, `r·x` and `r²` over held-out texts.
/// The score is the sum of these estimates; the weights are the model's critic section, with 16 fraction bits. To a model
/// without weights all programs are equal.
///
/// `v` is taken to 16 bits, so that the dot products are sums of integers, and each estimate to a multiple of `2^-32`;
/// the rest is a few IEEE operations in a fixed order. So the score, too, has the same bits everywhere.
///
/// The loop asks after every step, and a step changes few items: the tokens' sum is kept until a token or a gain
/// changes, and an item's estimate until its constant or the sum does.
struct LearnedCritic: Critic, ~Copyable {
    private let weights: CriticWeights.Phrases?
    private let constants: Constants
    private let kernel: Kernel
    /// What the tokens alone ask of the kernel, and their sum: a program that no session runs.
    private var lowering = Lowering(itemLimit: Program.windowLimit)
    private let window: UnsafeMutablePointer<Int32>
    private let short: UnsafeMutablePointer<Int16>
    /// A packed row, unpacked.
    private let scratch: UnsafeMutablePointer<Int8>

    /// The tokens alone, as they were when `short` was computed: constants removed.
    private var bare = Program()
    private var norm = 0.0
    /// What one unit of a row's scale is to `norm`.
    private var unit = 0.0
    /// By item, for each of its two constants: the row whose estimate is kept, and the estimate. `noRow` where there is
    /// none.
    private let keptRow: UnsafeMutablePointer<UInt32>
    private let kept: UnsafeMutablePointer<Int64>
    private static let noRow = UInt32.max
    /// The sum of the estimates of the program that was scored last.
    private var total: Int64 = 0

    init(_ engine: Engine) {
        constants = engine.model.constants
        kernel = engine.kernel
        window = .allocate(capacity: constants.dimension)
        short = .allocate(capacity: constants.dimension)
        scratch = .allocate(capacity: constants.dimension)
        keptRow = .allocate(capacity: 2 * Program.windowLimit)
        kept = .allocate(capacity: 2 * Program.windowLimit)
        weights = engine.model.criticWeights?.phrases
    }

    deinit {
        short.deallocate()
        window.deallocate()
        scratch.deallocate()
        keptRow.deallocate()
        kept.deallocate()
    }

    /// An estimate is `r · (w₁ + w₂x + w₃r)` with `r ≥ 0` and `x` a cosine, which rounding takes less beyond 1 than an
    /// estimate's last digit shows.
    var refusesPhrases: Bool {
        guard let weights else { return false }
        return weights.r < abs(weights.rx) || weights.rr < 0
    }

    /// - Complexity: O(items) and O(dimension) for each constant that is new since the last call; no allocation.
    mutating func score(_ program: borrowing Program) -> Int64 {
        guard let weights else { return 0 }
        if !bare.hasSameTokens(as: program) {
            bare.copyTokens(of: program)
            sumTokens()
        }
        guard norm > 0 else { return 0 }
        total = 0
        for item in 0..<program.count {
            update(item, program, weights)
            total &+= kept[2 * item] &+ kept[2 * item + 1]
        }
        return total
    }

    /// - Complexity: O(1), or O(dimension) for a new constant.
    mutating func score(_ program: borrowing Program, changed item: Int) -> Int64 {
        guard let weights, norm > 0, item < bare.count, bare.hasSameToken(as: program, item) else {
            return score(program)
        }
        total &-= kept[2 * item] &+ kept[2 * item + 1]
        update(item, program, weights)
        total &+= kept[2 * item] &+ kept[2 * item + 1]
        return total
    }

    /// Brings the estimates that are kept of an item up to date.
    @inline(__always)
    private func update(_ item: Int, _ program: borrowing Program, _ weights: CriticWeights.Phrases) {
        let hasRow = Opcode(rawValue: program.opcodes[item])?.effect.constant.isUsed == true
        let further = program.operand3[item]
        update(2 * item, hasRow ? program.operand2[item] : LearnedCritic.noRow, weights)
        update(2 * item + 1, further != 0 ? further : LearnedCritic.noRow, weights)
    }

    @inline(__always)
    private func update(_ place: Int, _ row: UInt32, _ weights: CriticWeights.Phrases) {
        guard row != keptRow[place] else { return }
        keptRow[place] = row
        kept[place] = row != LearnedCritic.noRow ? estimate(Int(row), weights) : 0
    }

    /// What a constant is estimated to do to the cosine.
    private func estimate(_ row: Int, _ weights: CriticWeights.Phrases) -> Int64 {
        // In bounds: rows of rules were checked when the model was opened.
        let bytes = constants.bytes(of: row, scratch: scratch)
        let products = kernel.table.pointee.row_products(bytes, short, constants.dimension)
        guard products.with_itself > 0 else { return 0 }
        let length = Double(products.with_itself).squareRoot()
        let r = Double(constants.scales[row]) * length * unit
        let x = Double(products.with_values) / (length * norm)
        // At most a few units for each of 256 items: far inside 64 bits.
        return Int64((r * (weights.r + weights.rx * x + weights.rr * r) * 0x1p32).rounded())
    }

    /// Sums the tokens, takes the sum to 16 bits, and forgets all estimates.
    private mutating func sumTokens() {
        window.update(repeating: 0, count: constants.dimension)
        lowering.removeAll()
        lowering.append(bare, constants)
        lowering.add(constants, kernel, to: window)
        let shortened = anneal_shorten(window, constants.dimension, short)
        norm = Double(shortened.squares).squareRoot()
        unit = norm > 0 ? 1 / (norm * Double(sign: .plus, exponent: Int(shortened.shift), significand: 1)) : 0
        keptRow.update(repeating: LearnedCritic.noRow, count: 2 * Program.windowLimit)
        kept.update(repeating: 0, count: 2 * Program.windowLimit)
    }
}

extension Program {
    /// Whether the other program adds the same tokens with the same gains, item by item: this one has no constants.
    fileprivate borrowing func hasSameTokens(as other: borrowing Program) -> Bool {
        guard count == other.count else { return false }
        for item in 0..<count where !hasSameToken(as: other, item) { return false }
        return true
    }

    /// The same of one item.
    @inline(__always)
    fileprivate borrowing func hasSameToken(as other: borrowing Program, _ item: Int) -> Bool {
        tokens[item] == other.tokens[item] && operand1[item] == other.operand1[item]
            && opcodes[item] == Program.bare(other.opcodes[item])
    }

    /// Takes the other program's tokens and gains and leaves its constants.
    fileprivate mutating func copyTokens(of other: borrowing Program) {
        assign(0..<other.count, of: other)
        for item in 0..<count {
            setInstruction(
                item, opcode: Program.bare(other.opcodes[item]), operand1: other.operand1[item], operand2: 0,
                operand3: 0)
        }
    }

    /// The opcode without its constant. A pushed token counts as added: its merge adds it.
    @inline(__always)
    private static func bare(_ opcode: UInt8) -> UInt8 {
        Opcode(rawValue: opcode)?.effect.token.isUsed == true ? Opcode.gain.rawValue : Opcode.skip.rawValue
    }
}

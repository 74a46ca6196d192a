import AnnealMachine
import AnnealModel
import AnnealProgram
import AnnealRewrite
import CAnnealKernels

/// Judges a program without the teacher, by what its constants are to its tokens, and sets gains at the end by what each
/// token is to the whole.
///
/// For every constant `c` that the program adds, with `v` the sum of its tokens under their gains, `r = |c| / |v|` and
/// `x = cos(c, v)`, the change of the cosine with the teacher was regressed on `r`, `r·x` and `r²` over held-out texts.
/// The score is the sum of these estimates; the weights are the model's critic section, with 16 fraction bits. To a model
/// without weights all programs are equal.
///
/// Gains: once no rule bids, each token's gain index grows by the sum of ``PartFeatures`` of its contribution to the window's
/// sum under four further weights, those of the features and a constant, rounded. So a token that says what the others say
/// already counts less, and one that stands out more. A model without these weights leaves gains as they are.
///
/// `v` is taken to 16 bits, so that the dot products are sums of integers, and each estimate to a multiple of `2^-32`;
/// the rest is a few IEEE operations in a fixed order. So the score, too, has the same bits everywhere.
///
/// The loop asks after every step, and a step changes few items: the tokens' sum is kept until a token or a gain
/// changes, and an item's estimate until its constant or the sum does.
struct LearnedCritic: Critic, ~Copyable {
    private let weights: (r: Double, rx: Double, rr: Double)?
    /// In steps of the gain index.
    private let gainWeights: (agreement: Double, length: Double, share: Double, constant: Double)?
    private let constants: Constants
    private var machine: Machine
    private let short: UnsafeMutablePointer<Int16>
    /// The sum of tokens and constants, for the gains.
    private let whole: UnsafeMutablePointer<Int16>
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
        machine = Machine(constants: constants, kernel: engine.kernel)
        short = .allocate(capacity: constants.dimension)
        whole = .allocate(capacity: constants.dimension)
        scratch = .allocate(capacity: constants.dimension)
        keptRow = .allocate(capacity: 2 * Program.windowLimit)
        kept = .allocate(capacity: 2 * Program.windowLimit)
        let values = (engine.model.critic ?? []).map { Double($0) / 65536 }
        weights = values.count >= 3 ? (values[0], values[1], values[2]) : nil
        gainWeights = values.count >= 7 ? (values[3], values[4], values[5], values[6]) : nil
    }

    deinit {
        short.deallocate()
        whole.deallocate()
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

    /// - Complexity: O(items · dimension), no allocation.
    mutating func setGains(of program: borrowing Program) -> Bool {
        guard let gainWeights else { return false }
        machine.reset()
        machine.run(program)
        let (shift, squares) = machine.shorten(into: whole)
        let unit = Double(sign: .plus, exponent: -shift, significand: 1)
        var changed = false
        for item in 0..<program.count where OpcodeSet.tokenGain.contains(raw: program.opcodes[item]) {
            let row = program.tokens[item]
            // In bounds: the machine has run the program.
            let products = machine.kernel.table.pointee.row_products(
                constants.rows + Int(row) &* constants.dimension, whole, constants.dimension)
            let gain = Double(constants.gain(row: row, gainIndex: program.operand1[item])) * unit
            let features = PartFeatures(
                part: gain * gain * Double(products.with_itself), along: gain * Double(products.with_values),
                whole: Double(squares))
            guard let features else { continue }
            let steps =
                gainWeights.agreement * features.agreement + gainWeights.length * features.length
                + gainWeights.share * features.share + gainWeights.constant
            let index = UInt16(min(255, max(0, Int(program.operand1[item]) + LearnedCritic.rounded(steps))))
            if index != program.operand1[item] {
                program.operand1[item] = index
                changed = true
            }
        }
        return changed
    }

    /// The nearest integer, halves away from zero, as `rounded()` has it, which is a call on processors without SSE 4.1.
    /// - Precondition: inside 64 bits, as steps are: weights stay below 2^15 and shares, the largest feature, below 2^47.
    @inline(__always)
    private static func rounded(_ value: Double) -> Int {
        let whole = Int(value)
        let rest = value - Double(whole)
        return whole + (rest >= 0.5 ? 1 : 0) - (rest <= -0.5 ? 1 : 0)
    }

    /// Brings the estimates that are kept of an item up to date.
    @inline(__always)
    private func update(_ item: Int, _ program: borrowing Program, _ weights: (r: Double, rx: Double, rr: Double)) {
        let hasRow = OpcodeSet.withRow.contains(raw: program.opcodes[item])
        let further = program.operand3[item]
        update(2 * item, hasRow ? program.operand2[item] : LearnedCritic.noRow, weights)
        update(2 * item + 1, further != 0 ? further : LearnedCritic.noRow, weights)
    }

    @inline(__always)
    private func update(_ place: Int, _ row: UInt32, _ weights: (r: Double, rx: Double, rr: Double)) {
        guard row != keptRow[place] else { return }
        keptRow[place] = row
        kept[place] = row != LearnedCritic.noRow ? estimate(Int(row), weights) : 0
    }

    /// What a constant is estimated to do to the cosine.
    private func estimate(_ row: Int, _ weights: (r: Double, rx: Double, rr: Double)) -> Int64 {
        // In bounds: rows of rules were checked when the model was opened.
        let bytes = constants.bytes(of: row, scratch: scratch)
        let products = machine.kernel.table.pointee.row_products(bytes, short, constants.dimension)
        guard products.with_itself > 0 else { return 0 }
        let length = Double(products.with_itself).squareRoot()
        let r = Double(constants.scales[row]) * length * unit
        let x = Double(products.with_values) / (length * norm)
        // At most a few units for each of 256 items: far inside 64 bits.
        return Int64((r * (weights.r + weights.rx * x + weights.rr * r) * 0x1p32).rounded())
    }

    /// Sums the tokens, takes the sum to 16 bits, and forgets all estimates.
    private mutating func sumTokens() {
        machine.reset()
        machine.run(bare)
        let (shift, squares) = machine.shorten(into: short)
        norm = Double(squares).squareRoot()
        unit = norm > 0 ? 1 / (norm * Double(sign: .plus, exponent: shift, significand: 1)) : 0
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
        widen(UnsafeBufferPointer(start: other.tokens, count: other.count))
        for item in 0..<count {
            opcodes[item] = Program.bare(other.opcodes[item])
            operand1[item] = other.operand1[item]
        }
    }

    /// The opcode without its constant. A pushed token counts as added: its merge adds it.
    @inline(__always)
    private static func bare(_ opcode: UInt8) -> UInt8 {
        switch Opcode(rawValue: opcode) {
        case .skip, .replace, nil: Opcode.skip.rawValue
        case .accumulate, .gain, .phrase, .push, .merge, .shift: Opcode.gain.rawValue
        }
    }
}

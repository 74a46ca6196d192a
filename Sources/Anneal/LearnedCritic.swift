import AnnealMachine
import AnnealModel
import AnnealProgram
import AnnealRewrite

/// Judges a program without the teacher, by what its constants do to its vector.
///
/// For every constant `c` that the program adds, with `v` the program's vector, `r = |c| / |v|` and `x = cos(c, v)`, the
/// change of the cosine with the teacher was regressed on `r`, `r·x` and `r²` over held-out texts. The score is the sum
/// of these estimates; the weights are the model's critic section, with 16 fraction bits. A model without weights has a
/// critic to which all programs are equal.
///
/// `v` is taken to 16 bits, so that the dot products are sums of integers; the rest is a few IEEE operations in a fixed
/// order. So the score, too, has the same bits everywhere.
struct LearnedCritic: Critic, ~Copyable {
    private let weights: (r: Double, rx: Double, rr: Double)?
    private let constants: Constants
    private var machine: Machine
    private let totals: UnsafeMutablePointer<Int64>
    private let short: UnsafeMutablePointer<Int16>

    init(_ engine: Engine) {
        constants = engine.model.constants
        machine = Machine(constants: constants, kernel: engine.kernel)
        totals = .allocate(capacity: constants.dimension)
        short = .allocate(capacity: constants.dimension)
        if let values = engine.model.critic, values.count >= 3 {
            weights = (Double(values[0]) / 65536, Double(values[1]) / 65536, Double(values[2]) / 65536)
        } else {
            weights = nil
        }
    }

    deinit {
        totals.deallocate()
        short.deallocate()
    }

    /// - Complexity: O(items · dimension), no allocation.
    mutating func score(_ program: borrowing Program) -> Int64 {
        guard let weights else { return 0 }
        machine.reset()
        machine.run(program)
        machine.copyTotals(into: totals)
        let shift = narrow()
        let norm = Double(LearnedCritic.dot(short, short, constants.dimension)).squareRoot()
        guard norm > 0 else { return 0 }
        var score = 0.0
        for item in 0..<program.count where OpcodeSet.withRow.contains(raw: program.opcodes[item]) {
            let row = Int(program.operand2[item])
            // In bounds: the verifier's limits hold for every program that is run.
            let bytes = constants.rows + row * constants.dimension
            let squares = LearnedCritic.dot(bytes, bytes, constants.dimension)
            guard squares > 0 else { continue }
            let length = Double(squares).squareRoot()
            let r = Double(constants.scales[row]) * length / (norm * Double(1 << shift))
            let x = Double(LearnedCritic.dot(bytes, short, constants.dimension)) / (length * norm)
            score += r * (weights.r + weights.rx * x + weights.rr * r)
        }
        return Int64((score * 0x1p32).rounded())
    }

    /// Takes the totals to 16 bits; returns by how many bits they were shifted.
    private mutating func narrow() -> Int {
        var bits: UInt64 = 0
        for index in 0..<constants.dimension { bits |= totals[index].magnitude }
        let shift = max(0, 64 - bits.leadingZeroBitCount - 15)
        for index in 0..<constants.dimension { short[index] = Int16(truncatingIfNeeded: totals[index] >> shift) }
        return shift
    }

    /// Exact: each of the at most four parts of 256 numbers stays below 2^31, or 2^38 in 64 bits for two of 16 bits.
    private static func dot(_ bytes: UnsafePointer<Int8>, _ other: UnsafePointer<Int16>, _ count: Int) -> Int64 {
        var total: Int64 = 0
        for start in stride(from: 0, to: count, by: 256) {
            var part: Int32 = 0
            for index in start..<min(start + 256, count) {
                part &+= Int32(bytes[index]) &* Int32(other[index])
            }
            total += Int64(part)
        }
        return total
    }

    private static func dot(_ one: UnsafePointer<Int8>, _ other: UnsafePointer<Int8>, _ count: Int) -> Int64 {
        var total: Int32 = 0
        for index in 0..<count { total &+= Int32(one[index]) &* Int32(other[index]) }
        return Int64(total)
    }

    private static func dot(_ one: UnsafePointer<Int16>, _ other: UnsafePointer<Int16>, _ count: Int) -> Int64 {
        var total: Int64 = 0
        for index in 0..<count { total &+= Int64(one[index]) &* Int64(other[index]) }
        return total
    }
}

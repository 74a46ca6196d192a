public import AnnealProgram
import CAnnealKernels

/// What the critic of a model has learned of gains: how many steps of the gain index a token's gain moves, by what the token
/// is to the whole, as ``PartFeatures`` has it.
public struct GainWeights: Hashable, Sendable {
    public let agreement: Double
    public let length: Double
    public let share: Double
    public let constant: Double

    public init(agreement: Double, length: Double, share: Double, constant: Double) {
        self.agreement = agreement
        self.length = length
        self.share = share
        self.constant = constant
    }

    /// The weights of steps so many times as long.
    public func scaled(by factor: Double) -> GainWeights {
        GainWeights(
            agreement: agreement * factor, length: length * factor, share: share * factor, constant: constant * factor)
    }

    /// The steps for a token, to the nearest integer, halves away from zero, as `rounded()` has it, which is a call on
    /// processors without SSE 4.1.
    /// - Precondition: inside 64 bits, as steps are: weights stay below 2^15 and shares, the largest feature, below 2^47.
    @inline(__always)
    func steps(_ features: PartFeatures) -> Int {
        let value =
            agreement * features.agreement + length * features.length + share * features.share + constant
        let whole = Int(value)
        let rest = value - Double(whole)
        return whole + (rest >= 0.5 ? 1 : 0) - (rest <= -0.5 ? 1 : 0)
    }
}

extension Machine {
    /// Moves the gains of the program that ran last by what each token is to the window's sum, and brings that sum up to
    /// date: what runs once more is the tokens whose gain moved, by how much it did.
    ///
    /// Only indexes of gains that are their token's alone move. `whole` is taken to 16 bits, so that the dot products are sums
    /// of integers; the rest is a few IEEE operations in a fixed order. So gains have the same bits everywhere.
    /// - Parameter program: the program of the latest ``run(_:)``, unchanged.
    /// - Returns: whether any gain moved.
    /// - Precondition: a window has run since ``reset()``.
    /// - Complexity: O(items · dimension), no allocation.
    @discardableResult
    public mutating func applyCriticGains(_ weights: GainWeights, to program: inout Program) -> Bool {
        let dimension = constants.dimension
        let (shift, squares) = shorten(into: whole)
        let unit = Double(sign: .plus, exponent: -shift, significand: 1)
        let tokenGain = OpcodeSet.tokenGain
        var changed = false
        lowering.removeAll()
        for item in 0..<program.count where tokenGain.contains(raw: program.opcodes[item]) {
            let token = program.tokens[item]
            let before = program.operand1[item]
            // In bounds: the machine has run the program.
            let products = kernel.table.pointee.row_products(
                constants.rows + Int(token) &* dimension, whole, dimension)
            let gain = constants.gain(row: token, gainIndex: before)
            let scaled = Double(gain) * unit
            let features = PartFeatures(
                part: scaled * scaled * Double(products.with_itself), along: scaled * Double(products.with_values),
                whole: Double(squares))
            guard let features else { continue }
            let index = UInt16(min(255, max(0, Int(before) + weights.steps(features))))
            guard index != before else { continue }
            changed = true
            var gains = program.mutableOperand1
            gains[item] = index
            // Gains are 0...32766, so that what lies between two of them fits.
            lowering.append(token: token, gain: constants.gain(row: token, gainIndex: index) &- gain)
        }
        guard changed else { return false }
        if windowCount == 1 {
            lowering.add(constants, kernel, to: window)
        } else {
            for index in 0..<dimension { totals[index] &-= Int64(window[index]) }
            lowering.add(constants, kernel, to: window)
            for index in 0..<dimension { totals[index] &+= Int64(window[index]) }
        }
        return true
    }
}

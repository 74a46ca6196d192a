import AnnealPlatform

/// How the bits of a code are dealt out to components: reverse water-filling, the optimum for normal distributions.
/// - SeeAlso: Cover and Thomas, "Elements of Information Theory", 2nd edition, section 10.3.3.
package enum BitAllocation {
    /// The bits of each component and what is left of its variance, where all together have `bits`.
    /// - Complexity: O(variances), 100 times.
    package static func fill(_ variances: [Double], bits: Double) -> (level: Double, bits: [Double]) {
        var low = max(variances.max() ?? 0, 1e-300) * 1e-18
        var high = variances.max() ?? 0
        func rate(_ variance: Double, _ level: Double) -> Double {
            variance > level ? 0.5 * CMath.log2(variance / level) : 0
        }
        for _ in 0..<100 {
            let middle = (low * high).squareRoot()
            if variances.reduce(0, { $0 + rate($1, middle) }) > bits { low = middle } else { high = middle }
        }
        return (high, variances.map { rate($0, high) })
    }

    /// The least squared error of a code of `bits` bits, were the vectors normally distributed: no code of normal vectors
    /// does better, and vectors with clusters can.
    package static func bound(_ variances: [Double], bits: Int) -> Double {
        let level = fill(variances, bits: Double(bits)).level
        return variances.reduce(0) { $0 + min($1, level) }
    }

    /// Steps of a trellis for some variances: each codes one component or several by a whole number of bits.
    ///
    /// Components with much variance have a step of their own, the others share one. The steps of the least variance come
    /// first: there the state is not free yet, which costs the less the less there is to say.
    /// - Parameters:
    ///   - variances: of the components, in the weighted coordinates.
    ///   - most: bits of a step at most.
    package static func steps(_ variances: [Double], bits: Int, most: Int) -> [TrellisStep] {
        let order = variances.indices.sorted { (variances[$0], $1) > (variances[$1], $0) }
        let shares = fill(order.map { variances[$0] }, bits: Double(bits)).bits
        let active = shares.firstIndex { $0 <= 0 } ?? shares.count
        var steps: [TrellisStep] = []
        var (place, wanted, used) = (0, 0.0, 0)
        while place < active {
            let first = place
            wanted += shares[place]
            place += 1
            var size = 1
            if shares[first] >= 1.5 {
                size = min(most, Int(shares[first].rounded()))
            } else {
                // As many as one bit is for, counting what earlier steps were given too much or too little.
                while place < active, wanted - Double(used) < 1 - shares[place] / 2 {
                    wanted += shares[place]
                    place += 1
                }
                if wanted - Double(used) > 1.5 { size = min(most, 2) }
            }
            used += size
            steps.append(TrellisStep(components: order[first..<place].map { $0 }, bits: size))
        }
        balance(&steps, excess: used - bits, most: most, shares: Dictionary(uniqueKeysWithValues: zip(order, shares)))
        return steps.reversed()
    }

    /// Takes bits from the last steps, or gives them to those that have the least of what they should.
    private static func balance(_ steps: inout [TrellisStep], excess: Int, most: Int, shares: [Int: Double]) {
        var excess = excess
        while excess > 0, var last = steps.popLast() {
            last.bits -= 1
            excess -= 1
            if last.bits > 0 {
                steps.append(last)
            } else if !steps.isEmpty {
                steps[steps.count - 1].components += last.components
            }
        }
        while excess < 0 {
            func lack(_ step: TrellisStep) -> Double {
                step.bits < most
                    ? step.components.reduce(0) { $0 + (shares[$1] ?? 0) } - Double(step.bits) : -.infinity
            }
            guard let place = steps.indices.max(by: { lack(steps[$0]) < lack(steps[$1]) }), steps[place].bits < most
            else { return }
            steps[place].bits += 1
            excess += 1
        }
    }
}

/// A step of a trellis: the components that it codes, and the bits that it takes for them.
package struct TrellisStep: Sendable, Equatable {
    package var components: [Int]
    package var bits: Int

    package init(components: [Int], bits: Int) {
        self.components = components
        self.bits = bits
    }
}

package import AnnealMachine
package import AnnealProgram

/// The machine as its definition reads, one number at a time: what ``Machine`` is compared with.
///
/// It keeps real vectors on its stack, works in 64 bits throughout and shares no loop with the kernels.
package struct ReferenceInterpreter {
    package let constants: Constants
    /// The accumulators of all programs run so far.
    package private(set) var totals: [Int64]

    package init(constants: Constants) {
        self.constants = constants
        totals = Array(repeating: 0, count: constants.dimension)
    }

    /// Adds a window's program.
    /// - Precondition: the program passes the verifier for these constants.
    /// - Complexity: O(items · dimension), with allocation.
    package mutating func run(_ program: borrowing Program) {
        var stack: [[Int64]] = []
        for item in 0..<program.count {
            let token = scaled(program.tokens[item])
            let gainIndex = Int(program.operand1[item])
            let operand = program.operand2[item]
            switch Opcode(rawValue: program.opcodes[item])! {
            case .accumulate:
                add(vector(token.row, token.scale))
            case .gain:
                add(vector(token.row, gained(token.scale, gainIndex)))
            case .phrase:
                let constant = scaled(operand)
                add(vector(token.row, gained(token.scale, gainIndex)))
                add(vector(constant.row, constant.scale))
                if program.operand3[item] != 0 {
                    let further = scaled(program.operand3[item])
                    add(vector(further.row, further.scale))
                }
            case .replace:
                let constant = scaled(operand)
                add(vector(constant.row, constant.scale))
            case .skip:
                continue
            case .push:
                stack.append(vector(token.row, gained(token.scale, gainIndex)))
            case .merge:
                let v = stack.removeLast()
                add(merged(v, vector(token.row, gained(token.scale, gainIndex)), role: Int(operand)))
            case .shift:
                let constant = scaled(operand)
                add(vector(token.row, gained(token.scale, gainIndex)))
                add(vector(constant.row, gained(constant.scale, gainIndex)))
            }
        }
    }

    /// The first `dimension` numbers of the vector, and whether any of them is not zero. See ``Machine/finish(into:dimension:normalize:)``.
    package func finish(dimension: Int, normalize: Bool) -> (vector: [Float], isNonzero: Bool) {
        let values = totals.prefix(dimension).map { Double($0) }
        var lanes = [Double](repeating: 0, count: 16)
        for (position, value) in values.enumerated() {
            let square = value * value
            lanes[position % 16] += square
        }
        for width in [8, 4, 2, 1] {
            for lane in 0..<width { lanes[lane] += lanes[lane + width] }
        }
        guard lanes[0] > 0 else { return ([Float](repeating: 0, count: dimension), false) }
        let factor = normalize ? 1 / lanes[0].squareRoot() : constants.unit
        return (values.map { Float($0 * factor) }, true)
    }

    private func scaled(_ row: UInt32) -> (row: Int, scale: Int64) {
        precondition(Int(row) < constants.rowCount)
        return (Int(row), Int64(constants.scales[Int(row)]))
    }

    private func gained(_ scale: Int64, _ gainIndex: Int) -> Int64 {
        (scale * Int64(constants.gainTable[gainIndex]) + 2048) >> 12
    }

    private func vector(_ row: Int, _ gain: Int64) -> [Int64] {
        (0..<constants.dimension).map { gain * byte($0, of: row) }
    }

    private func byte(_ position: Int, of row: Int) -> Int64 {
        let packed = constants.tokenCount..<constants.tokenCount + constants.packedCount
        guard packed.contains(row) else {
            let whole = row < constants.tokenCount ? row : row - constants.packedCount
            return Int64(constants.rows[whole * constants.dimension + position])
        }
        let half = constants.dimension / 2
        let pair = constants.packedRows[(row - constants.tokenCount) * half + position % half]
        // The upper half of a byte is an element of the row's first half, the lower one of its second; as signed numbers.
        let number = Int64(position < half ? pair / 16 : pair % 16)
        return 16 * (number < 8 ? number : number - 16)
    }

    private func merged(_ v: [Int64], _ u: [Int64], role: Int) -> [Int64] {
        precondition(role < constants.roleCount)
        let dimension = constants.dimension
        let limit: Int64 = 127 * 32767
        return (0..<dimension).map { position in
            func diagonal(_ which: Int) -> Int64 {
                Int64(constants.roles[(role * 3 + which) * dimension + position])
            }
            let product = (v[position] * u[position]) >> 16
            let sum = diagonal(0) * v[position] + diagonal(1) * u[position] + diagonal(2) * product
            return min(max((sum + 32) >> 6, -limit), limit)
        }
    }

    private mutating func add(_ vector: [Int64]) {
        for position in totals.indices { totals[position] += vector[position] }
    }
}

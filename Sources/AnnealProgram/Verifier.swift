/// Checks that a program is well formed, without knowing how it came to be.
///
/// The rewriter never uses it to decide anything: it is the independent judge of the rewriter's work, run after every
/// rewrite in debug builds, and of programs that come from outside.
public struct Verifier: Sendable {
    public let limits: ProgramLimits

    public init(limits: ProgramLimits) { self.limits = limits }

    /// Checks one program.
    ///
    /// With `original`, the tokens before any rewrite, it also proves that the tokens are the same multiset: every
    /// position occurs once, and the item of position `p` still carries `original[p]`.
    /// - Complexity: O(program.count), no allocation.
    /// - Throws: the first ``VerifierError`` in the order of the items.
    public func verify(
        _ program: borrowing Program, original: Span<UInt32>? = nil
    ) throws(VerifierError) {
        let count = program.count
        if let original, original.count != count {
            throw .countChanged(expected: original.count, found: count)
        }
        // One bit for each of the at most 256 positions.
        var seen = SIMD4<UInt64>.zero
        var depth = 0
        for item in 0..<count {
            guard let opcode = Opcode(rawValue: program.opcodes[item]) else {
                throw .badOpcode(item: item, found: program.opcodes[item])
            }
            let token = program.tokens[item]
            guard token < limits.tokenCount else {
                throw .tokenOutOfRange(item: item, limit: limits.tokenCount, found: token)
            }
            let effect = opcode.effect
            try checkOperands(program, item, opcode, effect)

            let position = program.positions[item]
            guard position < count else { throw .badPosition(item: item, count: count, found: position) }
            let word = Int(position) >> 6
            let bit: UInt64 = 1 << UInt64(position & 63)
            guard seen[word] & bit == 0 else { throw .badPosition(item: item, count: count, found: position) }
            seen[word] |= bit
            if let original, original[Int(position)] != token {
                throw .tokenChanged(item: item, expected: original[Int(position)], found: token)
            }

            guard depth >= effect.pops else { throw .stackUnderflow(item: item) }
            depth += effect.pushes - effect.pops
            guard depth <= limits.stackDepthMax else { throw .stackTooDeep(item: item, limit: limits.stackDepthMax) }
        }
        guard depth == 0 else { throw .stackNotBalanced(left: depth) }
    }

    private func checkOperands(
        _ program: borrowing Program, _ item: Int, _ opcode: Opcode, _ effect: OpcodeEffect
    ) throws(VerifierError) {
        let operand1 = program.operand1[item]
        let fits1 =
            switch effect.operand1 {
            case .none: operand1 == Program.neutralGain
            case .gain, .row, .furtherRow, .role: operand1 < 256
            }
        guard fits1 else { throw .badOperand1(item: item, opcode: opcode, found: operand1) }

        let operand2 = program.operand2[item]
        let limit2 = limit(effect.operand2)
        guard operand2 < limit2 else { throw .badOperand2(item: item, opcode: opcode, limit: limit2, found: operand2) }
        let operand3 = program.operand3[item]
        let limit3 = limit(effect.operand3)
        guard operand3 < limit3 else { throw .badOperand3(item: item, opcode: opcode, limit: limit3, found: operand3) }
    }

    /// What an operand must be below.
    private func limit(_ kind: OperandKind) -> Int {
        switch kind {
        case .none: 1
        case .gain: 256
        case .row, .furtherRow: limits.rowCount
        case .role: limits.roleCount
        }
    }
}

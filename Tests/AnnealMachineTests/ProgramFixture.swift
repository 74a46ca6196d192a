import AnnealMachine
import AnnealPlatform
import AnnealProgram

/// Makes programs for tests.
enum ProgramFixture {
    /// Fills `program` with a random program that the verifier would accept: every push is popped.
    static func fill(
        _ program: inout Program, count: Int, constants: Constants, opcodes: [Opcode] = Opcode.allCases,
        using random: inout SplitMix64
    ) {
        let ids = (0..<count).map { _ in UInt32.random(in: 0..<UInt32(constants.tokenCount), using: &random) }
        program.widen(ids.span)
        var depth = 0
        for item in 0..<count {
            let left = count - item
            var opcode = opcodes.randomElement(using: &random)!
            if opcode == .push && (depth == Machine.stackLimit || depth + 1 > left - 1) { opcode = .gain }
            if opcode == .merge && (depth == 0 || constants.roleCount == 0) { opcode = .accumulate }
            if depth == left { opcode = .merge }
            switch opcode {
            case .push: depth += 1
            case .merge: depth -= 1
            case .accumulate, .gain, .phrase, .replace, .skip, .shift: break
            }
            set(
                &program, item, opcode,
                gain: opcode == .accumulate ? Program.neutralGain : UInt16.random(in: 0...255, using: &random),
                operand: operand(of: opcode, constants: constants, using: &random),
                further: opcode == .phrase && Bool.random(using: &random)
                    ? operand(of: opcode, constants: constants, using: &random) : 0)
        }
    }

    static func set(
        _ program: inout Program, _ item: Int, _ opcode: Opcode, gain: UInt16 = 128, operand: UInt32 = 0,
        further: UInt32 = 0
    ) {
        program.setInstruction(item, opcode: opcode.rawValue, operand1: gain, operand2: operand, operand3: further)
    }

    private static func operand(
        of opcode: Opcode, constants: Constants, using random: inout SplitMix64
    ) -> UInt32 {
        switch opcode {
        case .phrase, .replace, .shift: UInt32.random(in: 0..<UInt32(constants.rowCount), using: &random)
        case .merge: UInt32.random(in: 0..<UInt32(constants.roleCount), using: &random)
        case .accumulate, .gain, .skip, .push: 0
        }
    }
}

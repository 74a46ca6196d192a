import AnnealProgram
import Testing

/// The verifier names each way in which a program can be wrong.
@Suite struct VerifierTests {
    let limits = ProgramLimits(tokenCount: 10, rowCount: 20, roleCount: 2, stackDepthMax: 2)

    private func fault(_ items: [ProgramItem], original: [UInt32]? = nil) -> VerifierError? {
        var program = Program()
        program.assign(items)
        return check(program, original)
    }

    private func check(_ program: borrowing Program, _ original: [UInt32]? = nil) -> VerifierError? {
        do throws(VerifierError) {
            if let original {
                try Verifier(limits: limits).verify(program, original: original.span)
            } else {
                try Verifier(limits: limits).verify(program)
            }
            return nil
        } catch {
            return error
        }
    }

    private func item(_ token: UInt32, _ position: UInt32, _ opcode: Opcode = .accumulate) -> ProgramItem {
        ProgramItem(token: token, position: position, opcode: opcode)
    }

    @Test func acceptsWhatIsWellFormed() {
        #expect(fault([]) == nil)
        #expect(fault([item(1, 2), item(2, 0, .push), item(9, 1, .merge)], original: [2, 9, 1]) == nil)
        #expect(fault([ProgramItem(token: 0, position: 0, opcode: .phrase, operand1: 255, operand2: 19)]) == nil)
        #expect(
            fault([ProgramItem(token: 0, position: 0, opcode: .phrase, operand1: 9, operand2: 1, operand3: 19)]) == nil)
        // 256 items: every bit of the set of positions.
        #expect(fault((0..<256).map { item(1, 255 - $0) }) == nil)
    }

    @Test func namesEachFault() {
        var program = Program()
        program.assign([item(1, 0)])
        program.setInstruction(0, opcode: 8, operand1: Program.neutralGain, operand2: 0, operand3: 0)
        #expect(check(program) == .badOpcode(item: 0, found: 8))
        #expect(fault([item(10, 0)]) == .tokenOutOfRange(item: 0, limit: 10, found: 10))
        #expect(
            fault([ProgramItem(token: 0, position: 0, opcode: .gain, operand1: 256)])
                == .badOperand1(item: 0, opcode: .gain, found: 256))
        #expect(
            fault([ProgramItem(token: 0, position: 0, opcode: .skip, operand1: 7)])
                == .badOperand1(item: 0, opcode: .skip, found: 7))
        #expect(
            fault([ProgramItem(token: 0, position: 0, opcode: .replace, operand2: 20)])
                == .badOperand2(item: 0, opcode: .replace, limit: 20, found: 20))
        #expect(
            fault([ProgramItem(token: 0, position: 0, opcode: .push, operand2: 1)])
                == .badOperand2(item: 0, opcode: .push, limit: 1, found: 1))
        #expect(
            fault([item(0, 0, .push), ProgramItem(token: 0, position: 1, opcode: .merge, operand2: 2)])
                == .badOperand2(item: 1, opcode: .merge, limit: 2, found: 2))
        #expect(
            fault([ProgramItem(token: 0, position: 0, opcode: .phrase, operand2: 1, operand3: 20)])
                == .badOperand3(item: 0, opcode: .phrase, limit: 20, found: 20))
        #expect(
            fault([ProgramItem(token: 0, position: 0, opcode: .shift, operand2: 1, operand3: 2)])
                == .badOperand3(item: 0, opcode: .shift, limit: 1, found: 2))
        #expect(fault([item(1, 1)]) == .badPosition(item: 0, count: 1, found: 1))
        #expect(fault([item(1, 0), item(1, 0)]) == .badPosition(item: 1, count: 2, found: 0))
        #expect(fault([item(1, 0, .merge)]) == .stackUnderflow(item: 0))
        #expect(fault((0..<3).map { item(1, $0, .push) }) == .stackTooDeep(item: 2, limit: 2))
        #expect(fault([item(1, 0, .push)]) == .stackNotBalanced(left: 1))
        #expect(fault([item(1, 0)], original: [1, 2]) == .countChanged(expected: 2, found: 1))
        #expect(fault([item(1, 1), item(2, 0)], original: [1, 2]) == .tokenChanged(item: 0, expected: 2, found: 1))
    }

    @Test func describesExpectedAndFound() {
        #expect(
            VerifierError.badOperand2(item: 3, opcode: .merge, limit: 2, found: 9).description
                == "item 3: expected a role below 2 as operand 2 of merge, found 9")
        #expect(
            VerifierError.stackUnderflow(item: 1).description == "item 1: expected a vector on the stack, found none")
    }
}

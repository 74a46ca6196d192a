import AnnealProgram
import Testing

@Suite struct OpcodeTests {
    @Test func declarationsAreConsistent() {
        var names = Set<String>()
        for opcode in Opcode.allCases {
            #expect(names.insert(opcode.declaration.name).inserted)
            #expect(Opcode(named: opcode.declaration.name) == opcode)
            #expect(OpcodeSet.all.contains(OpcodeSet(opcode)))
            #expect(OpcodeSet(opcode).opcodes == [opcode])
            #expect(OpcodeSet.withGain.contains(OpcodeSet(opcode)) == (opcode.declaration.operand1 == .gain))
            #expect(OpcodeSet.withOperand2.contains(OpcodeSet(opcode)) == (opcode.declaration.operand2 != .none))
            #expect(OpcodeSet.withRow.contains(OpcodeSet(opcode)) == (opcode.declaration.operand2 == .row))
            #expect((opcode == .phrase) == (opcode.declaration.operand3 != .none))
        }
        #expect(Opcode(named: "none") == nil)
        #expect(OpcodeSet.all.opcodes == Opcode.allCases)
    }

    @Test func rulesMatchNothingThatUsesTheStack() {
        for opcode in Opcode.allCases {
            let fits = opcode.declaration.pops == 0 && opcode.declaration.pushes == 0 && opcode != .skip
            #expect(OpcodeSet.matchable.contains(OpcodeSet(opcode)) == fits)
        }
        #expect(OpcodeSet.bare.opcodes == [.accumulate, .gain])
        #expect(OpcodeSet.phraseable.opcodes == [.accumulate, .gain, .phrase])
        #expect(OpcodeSet.tokenGain.opcodes == [.gain, .phrase])
    }

    @Test func rawValuesOfNoOpcodeAreInNoSet() {
        for raw in UInt8(8)...255 { #expect(!OpcodeSet.all.contains(raw: raw)) }
        #expect(OpcodeSet.all.contains(raw: 7))
    }
}

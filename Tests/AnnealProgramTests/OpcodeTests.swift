import AnnealProgram
import Testing

@Suite struct OpcodeTests {
    @Test func namesAreUnique() {
        var names = Set<String>()
        for opcode in Opcode.allCases {
            #expect(names.insert(opcode.name).inserted)
            #expect(Opcode(named: opcode.name) == opcode)
            #expect(OpcodeSet(opcode).opcodes == [opcode])
        }
        #expect(Opcode(named: "none") == nil)
        #expect(OpcodeSet.all.opcodes == Opcode.allCases)
    }

    // Written out, where the sets are derived.
    @Test func setsHaveTheirMembers() {
        #expect(OpcodeSet.matchable.opcodes == [.accumulate, .gain, .phrase, .replace, .shift])
        #expect(OpcodeSet.bare.opcodes == [.accumulate, .gain])
        #expect(OpcodeSet.phraseable.opcodes == [.accumulate, .gain, .phrase])
        #expect(OpcodeSet.tokenGain.opcodes == [.gain, .phrase])
        #expect(OpcodeSet.withGain.opcodes == [.gain, .phrase, .push, .merge, .shift])
        #expect(OpcodeSet.withRow.opcodes == [.phrase, .replace, .shift])
    }

    @Test func rawValuesOfNoOpcodeAreInNoSet() {
        for raw in UInt8(8)...255 { #expect(!OpcodeSet.all.contains(raw: raw)) }
        #expect(OpcodeSet.all.contains(raw: 7))
    }
}

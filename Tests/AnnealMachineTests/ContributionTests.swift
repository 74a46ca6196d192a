import AnnealMachine
import AnnealPlatform
import AnnealProgram
import TestSupport
import Testing

@Suite struct ContributionTests {
    @Test("contributions sum exactly to the accumulator; push and skip contribute nothing")
    func sumIsExact() {
        var program = Program()
        for seed in TestScale.cases(40) {
            var random = SplitMix64(seed: seed)
            let fixture = ConstantsFixture(
                dimension: 32 * Int.random(in: 1...8, using: &random), tokenCount: 30, rowCount: 50,
                packedCount: [0, 20, 11][Int(seed % 3)], using: &random)
            ProgramFixture.fill(
                &program, count: Int.random(in: 0...60, using: &random), constants: fixture.constants, using: &random)
            var machine = Machine(constants: fixture.constants)
            machine.run(program)
            let dimension = fixture.constants.dimension
            var sum = [Int64](repeating: 0, count: dimension)
            var part = [Int32](repeating: 1, count: dimension)
            for item in 0..<program.count {
                machine.contribution(of: item, in: program, into: &part)
                for position in 0..<dimension { sum[position] += Int64(part[position]) }
                if [Opcode.push.rawValue, Opcode.skip.rawValue].contains(program.opcodes[item]) {
                    #expect(part.allSatisfy { $0 == 0 }, "seed \(seed), item \(item)")
                }
            }
            #expect(sum == MachineTests.totals(machine), "seed \(seed)")
        }
    }
}

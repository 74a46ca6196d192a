import AnnealMachine
import AnnealPlatform
import AnnealProgram
import TestSupport
import Testing

/// The lists between program and backend, and what becomes of a sum when gains move.
@Suite struct LoweringTests {
    @Test("an instruction's lists, worked out by hand")
    func byHand() {
        var random = SplitMix64(seed: 5)
        let fixture = ConstantsFixture(
            dimension: 32, tokenCount: 4, rowCount: 9, packedCount: 2, using: &random)
        let constants = fixture.constants
        var program = Program()
        program.assign([
            ProgramItem(token: 0, position: 0),
            ProgramItem(token: 1, position: 1, opcode: .gain, operand1: 7),
            ProgramItem(token: 2, position: 2, opcode: .phrase, operand1: 9, operand2: 4, operand3: 8),
            ProgramItem(token: 3, position: 3, opcode: .replace, operand2: 5),
            ProgramItem(token: 3, position: 4, opcode: .skip),
            ProgramItem(token: 0, position: 5, opcode: .push, operand1: 1),
            ProgramItem(token: 1, position: 6, opcode: .merge, operand1: 2, operand2: 2),
            ProgramItem(token: 2, position: 7, opcode: .shift, operand1: 3, operand2: 6),
        ])
        var lowering = Lowering(itemLimit: program.count)
        lowering.append(program, constants)
        func scale(_ row: UInt32) -> Int16 { constants.scales[Int(row)] }
        func gained(_ row: UInt32, _ index: UInt16) -> Int16 { constants.gain(row: row, gainIndex: index) }
        let rows = (0..<lowering.rows.count).map { lowering.rows[$0] }
        // Rows 4 and 5 are packed, so that row 6 is the fifth of the others and row 8 the seventh.
        #expect(rows.map(\.row) == [0, 1, 2, 6, 2, 4])
        #expect(rows.map(\.gain) == [scale(0), gained(1, 7), gained(2, 9), scale(8), gained(2, 3), gained(6, 3)])
        let packed = (0..<lowering.packedRows.count).map { lowering.packedRows[$0] }
        #expect(packed.map(\.row) == [0, 1] && packed.map(\.gain) == [scale(4), scale(5)])
        #expect(lowering.merges.count == 1)
        let merge = lowering.merges[0]
        #expect(merge.left == (0, gained(0, 1)) && merge.right == (1, gained(1, 2)) && merge.role == 2)
    }

    @Test("programs that follow each other in the lists add what each adds alone")
    func severalPrograms() {
        for seed in TestScale.cases(20) {
            var random = SplitMix64(seed: seed)
            let fixture = ConstantsFixture(
                dimension: 64, tokenCount: 30, rowCount: 50, packedCount: 11, using: &random)
            var lowering = Lowering(itemLimit: 3 * 40)
            var program = Program()
            var ends = [lowering.ends]
            var expected: [[Int64]] = []
            for _ in 0..<3 {
                ProgramFixture.fill(
                    &program, count: Int.random(in: 0...40, using: &random), constants: fixture.constants,
                    using: &random)
                lowering.append(program, fixture.constants)
                ends.append(lowering.ends)
                var reference = ReferenceInterpreter(constants: fixture.constants)
                reference.run(program)
                expected.append(reference.totals)
            }
            for kernel in Kernel.available {
                for index in 0..<3 {
                    var sums = [Int32](repeating: 0, count: 64)
                    lowering.add(fixture.constants, kernel, from: ends[index], through: ends[index + 1], to: &sums)
                    #expect(sums.map(Int64.init) == expected[index], "seed \(seed), \(kernel.name), program \(index)")
                }
            }
        }
    }

    @Test("when the critic moves gains, the sum is that of the program as it then is, in each window of a text")
    func movedGains() {
        let weights = GainWeights(agreement: -30, length: 4, share: 11, constant: 5)
        var program = Program()
        for seed in TestScale.cases(40) {
            var random = SplitMix64(seed: seed)
            let fixture = ConstantsFixture(
                dimension: 96, tokenCount: 30, rowCount: 50, packedCount: 11, using: &random)
            var machine = Machine(constants: fixture.constants, kernel: Kernel.available.randomElement(using: &random)!)
            var reference = ReferenceInterpreter(constants: fixture.constants)
            var moved = 0
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                ProgramFixture.fill(
                    &program, count: Int.random(in: 1...60, using: &random), constants: fixture.constants,
                    using: &random)
                machine.run(program)
                let before = program.items
                let changed = machine.applyCriticGains(weights, to: &program)
                #expect(changed == (program.items != before), "seed \(seed)")
                for (old, new) in zip(before, program.items) where old != new {
                    var expected = old
                    expected.operand1 = new.operand1
                    #expect(new == expected && [.gain, .phrase].contains(old.opcode), "seed \(seed)")
                    moved += 1
                }
                reference.run(program)
            }
            #expect(MachineTests.totals(machine) == reference.totals, "seed \(seed)")
            #expect(moved > 0, "seed \(seed)")
        }
    }
}

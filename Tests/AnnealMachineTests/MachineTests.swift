import AnnealMachine
import AnnealPlatform
import AnnealProgram
import TestSupport
import Testing

/// The machine against the interpreter that reads like the definition, and the bounds that its integers promise.
@Suite struct MachineTests {
    static func totals(_ machine: borrowing Machine) -> [Int64] {
        [Int64](unsafeUninitializedCapacity: machine.constants.dimension) { buffer, count in
            machine.copyTotals(into: buffer.baseAddress!)
            count = machine.constants.dimension
        }
    }

    static func vector(_ machine: borrowing Machine, _ dimension: Int, normalize: Bool) -> ([UInt32], Bool) {
        var nonzero = false
        let bits = [Float](unsafeUninitializedCapacity: dimension) { buffer, count in
            nonzero = machine.finish(into: buffer.baseAddress!, dimension: dimension, normalize: normalize)
            count = dimension
        }.map(\.bitPattern)
        return (bits, nonzero)
    }

    @Test("every kernel gives the interpreter's bits on random texts of one to three windows")
    func equalsReference() {
        var program = Program()
        for seed in TestScale.cases(60) {
            var random = SplitMix64(seed: seed)
            let dimension = 32 * Int.random(in: 1...(seed % 10 == 0 ? 32 : 8), using: &random)
            let fixture = ConstantsFixture(
                dimension: dimension, tokenCount: 40, rowCount: 60,
                packedCount: [0, 20, 7, 1][Int(seed % 4)], exponent: Int32(seed % 40), using: &random)
            var reference = ReferenceInterpreter(constants: fixture.constants)
            let windowSeeds = (0..<Int.random(in: 1...3, using: &random)).map { _ in random.next() }
            let limit = seed % 10 == 1 ? Program.windowLimit : 40
            func fill(_ windowSeed: UInt64) {
                var windowRandom = SplitMix64(seed: windowSeed)
                ProgramFixture.fill(
                    &program, count: Int.random(in: 0...limit, using: &windowRandom), constants: fixture.constants,
                    using: &windowRandom)
            }
            for windowSeed in windowSeeds {
                fill(windowSeed)
                reference.run(program)
            }
            let prefix = Int.random(in: 1...dimension, using: &random)
            for kernel in Kernel.available {
                var machine = Machine(constants: fixture.constants, kernel: kernel)
                for round in 0..<2 {
                    machine.reset()
                    for windowSeed in windowSeeds {
                        fill(windowSeed)
                        machine.run(program)
                    }
                    #expect(
                        MachineTests.totals(machine) == reference.totals, "seed \(seed), \(kernel.name), round \(round)"
                    )
                    for normalize in [true, false] {
                        let expected = reference.finish(dimension: prefix, normalize: normalize)
                        let found = MachineTests.vector(machine, prefix, normalize: normalize)
                        #expect(
                            found.0 == expected.vector.map(\.bitPattern) && found.1 == expected.isNonzero,
                            "seed \(seed), \(kernel.name), normalize \(normalize)")
                    }
                }
            }
        }
    }

    @Test("a full window at the extremes of every constant stays inside 32 bits", arguments: [32, 96, 256, 1024])
    func extremes(dimension: Int) {
        var random = SplitMix64(seed: 7)
        let fixture = ConstantsFixture(
            dimension: dimension, tokenCount: 2, rowCount: 2, extreme: true, using: &random)
        let largestGain: Int64 = 32766
        for (token, byte) in [(UInt32(0), Int64(-128)), (1, 127)] {
            var program = Program()
            program.widen([UInt32](repeating: token, count: 256).span)
            for item in 0..<256 { ProgramFixture.set(&program, item, .shift, gain: 255, operand: token) }
            for kernel in Kernel.available {
                var machine = Machine(constants: fixture.constants, kernel: kernel)
                machine.run(program)
                #expect(MachineTests.totals(machine) == [Int64](repeating: 512 * largestGain * byte, count: dimension))
                // A long text: the windows are added in 64 bits.
                for _ in 0..<9 { machine.run(program) }
                #expect(MachineTests.totals(machine) == [Int64](repeating: 5120 * largestGain * byte, count: dimension))
                let norm = Double(dimension).squareRoot()
                for bits in MachineTests.vector(machine, dimension, normalize: true).0 {
                    #expect(abs(Double(Float(bitPattern: bits)) * norm - Double(byte.signum())) < 1e-6)
                }
            }
        }
    }

    @Test("merges at the extremes are clamped and stay inside 32 bits")
    func extremeMerges() {
        for seed in TestScale.cases(4) {
            var random = SplitMix64(seed: seed)
            let fixture = ConstantsFixture(dimension: 64, tokenCount: 2, rowCount: 2, extreme: true, using: &random)
            var program = Program()
            ProgramFixture.fill(
                &program, count: 256, constants: fixture.constants, opcodes: [.push, .merge, .merge], using: &random)
            var reference = ReferenceInterpreter(constants: fixture.constants)
            reference.run(program)
            var machine = Machine(constants: fixture.constants)
            machine.run(program)
            #expect(MachineTests.totals(machine) == reference.totals)
        }
    }

    @Test("a merge by hand: the diagonals, the product's shift, and the order of the stack")
    func mergeByHand() {
        var random = SplitMix64(seed: 1)
        let fixture = ConstantsFixture(dimension: 32, tokenCount: 4, rowCount: 4, using: &random)
        fixture.setRow(0, scale: 100) { _ in 3 }
        fixture.setRow(1, scale: 200) { _ in -5 }
        fixture.setRow(2, scale: 1000) { _ in 70 }
        fixture.setRole(0, 64, 32, 0)
        fixture.setRole(1, 0, 0, 64)
        var program = Program()
        program.widen([2, 0, 1, 1].span)
        ProgramFixture.set(&program, 0, .push)
        ProgramFixture.set(&program, 1, .push)
        ProgramFixture.set(&program, 2, .merge, operand: 0)  // pops token 0: 64/64 · 300 + 32/64 · (-1000) = -200
        ProgramFixture.set(&program, 3, .merge, operand: 1)  // pops token 2: (70000 · -1000) >> 16 = -1069
        var machine = Machine(constants: fixture.constants)
        machine.run(program)
        #expect(MachineTests.totals(machine) == [Int64](repeating: -200 - 1069, count: 32))
        #expect(Machine.pushItem(poppedBy: 2, in: program) == 1)
        #expect(Machine.pushItem(poppedBy: 3, in: program) == 0)
    }

    @Test("no window, an empty window and parts that cancel are the zero vector, with the flag down")
    func zero() {
        var random = SplitMix64(seed: 3)
        let fixture = ConstantsFixture(dimension: 32, tokenCount: 2, rowCount: 2, using: &random)
        fixture.setRow(0, scale: 9) { Int8($0 < 16 ? $0 : 1) }
        fixture.setRow(1, scale: 9) { Int8($0 < 16 ? -$0 : 1) }
        for kernel in Kernel.available {
            var machine = Machine(constants: fixture.constants, kernel: kernel)
            var program = Program()
            func expectZero(_ dimension: Int, _ comment: Comment) {
                for normalize in [true, false] {
                    let found = MachineTests.vector(machine, dimension, normalize: normalize)
                    #expect(found.0 == [UInt32](repeating: 0, count: dimension) && !found.1, comment)
                }
            }
            expectZero(32, "no window")
            machine.run(program)
            expectZero(32, "an empty window")
            program.widen([0, 1].span)
            machine.reset()
            machine.run(program)
            expectZero(16, "a prefix that cancels")
            #expect(MachineTests.vector(machine, 17, normalize: true).0.last == Float(1).bitPattern)
            machine.run(program)
            expectZero(16, "two windows")
            machine.reset()
            expectZero(32, "after a reset")
        }
    }

    @Test("the order of instructions changes no bit")
    func orderIsIrrelevant() {
        for seed in TestScale.cases(20) {
            var random = SplitMix64(seed: seed)
            let fixture = ConstantsFixture(dimension: 64, tokenCount: 30, rowCount: 50, using: &random)
            var program = Program()
            let free: [Opcode] = [.accumulate, .gain, .phrase, .replace, .skip, .shift]
            ProgramFixture.fill(&program, count: 50, constants: fixture.constants, opcodes: free, using: &random)
            var machine = Machine(constants: fixture.constants)
            machine.run(program)
            let before = MachineTests.vector(machine, 64, normalize: true).0
            for item in stride(from: 49, to: 0, by: -1) {
                let other = Int.random(in: 0...item, using: &random)
                if item == other { continue }
                let (one, two) = (program.item(at: item), program.item(at: other))
                program.setItem(two, at: item)
                program.setItem(one, at: other)
            }
            machine.reset()
            machine.run(program)
            #expect(MachineTests.vector(machine, 64, normalize: true).0 == before, "seed \(seed)")
        }
    }
}

import AnnealMachine
import AnnealPlatform
import AnnealProgram
import CAnnealKernels
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Rows a second of the machine against the bare kernel on the same rows: printed where `ANNEAL_BENCH` is set, in a
/// release build (`ANNEAL_BENCH=1 swift test -c release -Xswiftc -enable-testing --filter MachineBenchmarkTests`).
@Suite(.serialized) struct MachineBenchmarkTests {
    /// Texts of 28 tokens, of which 12 carry a phrase: 40 rows a text.
    private static let tokensPerText = 28
    private static let phrasesPerText = 12
    private static let rowsPerText = tokensPerText + phrasesPerText
    private static let textCount = 4000

    @Test(
        "the machine keeps 60 % of the bare kernel's rows a second", .enabled(if: getenv("ANNEAL_BENCH") != nil),
        arguments: [4_000, 100_000])
    func machineAgainstKernel(rowCount: Int) {
        var random = SplitMix64(seed: 11)
        let fixture = ConstantsFixture(dimension: 256, tokenCount: rowCount / 2, rowCount: rowCount, using: &random)
        let constants = fixture.constants
        let programs = UnsafeMutablePointer<Program>.allocate(capacity: Self.textCount)
        defer {
            programs.deinitialize(count: Self.textCount)
            programs.deallocate()
        }
        var rows: [UInt32] = []
        var gains: [Int16] = []
        for text in 0..<Self.textCount {
            var program = Program(capacity: Self.tokensPerText)
            let tokens = (0..<Self.tokensPerText).map { _ in
                UInt32.random(in: 0..<UInt32(constants.tokenCount), using: &random)
            }
            program.widen(tokens.span)
            for (item, token) in tokens.enumerated() {
                let gain = UInt16.random(in: 0...255, using: &random)
                rows.append(token)
                gains.append(
                    Int16((Int32(constants.scales[Int(token)]) * Int32(constants.gainTable[Int(gain)]) + 2048) >> 12))
                if item < Self.phrasesPerText {
                    let phrase = UInt32.random(in: UInt32(constants.tokenCount)..<UInt32(rowCount), using: &random)
                    ProgramFixture.set(&program, item, .phrase, gain: gain, operand: phrase)
                    rows.append(phrase)
                    gains.append(constants.scales[Int(phrase)])
                } else {
                    ProgramFixture.set(&program, item, .gain, gain: gain)
                }
            }
            (programs + text).initialize(to: program)
        }
        for kernel in Kernel.available {
            let table = anneal_kernel_named(kernel.name)!
            var accumulator = [Int32](repeating: 0, count: 256)
            var vector = [Float](repeating: 0, count: 256)
            var machine = Machine(constants: constants, kernel: kernel)
            var best = (bare: Double.infinity, run: Double.infinity, whole: Double.infinity)
            func seconds(_ body: () -> Void) -> Double { ContinuousClock().measure(body) / .seconds(1) }
            // Taken in turns, so that a change in the load of the machine touches all three alike.
            for _ in 0..<9 {
                let bare = seconds {
                    for text in 0..<Self.textCount {
                        accumulator.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
                        rows.withUnsafeBufferPointer { rows in
                            gains.withUnsafeBufferPointer { gains in
                                let first = text * Self.rowsPerText
                                table.pointee.accumulate(
                                    constants.rows, 256, rows.baseAddress! + first, gains.baseAddress! + first,
                                    Self.rowsPerText, &accumulator)
                            }
                        }
                    }
                }
                let run = seconds {
                    for text in 0..<Self.textCount {
                        machine.reset()
                        machine.run(programs[text])
                    }
                }
                let whole = seconds {
                    for text in 0..<Self.textCount {
                        machine.reset()
                        machine.run(programs[text])
                        _ = machine.finish(into: &vector, dimension: 256, normalize: true)
                    }
                }
                best = (min(best.bare, bare), min(best.run, run), min(best.whole, whole))
            }
            // Both did the same work: the last text's sums.
            #expect(accumulator.map { Int64($0) } == MachineTests.totals(machine))
            let rowsDone = Double(Self.textCount * Self.rowsPerText)
            func millions(_ seconds: Double) -> Double { (rowsDone / seconds / 1e5).rounded() / 10 }
            print(
                "BENCH \(kernel.name), \(rowCount) rows of 256: kernel \(millions(best.bare)) M rows/s, machine",
                "\(millions(best.run)) M rows/s, share \(Int(100 * best.bare / best.run)) %, finish",
                "\(Int((best.whole - best.run) / Double(Self.textCount) * 1e9)) ns")
            #expect(best.bare / best.run >= 0.6, "\(kernel.name)")
        }
    }
}

import Anneal
import AnnealMachine
import AnnealModel
import AnnealPlatform

/// Measures the parts of the engine on some texts.
struct Benchmark {
    let engine: Engine
    let texts: TextCollection
    /// Programs kept in memory for the machine and the kernel alone.
    private static let programLimit = 20_000

    init(engine: Engine, texts: TextCollection) {
        self.engine = engine
        self.texts = texts
    }

    /// - Throws: ``CommandError`` if two threads give other bits than one, or `EngineError`.
    func run(_ runs: Int) throws -> BenchmarkResult {
        let hash = try self.hash(threads: 1)
        guard try self.hash(threads: 2) == hash else {
            throw CommandError(.inputOutput, "two threads gave other vectors than one: please report this")
        }
        let programs = ProgramCollection(engine, texts, limit: Benchmark.programLimit)
        let kernel = try Kernel.fromEnvironment()
        var result = BenchmarkResult(
            texts: texts.count, bytes: texts.byteCount, rows: programs.rowCount, kernel: kernel.name, hash: hash)
        for _ in 0..<runs {
            result.tokenizer.take { tokenize() }
            result.compiled.take { embed(0..<texts.count, .compiled) }
            result.twoThreads.take { embedOnTwoThreads() }
            result.annealed.take { embed(0..<texts.count, .annealed) }
            runMachine(programs, kernel, &result.machine)
            runKernel(programs, kernel, &result.kernelRows)
        }
        return result
    }

    private func tokenize() {
        guard var session = try? engine.makeSession() else { return }
        texts.forEach(0..<texts.count) { _, text in _ = session.countTokens(text.span) }
    }

    private func embed(_ range: Range<Int>, _ mode: Mode) {
        guard var session = try? engine.makeSession(mode: mode) else { return }
        var vector = [Float](repeating: 0, count: session.dimension)
        var row = vector.mutableSpan
        texts.forEach(range) { _, text in session.embed(text.span, into: &row) }
    }

    private func embedOnTwoThreads() {
        let middle = texts.count / 2
        let benchmark = self
        Parallel.forEach(2, threads: 2) { _, index in
            benchmark.embed(index == 0 ? 0..<middle : middle..<benchmark.texts.count, .compiled)
        }
    }

    private func runMachine(_ programs: ProgramCollection, _ kernel: Kernel, _ time: inout BestTime) {
        var machine = Machine(constants: engine.model.constants, kernel: kernel)
        time.take {
            for index in 0..<programs.count {
                machine.reset()
                machine.run(programs.programs[index])
            }
        }
    }

    private func runKernel(_ programs: ProgramCollection, _ kernel: Kernel, _ time: inout BestTime) {
        let constants = engine.model.constants
        let sums = UnsafeMutablePointer<Int32>.allocate(capacity: constants.dimension)
        defer { sums.deallocate() }
        time.take {
            for program in 0..<programs.count {
                sums.update(repeating: 0, count: constants.dimension)
                programs.add(program, constants, kernel, to: sums)
            }
        }
    }

    /// A hash of all vectors' bits that does not depend on the order in which they are made.
    private func hash(threads: Int) throws -> UInt64 {
        let sums = HashSums(threads)
        let benchmark = self
        Parallel.forEach(threads, threads: threads) { _, thread in
            let count = benchmark.texts.count
            let range = count * thread / threads..<count * (thread + 1) / threads
            sums.set(thread, benchmark.hash(range))
        }
        return sums.total
    }

    private func hash(_ range: Range<Int>) -> UInt64 {
        guard var session = try? engine.makeSession() else { return 0 }
        var vector = [Float](repeating: 0, count: session.dimension)
        var row = vector.mutableSpan
        var sum: UInt64 = 0
        texts.forEach(range) { index, text in
            session.embed(text.span, into: &row)
            // FNV-1a by words.
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325
            for column in row.indices { hash = (hash ^ UInt64(row[column].bitPattern)) &* 0x100_0000_01B3 }
            sum &+= (hash ^ UInt64(index)) &* 0x9E37_79B9_7F4A_7C15
        }
        return sum
    }
}

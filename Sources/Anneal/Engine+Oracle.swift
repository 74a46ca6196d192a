import AnnealMachine
import AnnealModel
import AnnealProgram
import AnnealRewrite
import AnnealPlatform
import AnnealTokens

extension Engine {
    /// Embeds texts in oracle mode: as annealed, but the critic is the cosine with a vector that is given for each text. For
    /// measuring how far rewriting can go.
    /// - Parameters:
    ///   - targets: a row of ``dimension`` numbers a text: the teacher's vectors, reduced as in training.
    ///   - rows: row `i` becomes the vector of text `i`.
    /// - Precondition: `targets.count == rows.count == texts.count * dimension`, `threads > 0`.
    /// - Complexity: O(items · dimension) for each step of a text.
    package func embed(
        _ texts: [String], towards targets: [Float], threads: Int, into rows: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(targets.count == texts.count * dimension && rows.count == targets.count && threads > 0)
        guard let start = rows.baseAddress else { return }
        let dimension = dimension
        // Without races: each text's row is written by the one worker whose number it has.
        nonisolated(unsafe) let base = start
        WorkerThread.forEach(threads) { [self] worker in
            var session = OracleSession(self)
            for index in stride(from: worker, to: texts.count, by: threads) {
                var text = texts[index]
                let target = Array(targets[index * dimension..<(index + 1) * dimension])
                text.withUTF8 { session.embed($0, towards: target, into: base + index * dimension) }
            }
        }
    }
}

/// What one thread needs for oracle mode.
private struct OracleSession: ~Copyable {
    private var encoder: TokenEncoder
    private var program = Program()
    private var annealer: Annealer
    private var machine: Machine
    private var critic: TeacherCritic
    private let dimension: Int

    init(_ engine: Engine) {
        encoder = TokenEncoder(engine.model.tokenizer)
        annealer = Annealer(engine.model.rules, kernel: engine.kernel.table)
        machine = Machine(constants: engine.model.constants, kernel: engine.kernel)
        critic = TeacherCritic(engine)
        dimension = engine.dimension
    }

    mutating func embed(
        _ utf8: UnsafeBufferPointer<UInt8>, towards target: [Float], into vector: UnsafeMutablePointer<Float>
    ) {
        machine.reset()
        encoder.begin(utf8)
        critic.begin(target)
        var place = 0
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Program.windowLimit) { ids in
            while true {
                let count = encoder.nextKnown(into: ids, starts: nil, ends: nil)
                if count == 0 { break }
                program.widen(UnsafeBufferPointer(rebasing: ids[..<count]).span, origin: place)
                place += count
                annealer.rewrite(&program, mode: .oracle, critic: &critic)
                machine.run(program)
                machine.copyTotals(into: &critic.earlier)
            }
        }
        _ = machine.finish(into: vector, dimension: dimension, normalize: true)
    }
}

/// Judges a program by the cosine of its vector, with the windows before it, with the teacher's.
private struct TeacherCritic: Critic, ~Copyable {
    /// The sum of the windows before this one.
    var earlier: [Int64]
    private var target: [Float] = []
    private var totals: [Int64]
    private var machine: Machine

    init(_ engine: Engine) {
        machine = Machine(constants: engine.model.constants, kernel: engine.kernel)
        earlier = [Int64](repeating: 0, count: engine.dimension)
        totals = earlier
    }

    /// Begins a text.
    mutating func begin(_ target: [Float]) {
        self.target = target
        for index in earlier.indices { earlier[index] = 0 }
    }

    mutating func score(_ program: borrowing Program) -> Int64 {
        machine.reset()
        machine.run(program)
        machine.copyTotals(into: &totals)
        var (product, squares) = (0.0, 0.0)
        for index in totals.indices {
            let number = Double(totals[index] &+ earlier[index])
            product += number * Double(target[index])
            squares += number * number
        }
        // Cosines a millionth of a millionth apart are apart.
        return squares > 0 ? Int64((product / squares.squareRoot() * 0x1p40).rounded()) : 0
    }
}

import AnnealMachine
import AnnealModel
import AnnealPlatform
import AnnealProgram
import AnnealRewrite

extension Engine {
    /// Embeds texts in oracle mode: as annealed, but the critic is the cosine with a vector that is given for each text. For
    /// measuring how far rewriting can go.
    /// - Parameters:
    ///   - targets: a row of ``dimension`` numbers a text: the teacher's vectors, reduced as in training.
    ///   - rows: row `i` becomes the vector of text `i`.
    /// - Precondition: `targets.count == rows.count == texts.count * dimension`, `threads > 0`.
    /// - Complexity: O(items · dimension) for each step of a text.
    package func embed(
        _ texts: [String], towards targets: [Float], threads: Int, into rows: inout MutableSpan<Float>
    ) {
        precondition(targets.count == texts.count * dimension && rows.count == targets.count && threads > 0)
        let dimension = dimension
        rows.withUnsafeMutableBufferPointer { rows in
            // Without races: each text's row is written by the one worker that has its number.
            nonisolated(unsafe) let rows = rows
            Parallel.forEach(threads, threads: threads) { [self] _, first in
                var session = OracleSession(self)
                for index in stride(from: first, to: texts.count, by: threads) {
                    let place = index * dimension..<(index + 1) * dimension
                    var text = texts[index]
                    // In bounds: there is a row and a target for each text.
                    text.withUTF8 {
                        session.embed($0, towards: Array(targets[place]), into: rows.extracting(place))
                    }
                }
            }
        }
    }
}

/// What one thread needs for oracle mode.
private struct OracleSession: ~Copyable {
    private var runner: TextRunner
    private var critic: TeacherCritic

    init(_ engine: Engine) {
        runner = TextRunner(engine)
        critic = TeacherCritic(engine)
    }

    mutating func embed(
        _ utf8: UnsafeBufferPointer<UInt8>, towards target: [Float], into row: UnsafeMutableBufferPointer<Float>
    ) {
        critic.begin(target)
        runner.run(utf8) { program, annealer, machine in
            annealer.rewrite(&program, critic: &critic)
            machine.run(program)
            machine.copyTotals(into: &critic.earlier)
        }
        _ = runner.machine.finish(into: row.baseAddress!, dimension: row.count, normalize: true)
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

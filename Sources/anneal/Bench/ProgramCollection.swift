import Anneal
import AnnealMachine
import AnnealModel
import AnnealProgram
import AnnealRewrite
import AnnealTokens

/// The compiled programs of some texts, and what each asks of the kernel.
final class ProgramCollection {
    let count: Int
    let programs: UnsafeMutablePointer<Program>
    /// What all programs ask of the kernel, and where that of each ends.
    private let lowering: Lowering
    private var ends: [Lowering.Ends]

    /// The rows that all programs add.
    var rowCount: Int { lowering.rows.count + lowering.packedRows.count + 2 * lowering.merges.count }

    /// - Parameter limit: how many texts to take; the first window of each.
    init(_ engine: Engine, _ texts: TextCollection, limit: Int) {
        let model = engine.model
        var encoder = TokenEncoder(model.tokenizer)
        var annealer = Annealer(model.rules)
        count = min(limit, texts.count)
        programs = .allocate(capacity: count)
        let ids = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: Program.windowLimit)
        defer { ids.deallocate() }
        // Filled by index because the closure cannot hand a program, which is not copyable, to the outside.
        var widened: [[UInt32]] = []
        texts.forEach(0..<count) { _, text in
            encoder.begin(text)
            widened.append(Array(ids[..<encoder.nextKnown(into: ids, starts: nil, ends: nil)]))
        }
        var lowering = Lowering(itemLimit: max(1, widened.reduce(0) { $0 + $1.count }))
        ends = [lowering.ends]
        for (index, tokens) in widened.enumerated() {
            var program = Program(capacity: max(tokens.count, 1))
            program.widen(tokens.span)
            annealer.rewrite(&program)
            lowering.append(program, model.constants)
            ends.append(lowering.ends)
            (programs + index).initialize(to: program)
        }
        self.lowering = lowering
    }

    deinit {
        programs.deinitialize(count: count)
        programs.deallocate()
    }

    /// Adds what a program asks for to accumulators, by the kernel alone.
    @inline(__always)
    func add(_ program: Int, _ constants: Constants, _ kernel: Kernel, to sums: UnsafeMutablePointer<Int32>) {
        lowering.add(constants, kernel, from: ends[program], through: ends[program + 1], to: sums)
    }
}

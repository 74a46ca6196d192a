import Anneal
import AnnealMachine
import AnnealModel
import AnnealProgram
import AnnealRewrite
import AnnealTokens

/// The compiled programs of some texts, and the rows that each asks of the kernel.
final class ProgramCollection {
    let count: Int
    private(set) var rowCount = 0
    let programs: UnsafeMutablePointer<Program>
    /// Rows with their gains, of all programs; those of program i end at `ends[i]`.
    struct Rows {
        fileprivate(set) var index: [UInt32] = []
        fileprivate(set) var gains: [Int16] = []
        fileprivate(set) var ends: [Int] = []

        /// Lends the rows and gains from a place on; not where there are no rows at all.
        @inline(__always)
        func withPointers(from start: Int, _ body: (UnsafePointer<UInt32>, UnsafePointer<Int16>) -> Void) {
            index.withUnsafeBufferPointer { index in
                gains.withUnsafeBufferPointer { gains in
                    guard let row = index.baseAddress, let gain = gains.baseAddress else { return }
                    body(row + start, gain + start)
                }
            }
        }
    }
    private(set) var rows = Rows()
    /// The rows that are packed, counted from the first of those.
    private(set) var packedRows = Rows()

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
        for (index, tokens) in widened.enumerated() {
            var program = Program(capacity: max(tokens.count, 1))
            tokens.withUnsafeBufferPointer { program.widen($0) }
            annealer.rewrite(&program, mode: .compiled)
            collect(program, model)
            (programs + index).initialize(to: program)
        }
        rowCount = rows.index.count + packedRows.index.count
    }

    deinit {
        programs.deinitialize(count: count)
        programs.deallocate()
    }

    private func collect(_ program: borrowing Program, _ model: Model) {
        let constants = model.constants
        func add(_ row: UInt32, gain index: UInt16) {
            let product = Int32(constants.scales[Int(row)]) * Int32(constants.gainTable[Int(index)])
            let place = constants.place(of: row)
            let list = place.isPacked ? \ProgramCollection.packedRows : \ProgramCollection.rows
            self[keyPath: list].index.append(place.index)
            self[keyPath: list].gains.append(Int16((product + 2048) >> 12))
        }
        for item in 0..<program.count {
            let token = program.tokens[item]
            let gain = program.operand1[item]
            let operand = program.operand2[item]
            switch Opcode(rawValue: program.opcodes[item])! {
            case .accumulate: add(token, gain: Program.neutralGain)
            case .gain, .push, .merge: add(token, gain: gain)
            case .phrase:
                add(token, gain: gain)
                add(operand, gain: Program.neutralGain)
                let further = program.operand3[item]
                if further != 0 { add(further, gain: Program.neutralGain) }
            case .replace: add(operand, gain: Program.neutralGain)
            case .shift:
                add(token, gain: gain)
                add(operand, gain: gain)
            case .skip: break
            }
        }
        rows.ends.append(rows.index.count)
        packedRows.ends.append(packedRows.index.count)
    }
}

import AnnealProgram
import AnnealRewrite

/// Runs every text of a corpus through the annealer, in compiled mode, to see what the rules make of it.
enum RuleFirings {
    /// - Complexity: O(tokens) for the usual rules; millions of texts a minute.
    /// - Throws: if the rules are no valid table, or if one uses an opcode that training has no gradient for.
    static func rewrite(
        _ corpus: TokenizedCorpus, rules: RuleSet, tokenCount: Int, threads: Int
    ) throws(TrainError) -> RewrittenCorpus {
        let words = RuleTable.encode(rules.rules(behind: tokenCount))
        let memory = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: words.count)
        defer { memory.deallocate() }
        _ = memory.initialize(from: words)
        let table: RuleTable
        do throws(RuleTableError) {
            table = try RuleTable(
                words: UnsafeBufferPointer(memory), ruleCount: rules.rules.count,
                limits: ProgramLimits(
                    tokenCount: tokenCount, rowCount: tokenCount + rules.constants.rows, roleCount: 0))
        } catch {
            throw TrainError(place: "rules", expected: "a valid table", found: "\(error)")
        }
        for (index, rule) in rules.rules.enumerated() {
            for update in rule.updates where update.opcode == .push || update.opcode == .merge {
                throw TrainError(
                    place: "rule \(index)", expected: "opcodes other than push and merge, which training cannot fit",
                    found: "\(update.opcode!)")
            }
        }
        let ids = ItemColumn<UInt32>(count: corpus.ids.count)
        let opcodes = ItemColumn<UInt8>(count: corpus.ids.count)
        let rows = ItemColumn<UInt32>(count: corpus.ids.count)
        Parallel.forEachChunk(of: corpus.count, size: 4096, threads: threads) { _, range in
            var annealer = Annealer(table)
            var program = Program()
            corpus.ids.withUnsafeBufferPointer { tokens in
                for text in range {
                    let start = corpus.offsets[text]
                    program.widen(UnsafeBufferPointer(rebasing: tokens[start..<corpus.offsets[text + 1]]))
                    annealer.rewrite(&program, mode: .compiled)
                    for item in 0..<program.count {
                        let opcode = program.opcodes[item]
                        ids.values[start + item] = program.tokens[item]
                        opcodes.values[start + item] = opcode
                        rows.values[start + item] =
                            OpcodeSet.withRow.contains(raw: opcode)
                            ? program.operand2[item] - UInt32(tokenCount) : RewrittenCorpus.none
                    }
                }
            }
        }
        return RewrittenCorpus(
            ids: ids.array, opcodes: opcodes.array, rows: rows.array, offsets: corpus.offsets)
    }
}

/// A column that several threads fill, each at places of its own.
private final class ItemColumn<Value: BitwiseCopyable>: @unchecked Sendable {
    let values: UnsafeMutablePointer<Value>
    private let count: Int

    init(count: Int) {
        self.count = count
        values = .allocate(capacity: max(1, count))
    }

    deinit { values.deallocate() }

    var array: [Value] { Array(UnsafeBufferPointer(start: values, count: count)) }
}

import AnnealPlatform
import AnnealProgram
import AnnealRewrite
import AnnealFormats

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
            for case let opcode? in rule.updates.map(\.opcode) where !opcode.effect.stack.isNone {
                throw TrainError(
                    place: "rule \(index)", expected: "opcodes other than push and merge, which training cannot fit",
                    found: "\(opcode)")
            }
        }
        let parts = Parallel.mapChunks(of: corpus.count, size: 4096, threads: threads) { range in
            var annealer = Annealer(table)
            var program = Program()
            var part = RewrittenPart()
            corpus.ids.withUnsafeBufferPointer { tokens in
                for text in range {
                    let start = corpus.offsets[text]
                    program.widen(tokens.extracting(start..<corpus.offsets[text + 1]).span)
                    annealer.rewrite(&program)
                    part.append(program, tokenCount: UInt32(tokenCount))
                }
            }
            return part
        }
        var all = RewrittenPart()
        all.ids.reserveCapacity(2 * corpus.ids.count)
        all.opcodes.reserveCapacity(2 * corpus.ids.count)
        all.rows.reserveCapacity(2 * corpus.ids.count)
        for part in parts { all.append(part) }
        return RewrittenCorpus(ids: all.ids, opcodes: all.opcodes, rows: all.rows, offsets: all.offsets)
    }
}

/// Some texts of a ``RewrittenCorpus``.
private struct RewrittenPart {
    var ids: [UInt32] = []
    var opcodes: [UInt8] = []
    var rows: [UInt32] = []
    var offsets = [0]

    mutating func append(_ program: borrowing Program, tokenCount: UInt32) {
        for item in 0..<program.count {
            let opcode = program.opcodes[item]
            let hasRow = Opcode(rawValue: opcode)?.effect.constant.isUsed == true
            ids.append(program.tokens[item])
            opcodes.append(opcode)
            rows.append(hasRow ? program.operand2[item] - tokenCount : RewrittenCorpus.none)
            let further = program.operand3[item]
            if further != 0 {
                ids.append(RewrittenCorpus.none)
                opcodes.append(opcode)
                rows.append(further - tokenCount)
            }
        }
        offsets.append(ids.count)
    }

    mutating func append(_ part: RewrittenPart) {
        let start = ids.count
        ids += part.ids
        opcodes += part.opcodes
        rows += part.rows
        for offset in part.offsets.dropFirst() { offsets.append(start + offset) }
    }
}

import AnnealPlatform
import AnnealProgram
import TestSupport
import Testing

@testable import AnnealRewrite

/// Words that are no rules give a typed error: each way to be wrong by name, and random damage by the thousand.
@Suite struct RuleTableErrorTests {
    static let limits = ProgramLimits(tokenCount: 10, rowCount: 15, roleCount: 2, stackDepthMax: 1)
    static let token: UInt32 = 3 << 2
    static let bare: UInt32 = 0x0101_0003

    private func fault(_ words: [UInt32], count: Int = 1) -> RuleTableError? {
        // The words end where the memory ends, so that a read beyond them is one that a sanitizer sees.
        let memory = Workbench.copy(words)
        defer { memory.deallocate() }
        do throws(RuleTableError) {
            _ = try RuleTable(words: UnsafeBufferPointer(memory), ruleCount: count, limits: Self.limits)
            return nil
        } catch {
            #expect(!error.description.isEmpty)
            return error
        }
    }

    /// A rule of one atom with one update word.
    private func single(_ update: UInt32, operand2: UInt32? = nil, condition: UInt32 = bare) -> [UInt32] {
        [operand2 == nil ? 0x105 : 0x106, 7, Self.token, condition, update] + (operand2.map { [$0] } ?? [])
    }

    /// A rule of two atoms.
    private func pair(_ updates: [UInt32], second: UInt32 = token, condition: UInt32 = bare) -> [UInt32] {
        [0x206 + UInt32(updates.count), 7, Self.token, Self.bare, second, condition] + updates
    }

    @Test func acceptsTheBasesOfTheFaults() {
        #expect(fault(single(0xFF00)) == nil)
        #expect(fault(pair([0xFF00, 0xFF01])) == nil)
        #expect(fault([], count: 0) == nil)
    }

    @Test func namesEachFault() {
        #expect(fault([0x105, 7], count: 1) == .truncated(rule: 0, expectedWords: 5, foundWords: 2))
        #expect(
            fault([0x106, 7, Self.token, Self.bare, 0xFF00]) == .truncated(rule: 0, expectedWords: 6, foundWords: 5))
        #expect(fault(single(0xFF00) + [0]) == .trailingWords(found: 1))
        #expect(fault([], count: -1) == .tooManyRules(limit: RuleTable.ruleLimit, found: -1))
        #expect(fault([0x2105, 7, Self.token, Self.bare, 0xFF00]) == .badHeader(rule: 0, found: 0x2105))
        #expect(fault([0x005, 7, Self.token, Self.bare, 0xFF00]) == .badHeader(rule: 0, found: 0x005))
        #expect(fault([0x505, 7, Self.token, Self.bare, 0xFF00]) == .badHeader(rule: 0, found: 0x505))
        #expect(
            fault([0x104, 7, Self.token, Self.bare, 0xFF00]) == .badLength(rule: 0, expectedWords: 5, foundWords: 4))
        #expect(
            fault([0x106, 7, Self.token, Self.bare, 0xFF00, 0]) == .badLength(rule: 0, expectedWords: 5, foundWords: 6))
        #expect(
            fault([0x105, 7, Self.token, Self.bare, 0x0208]) == .badLength(rule: 0, expectedWords: 6, foundWords: 5))
        #expect(
            fault([0x1105, 7, Self.token, Self.bare, 0xFF00]) == .badLength(rule: 0, expectedWords: 13, foundWords: 5))
        #expect(
            fault([0x110D, 7, Self.token, Self.bare, 0xFF00] + Array(repeating: 0, count: 8))
                == .contextCodesMissing(rule: 0))
        #expect(fault([0x105, 7, 3, Self.bare, 0xFF00]) == .badAtomKind(rule: 0, atom: 0, found: 3))
        #expect(fault([0x105, 7, 6, Self.bare, 0xFF00]) == .badAtomKind(rule: 0, atom: 0, found: 6))
        #expect(
            fault([0x105, 7, 10 << 2, Self.bare, 0xFF00]) == .tokenOutOfRange(rule: 0, atom: 0, limit: 10, found: 10))
        #expect(fault([0x105, 7, 1, Self.bare, 0xFF00]) == .classOutOfRange(rule: 0, atom: 0, limit: 0, found: 0))
        #expect(fault(single(0xFF00, condition: 0x0101_0000)) == .badOpcodeCondition(rule: 0, atom: 0, found: 0))
        #expect(fault(single(0xFF00, condition: 0x0101_0010)) == .badOpcodeCondition(rule: 0, atom: 0, found: 0x10))
        #expect(fault(single(0xFF00, condition: 0x0201_0003)) == .badDistance(rule: 0, atom: 0, min: 1, max: 2))
        #expect(
            fault(pair([0xFF00, 0xFF01], condition: 0x0100_0003)) == .badDistance(rule: 0, atom: 1, min: 0, max: 1))
        #expect(
            fault(pair([0xFF00, 0xFF01], condition: 0x0102_0003)) == .badDistance(rule: 0, atom: 1, min: 2, max: 1))
        #expect(
            fault([
                0x30B, 7, 2, Self.bare, 2, 0x4101_0003, 2, 0x4101_0003, 0xFF00, 0xFF01, 0xFF02,
            ]) == .tooManyCombinations(rule: 0, limit: 4096, found: 65 * 65))
        #expect(fault(single(0xFF10)) == .badUpdate(rule: 0, place: 0, found: 0xFF10))
        #expect(fault(single(0x0005_FF00)) == .badUpdate(rule: 0, place: 0, found: 0x0005_FF00))
        #expect(fault(single(0xFF01)) == .badPermutation(rule: 0, place: 0, source: 1))
        #expect(fault(pair([0xFF01, 0xFF01])) == .badPermutation(rule: 0, place: 1, source: 1))
        #expect(fault(single(0x0800)) == .badOpcode(rule: 0, place: 0, found: 8))
        #expect(fault(single(0x0004_0004)) == .operandNotRead(rule: 0, place: 0, operand: 1))
        #expect(fault(single(0xFF04)) == .operandNotRead(rule: 0, place: 0, operand: 1))
        #expect(fault(single(0xFF08, operand2: 1)) == .operandNotRead(rule: 0, place: 0, operand: 2))
        #expect(fault(single(0x0200)) == .operandMissing(rule: 0, place: 0, opcode: .phrase))
        #expect(
            fault(single(0x0208, operand2: 15)) == .operandOutOfRange(rule: 0, place: 0, limit: 15, found: 15))
        #expect(fault(single(0x0500)) == .unbalancedStack(rule: 0, place: 0))
        #expect(
            fault([0x209, 7, Self.token, Self.bare, Self.token, Self.bare, 0x0608, 0, 0x0501])
                == .unbalancedStack(rule: 0, place: 0))
        #expect(
            fault([0x209, 7, Self.token, Self.bare, Self.token, Self.bare, 0x0500, 0x0609, 2])
                == .operandOutOfRange(rule: 0, place: 1, limit: 2, found: 2))
    }

    @Test func refusesCodesAndClassesOfOtherVocabularies() {
        #expect(throws: RuleTableError.tokenCountMismatch(expected: 10, found: 3)) {
            _ = try Workbench([], limits: Self.limits, classes: [[0], [], []], classCount: 1)
        }
        #expect(throws: TokenClassesError.badMember(index: 0, found: 1)) {
            _ = try Workbench([], limits: Self.limits, classes: [[1]], classCount: 1)
        }
    }

    @Test func everyTruncationIsRefused() throws {
        for seed in TestScale.cases(60) {
            let random = RandomCase(seed: seed)
            let words = RuleTable.encode(random.rules)
            for length in 0..<words.count {
                let memory = Workbench.copy(Array(words[0..<length]))
                defer { memory.deallocate() }
                #expect(throws: RuleTableError.self) {
                    _ = try RuleTable(
                        words: UnsafeBufferPointer(memory), ruleCount: random.rules.count, limits: random.limits)
                }
            }
        }
    }

    /// Damaged words are refused, or are other rules; those then rewrite without a fault.
    @Test func mutatedWordsNeverTrap() throws {
        var generator = SplitMix64(seed: 11)
        var refused = 0
        var accepted = 0
        for seed in TestScale.cases(400) {
            let random = RandomCase(seed: seed)
            let bench = try random.workbench()
            for _ in 0..<4 {
                let place = Int.random(in: 0..<bench.words.count, using: &generator)
                let saved = bench.words[place]
                bench.words[place] =
                    generator.chance(80)
                    ? saved ^ (1 << UInt32.random(in: 0..<32, using: &generator))
                    : UInt32(truncatingIfNeeded: generator.next())
                do {
                    let table = try RuleTable(
                        words: UnsafeBufferPointer(bench.words), ruleCount: random.rules.count,
                        classes: bench.table.classes, codes: bench.table.codes, limits: random.limits)
                    accepted += 1
                    var annealer = Annealer(table)
                    var program = Program()
                    program.assign(random.items)
                    annealer.rewrite(&program)
                    try Verifier(limits: random.limits).verify(program)
                } catch is RuleTableError {
                    refused += 1
                }
                bench.words[place] = saved
            }
        }
        #expect(refused > 100 && accepted > 100)
    }
}

import AnnealProgram
import TestSupport
import Testing

@testable import AnnealRewrite

/// The fast annealer gives what the slow one gives: program, result, and trace.
@Suite struct ReferenceEqualityTests {
    @Test func equalOnRandomTablesAndPrograms() throws {
        var fired = 0
        var reverted = 0
        var ordinary = 0
        var judged = 0
        let cases = TestScale.cases(400)
        for seed in cases {
            let random = RandomCase(seed: seed)
            let bench = try random.workbench()
            let reference = ReferenceAnnealer(bench.table)
            var annealer = Annealer(bench.table)
            var program = Program()
            var options = RewriteOptions()
            if seed % 7 == 1 { options.stepLimit = Int(seed / 7 % 6) }
            if seed % 11 == 1 { options.budget = Int(seed / 11 % 5) }
            for isJudged in [false, true] {
                for traced in [false, true] {
                    var critic = TokenCritic(seed: seed)
                    program.assign(random.items, origin: random.origin)
                    let trace = traced ? Trace() : nil
                    let found =
                        isJudged
                        ? annealer.rewrite(&program, critic: &critic, options: options, trace: trace)
                        : annealer.rewrite(&program, options: options, trace: trace)
                    var expectedItems = random.items
                    let expectedTrace = traced ? Trace() : nil
                    let expected = reference.rewrite(
                        &expectedItems, origin: random.origin, judged: isJudged, critic: &critic, options: options,
                        trace: expectedTrace)
                    guard found == expected, program.items == expectedItems, trace?.steps == expectedTrace?.steps else {
                        Issue.record(
                            "seed \(seed), judged \(isJudged), traced \(traced): expected \(expected) \(expectedItems), found \(found) \(program.items)"
                        )
                        return
                    }
                    fired += found.commits
                    reverted += found.reverts
                    if !traced, options == RewriteOptions() {
                        program.assign(random.items)
                        if !isJudged, annealer.rewriteOrdinary(&program) != nil { ordinary += 1 }
                        if isJudged, annealer.rewriteJudged(&program, critic: &critic) != nil { judged += 1 }
                    }
                }
            }
        }
        // The cases are worth something only if rules fire, are undone, and the short ways are taken.
        #expect(
            fired > cases.count && reverted > cases.count / 10 && ordinary > cases.count / 10
                && judged > cases.count / 10)
    }

    /// A critic to whom a phrase does no harm is not asked about any; the reference asks it each time.
    @Test func equalWithACriticThatRefusesNoPhrase() throws {
        var fired = 0
        let cases = TestScale.cases(400)
        for seed in cases {
            let random = RandomCase(seed: seed)
            let bench = try random.workbench()
            var annealer = Annealer(bench.table)
            var critic = PhraseFriend()
            var program = Program()
            program.assign(random.items)
            let isOrdinary = annealer.rewriteOrdinary(&program, judged: true) != nil
            program.assign(random.items)
            let found = annealer.rewrite(&program, critic: &critic)
            let asked = critic.asked
            var expectedItems = random.items
            let expected = ReferenceAnnealer(bench.table).rewrite(&expectedItems, judged: true, critic: &critic)
            #expect(found == expected && program.items == expectedItems, "seed \(seed)")
            #expect(isOrdinary == (asked == 0), "seed \(seed)")
            if isOrdinary { fired += found.commits }
        }
        #expect(fired > cases.count / 100)
    }

    @Test func undoIsExact() throws {
        var undone = 0
        for seed in TestScale.cases(400) {
            let random = RandomCase(seed: seed &+ 1 << 40)
            let bench = try random.workbench()
            let reference = ReferenceAnnealer(bench.table)
            var program = Program()
            program.assign(random.items)
            var saved = Program()
            for rule in reference.rules.indices {
                for slots in reference.matches(of: reference.rules[rule], in: random.items) {
                    var packed: UInt32 = 0
                    for (atom, slot) in slots.enumerated() { packed |= UInt32(slot) << UInt32(24 - 8 * atom) }
                    let command = Command(bench.table.view(rule), Bid(score: 1, rule: rule, slots: packed))
                    command.apply(to: &program, saving: &saved)
                    let match = ReferenceAnnealer.Match(rule: rule, slots: slots, score: 1)
                    #expect(program.items == reference.applied(match, to: random.items), "seed \(seed)")
                    command.undo(in: &program, saved: saved)
                    #expect(program.items == random.items, "seed \(seed)")
                    undone += 1
                }
            }
        }
        #expect(undone > 1_000)
    }

    @Test func resultsAreWellFormed() throws {
        for seed in TestScale.cases(300) {
            let random = RandomCase(seed: seed &+ 1 << 41)
            let bench = try random.workbench()
            var annealer = Annealer(bench.table)
            var program = Program()
            program.assign(random.items)
            annealer.rewrite(&program)
            let tokens = random.items.map(\.token)
            try Verifier(limits: random.limits).verify(program, original: tokens.span)
        }
    }
}

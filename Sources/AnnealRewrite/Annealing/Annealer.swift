public import AnnealProgram
package import CAnnealKernels

/// The annealing loop: rewrites programs by the rules of a table.
///
/// States: scan → bid → apply → evaluate → commit or revert. Every rule that matches anywhere is a bid, unless it would
/// change nothing, would make the stack too deep, or (without a critic) has no positive score. The best bid, in the order
/// of ``Bid``, is applied as a command that can be undone exactly. A critic, if there is one, then judges the
/// program: if its score fell, the command is undone and the rule does not bid for
/// ``RewriteOptions/inhibitionSteps`` steps; after that its bids are halved, once for each time it was undone.
///
/// Gains: without a critic every gain is set from context and place once, after the last step. With one they are set
/// before the first step, so that the critic judges what would run, and again after each round of steps, until setting
/// them changes nothing, in at most ``RewriteOptions/roundLimit`` rounds.
///
/// All memory is allocated by the initialiser; a rewrite without a trace allocates nothing. One annealer serves one
/// thread; a table serves any number of annealers. `ReferenceAnnealer` in Tests/Support is the slow, obvious statement of the same.
///
///     var annealer = Annealer(table)
///     program.widen(tokens)
///     let result = annealer.rewrite(&program)
public struct Annealer: ~Copyable {
    public let table: RuleTable
    var scratch = AnnealerScratch()
    var sum = ContextSum()
    var inhibition = Inhibition(limit: RewriteOptions.defaultBudget(count: Program.windowLimit))
    let kernel: UnsafePointer<anneal_kernel>

    public init(_ table: RuleTable) { self.init(table, kernel: anneal_kernel_fastest()) }

    /// - Parameter kernel: the loops to sum the context with; all give the same numbers.
    package init(_ table: RuleTable, kernel: UnsafePointer<anneal_kernel>) {
        self.table = table
        self.kernel = kernel
    }

    /// Rewrites a program as compiled mode does: every positive bid commits, then gains are set.
    /// - Precondition: the program is well formed for the table's limits.
    /// - Complexity: about O(items) for the usual rules; bounded by the budget.
    @discardableResult
    public mutating func rewrite(
        _ program: inout Program, options: RewriteOptions = RewriteOptions(), trace: Trace? = nil
    ) -> RewriteResult {
        var nobody = ContentCritic()
        return rewrite(&program, judged: false, critic: &nobody, options: options, trace: trace)
    }

    /// Rewrites a program as annealed mode does: the critic judges each step, and what lowers its score is undone.
    /// - Precondition: the program is well formed for the table's limits.
    /// - Complexity: bounded by the budget: each step costs one call of the critic and a scan around the change.
    @discardableResult
    public mutating func rewrite<Judge: Critic & ~Copyable>(
        _ program: inout Program, critic: inout Judge, options: RewriteOptions = RewriteOptions(), trace: Trace? = nil
    ) -> RewriteResult {
        rewrite(&program, judged: true, critic: &critic, options: options, trace: trace)
    }

    @_optimize(speed)  // where all else is made small
    private mutating func rewrite<Judge: Critic & ~Copyable>(
        _ program: inout Program, judged: Bool, critic: inout Judge, options: RewriteOptions, trace: Trace?
    ) -> RewriteResult {
        checkTokens(program)
        if trace == nil, options == RewriteOptions() {
            if !judged || !critic.refusesPhrases, let steps = rewriteOrdinary(&program, judged: judged) {
                assert(isWellFormed(program))
                return RewriteResult(stopReason: .noBids, steps: steps, rounds: 1)
            }
            if judged, let result = rewriteJudged(&program, critic: &critic) { return result }
        }
        var run = AnnealingRun(
            judged: judged, budget: options.budget ?? RewriteOptions.defaultBudget(count: program.count),
            stepLimit: options.stepLimit)
        noteOriginal(program)
        sumContext(program)
        inhibition.removeAll()
        if judged, options.stepLimit != 0 { setContextGains(&program, trace: trace) }
        var reason: StopReason
        repeat {
            run.rounds += 1
            reason = runSteps(&program, &run, critic: &critic, trace: trace)
            if reason.isAsked { break }
            let changed = setContextGains(&program, trace: trace)
            guard judged, changed, reason == .noBids else { break }
        } while run.rounds < RewriteOptions.roundLimit
        return RewriteResult(stopReason: reason, steps: run.steps, reverts: run.reverts, rounds: run.rounds)
    }

    /// Runs bids until none bids or the steps are spent.
    private mutating func runSteps<Judge: Critic & ~Copyable>(
        _ program: inout Program, _ run: inout AnnealingRun, critic: inout Judge, trace: Trace?
    ) -> StopReason {
        var score = run.judged ? critic.score(program) : 0
        noteLive(program)
        scan(program, 0, program.count, run)
        while true {
            refresh(program, run)
            let bid = best(program.count)
            guard bid.exists else { return .noBids }
            if let limit = run.stepLimit, run.steps >= limit { return .stopAfter(limit) }
            guard run.steps < run.budget else { return .budget(limit: run.budget) }

            let view = table.view(bid.rule)
            let command = Command(view, bid)
            let before = trace == nil ? [] : items(program, command)
            let live = scratch.liveCount
            command.apply(to: &program, saving: &scratch.saved)
            assert(isWellFormed(program))
            run.steps += 1
            var outcome = TraceStep.Outcome.committed
            if run.judged {
                let found = critic.score(program)
                if found < score { outcome = .reverted } else { score = found }
            }
            if let trace {
                trace.append(
                    TraceStep(
                        cause: .rule(id: bid.rule, score: bid.score),
                        slots: (0..<view.atomCount).map { bid.slot($0) }, start: command.first, before: before,
                        after: items(program, command), outcome: outcome))
            }
            switch outcome {
            case .committed:
                commit(program, command, run)
            case .reverted:
                command.undo(in: &program, saved: scratch.saved)
                assert(isWellFormed(program) && live == scratch.liveCount)
                run.reverts += 1
                inhibition.inhibit(bid.rule, until: run.steps + RewriteOptions.inhibitionSteps)
                rescan(program, biddersOf: bid.rule, run)
            }
        }
    }

    private func items(_ program: borrowing Program, _ command: Command) -> [ProgramItem] {
        var items: [ProgramItem] = []
        for slot in command.first...command.last { items.append(program.item(at: slot)) }
        return items
    }

    /// Every table lookup by token is in bounds after this.
    @inline(__always)
    private func checkTokens(_ program: borrowing Program) {
        var highest: UInt32 = 0
        let tokens = program.tokens
        for slot in tokens.indices { highest = max(highest, tokens[slot]) }
        precondition(tokens.isEmpty || highest < table.limits.tokenCount, "a token beyond the table's vocabulary")
    }
}

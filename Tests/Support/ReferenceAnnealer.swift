package import AnnealProgram
package import AnnealRewrite

/// The slow, obvious annealer: values instead of words, everything found anew in every step.
///
/// It is the oracle that ``Annealer`` is compared with: same program, same result, same trace on every input.
package struct ReferenceAnnealer {
    // Its own, so that a change of the annealer's shows as a difference.
    private static let inhibitionSteps = 8
    private static let roundLimit = 4

    package let rules: [Rule]
    package let classes: TokenClasses
    package let codes: ContextCodes?
    package let limits: ProgramLimits

    /// The reference for a table.
    package init(_ table: RuleTable) {
        rules = (0..<table.count).map { table.rule(at: $0) }
        classes = table.classes
        codes = table.codes
        limits = table.limits
    }

    /// A rule at the places where it matches, with its score.
    package struct Match {
        package var rule: Int
        package var slots: [Int]
        package var score: Int64

        package init(rule: Int, slots: [Int], score: Int64) {
            self.rule = rule
            self.slots = slots
            self.score = score
        }
    }

    /// Rewrites items.
    /// - Parameter judged: whether the critic judges each step; else it is not asked.
    /// - Complexity: O(steps · rules · matches · items).
    package func rewrite<Judge: Critic & ~Copyable>(
        _ items: inout [ProgramItem], origin: Int = 0, judged: Bool, critic: inout Judge,
        options: RewriteOptions = RewriteOptions(), trace: Trace? = nil
    ) -> RewriteResult {
        let budget = options.budget ?? RewriteOptions.defaultBudget(count: items.count)
        var result = RewriteResult(stopReason: .noBids, steps: 0)
        var vetoes: [Int: (count: UInt32, end: Int)] = [:]
        if judged, options.stepLimit != 0 { _ = setGains(&items, origin, trace) }
        while true {
            result.rounds += 1
            var score = judged ? value(items, &critic) : 0
            while true {
                guard let match = best(items, judged, vetoes, result.steps) else {
                    result.stopReason = .noBids
                    break
                }
                if let limit = options.stepLimit, result.steps >= limit {
                    result.stopReason = .stopAfter(limit)
                    return result
                }
                guard result.steps < budget else {
                    result.stopReason = .budget(limit: budget)
                    break
                }
                let changed = applied(match, to: items)
                result.steps += 1
                let changedScore = judged ? value(changed, &critic) : 0
                let falls = changedScore < score
                let range = match.slots[0]...match.slots[match.slots.count - 1]
                trace?.append(
                    TraceStep(
                        cause: .rule(id: match.rule, score: match.score), slots: match.slots, start: range.lowerBound,
                        before: Array(items[range]), after: Array(changed[range]),
                        outcome: falls ? .reverted : .committed))
                if falls {
                    result.reverts += 1
                    vetoes[match.rule] = (
                        (vetoes[match.rule]?.count ?? 0) + 1, result.steps + ReferenceAnnealer.inhibitionSteps
                    )
                } else {
                    items = changed
                    score = changedScore
                }
            }
            let changed = setGains(&items, origin, trace)
            if !judged { return result }
            if !changed || result.stopReason != .noBids || result.rounds == ReferenceAnnealer.roundLimit {
                return result
            }
        }
    }

    private func value<Judge: Critic & ~Copyable>(_ items: [ProgramItem], _ critic: inout Judge) -> Int64 {
        var program = Program(capacity: max(items.count, 1))
        program.assign(items)
        return critic.score(program)
    }

    /// The best bid.
    private func best(
        _ items: [ProgramItem], _ judged: Bool, _ vetoes: [Int: (count: UInt32, end: Int)], _ step: Int
    ) -> Match? {
        var best: Match?
        for rule in rules.indices {
            for slots in matches(of: rules[rule], in: items) {
                var match = Match(rule: rule, slots: slots, score: score(of: rules[rule], slots, items))
                if !judged && match.score <= 0 { continue }
                if let veto = vetoes[rule] {
                    if step < veto.end { continue }
                    for _ in 0..<min(veto.count, 16) {
                        match.score = match.score > 0 ? match.score / 2 : match.score * 2
                    }
                }
                let changed = applied(match, to: items)
                if changed == items || deepest(changed) > limits.stackDepthMax { continue }
                // Rules and slots come in ascending order, so that an equal score never wins.
                if let found = best, found.score >= match.score { continue }
                best = match
            }
        }
        return best
    }

    /// All matches of a rule, in lexicographic order of their slots.
    package func matches(of rule: Rule, in items: [ProgramItem]) -> [[Int]] {
        let live = items.indices.filter { items[$0].opcode != .skip }
        var found: [[Int]] = []
        for index in live.indices where fits(rule.atoms[0], items[live[index]]) { found.append([index]) }
        for atom in rule.atoms.dropFirst() {
            found = found.flatMap { indices in
                (Int(atom.distanceMin)...Int(atom.distanceMax)).compactMap { distance in
                    let index = indices[indices.count - 1] + distance
                    return index < live.count && fits(atom, items[live[index]]) ? indices + [index] : nil
                }
            }
        }
        return found.map { $0.map { live[$0] } }
    }

    private func fits(_ atom: Atom, _ item: ProgramItem) -> Bool {
        guard atom.opcodes.contains(OpcodeSet(item.opcode)) else { return false }
        switch atom.kind {
        case .token(let token): return token == item.token
        case .tokenClass(let tokenClass): return classes.classes(of: item.token).contains(tokenClass)
        case .any: return true
        }
    }

    private func score(of rule: Rule, _ slots: [Int], _ items: [ProgramItem]) -> Int64 {
        guard let code = rule.code, let codes else { return Int64(rule.confidence) }
        var agreement = 0
        for (slot, item) in items.enumerated() where item.opcode != .skip && !slots.contains(slot) {
            for lane in 0..<32 { agreement += Int(code[lane]) * Int(codes.key(item.token)[lane]) }
        }
        return Int64(rule.confidence) + Int64(agreement >> 6)
    }

    /// The items after a rule's action.
    package func applied(_ match: Match, to items: [ProgramItem]) -> [ProgramItem] {
        let rule = rules[match.rule]
        let placed = rule.updates.map { $0.applied(to: items[match.slots[Int($0.source)]]) }
        var result = items
        switch rule.placement {
        case .inPlace:
            for (place, slot) in match.slots.enumerated() { result[slot] = placed[place] }
        case .gather:
            for slot in match.slots.reversed() { result.remove(at: slot) }
            result.insert(contentsOf: placed, at: match.slots[0])
        }
        return result
    }

    private func deepest(_ items: [ProgramItem]) -> Int {
        var depth = 0
        var deepest = 0
        for item in items {
            depth += item.opcode.effect.pushes - item.opcode.effect.pops
            deepest = max(deepest, depth)
        }
        return deepest
    }

    /// Sets gains from context and place; true if an item changed.
    private func setGains(_ items: inout [ProgramItem], _ origin: Int, _ trace: Trace?) -> Bool {
        guard let codes else { return false }
        let before = items
        let live = items.indices.filter { items[$0].opcode != .skip }
        for slot in live where items[slot].opcode == .accumulate || items[slot].opcode.effect.operand1 == .gain {
            let query = codes.key(items[slot].token) + ContextCodes.width
            var agreement: Int32 = 0
            for other in live where other != slot {
                for lane in 0..<32 { agreement += Int32(query[lane]) * Int32(codes.key(items[other].token)[lane]) }
            }
            items[slot].operand1 = UInt16(
                codes.gainIndex(agreement: agreement, live: live.count, place: origin + Int(items[slot].position)))
            if items[slot].opcode == .accumulate { items[slot].opcode = .gain }
        }
        if items != before { trace?.append(.gains(.contextGains, before: before, after: items)) }
        return items != before
    }
}

/// The critic of the modes that have none: every program is as good as another.
private struct ContentCritic: Critic {
    func score(_ program: borrowing Program) -> Int64 { 0 }
}

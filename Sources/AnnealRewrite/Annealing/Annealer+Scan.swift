import AnnealProgram

extension Annealer {
    /// The best of the slots' best bids.
    func best(_ count: Int) -> Bid {
        var best = Bid.none
        for slot in 0..<count where scratch.bids[slot].beats(best) { best = scratch.bids[slot] }
        return best
    }

    /// Finds the best bid of each slot in a range anew.
    func scan(_ program: borrowing Program, _ start: Int, _ end: Int, _ run: AnnealingRun) {
        for slot in start..<end { scan(program, slot, run) }
        var next = Int.max
        if inhibition.count > 0 {
            for slot in 0..<program.count { next = min(next, scratch.wakes[slot]) }
        }
        scratch.nextWake = next
    }

    /// Brings bids up to date with the step: rules that may bid again.
    func refresh(_ program: borrowing Program, _ run: AnnealingRun) {
        guard scratch.nextWake <= run.steps else { return }
        for slot in 0..<program.count where scratch.wakes[slot] <= run.steps { scan(program, slot, run) }
        scan(program, 0, 0, run)
    }

    /// After a veto: only the slots whose best bid was of that rule have another best bid now.
    func rescan(_ program: borrowing Program, biddersOf rule: Int, _ run: AnnealingRun) {
        for slot in 0..<program.count where scratch.bids[slot].exists && scratch.bids[slot].rule == rule {
            scan(program, slot, run)
        }
        scan(program, 0, 0, run)
    }

    /// After a commit: finds anew what the change may have changed.
    ///
    /// The command changed slots `firstChanged...last` and nothing else. A match that has no slot among them, and does
    /// not reach across, sees the same items at the same distances. So bids change only for first slots up to `last` from
    /// which the farthest-reaching rule gets to `firstChanged`, and, when items were absorbed, for rules whose score
    /// depends on the sum of all live keys.
    func commit(_ program: borrowing Program, _ command: Command, _ run: AnnealingRun) {
        let absorbed = noteAbsorbed(program, command)
        // Ranks up to the first changed item are those of before.
        let rank = Int(scratch.rank[command.firstChanged])
        let start = rank <= table.reach ? 0 : Int(scratch.live[rank - table.reach])
        if absorbed && table.scoresDependOnContext {
            scan(program, 0, program.count, run)
        } else {
            scan(program, start, command.last + 1, run)
        }
    }

    /// Notes which items are live after a command; true if some were absorbed.
    private func noteAbsorbed(_ program: borrowing Program, _ command: Command) -> Bool {
        let before = scratch.liveCount
        if before == program.count {
            var any = false
            for slot in command.first...command.last where program.opcodes[slot] == Opcode.skip.rawValue { any = true }
            if !any { return false }
        }
        noteLive(program)
        guard scratch.liveCount != before else { return false }
        if let codes = table.codes {
            // What the changed slots had that was live goes, what they have that is live comes: the absorbed remain.
            var total = sum.value
            for offset in 0..<scratch.saved.count where scratch.saved.opcodes[offset] != Opcode.skip.rawValue {
                total.subtract(SplitCode(codes.key(scratch.saved.tokens[offset])))
            }
            for slot in command.first...command.last where program.opcodes[slot] != Opcode.skip.rawValue {
                total.add(SplitCode(codes.key(program.tokens[slot])))
            }
            sum.value = total
        }
        return true
    }

    /// Notes the live items.
    func noteLive(_ program: borrowing Program) {
        var count = 0
        for slot in 0..<program.count {
            scratch.rank[slot] = UInt16(truncatingIfNeeded: count)
            if program.opcodes[slot] != Opcode.skip.rawValue {
                scratch.live[count] = UInt8(truncatingIfNeeded: slot)
                count += 1
            }
        }
        scratch.liveCount = count
    }

    /// Finds the best bid whose first matched slot is this one.
    private func scan(_ program: borrowing Program, _ slot: Int, _ run: AnnealingRun) {
        scratch.bids[slot] = .none
        scratch.wakes[slot] = .max
        let opcode = program.opcodes[slot]
        guard OpcodeSet.matchable.contains(raw: opcode) else { return }
        let token = program.tokens[slot]
        let begins = table.begins[Int(token)]
        guard begins != 0 else { return }
        let rank = Int(scratch.rank[slot])
        // In bounds: a token below the table's number of tokens, and ranks below the number of live items.
        let pairs = table.pairs
        func bid(_ entry: PairIndex.Entry, _ other: Int) {
            // Without a critic a score without a context is known here to be no bid.
            if !run.judged && !entry.hasCode && entry.confidence <= 0 { return }
            let rule = entry.rule
            let view = table.view(rule)
            guard view.acceptsOpcode(0, opcode), view.acceptsOpcode(1, program.opcodes[other]) else { return }
            consider(program, view, rule, UInt32(slot) << 24 | UInt32(other) << 16, run)
        }
        var distances = begins & 0xFE
        while distances != 0 {
            // Bit d stands for the distance d: one turn for each that is set.
            let distance = distances.trailingZeroBitCount
            distances &= distances &- 1
            guard rank &+ distance < scratch.liveCount else { break }
            let other = Int(scratch.live[rank &+ distance])
            let key = PairIndex.key(token, program.tokens[other], distance: distance)
            let hash = PairIndex.hash(key)
            if pairs.passes(hash: hash) & 1 == 0 { continue }
            if table.pairsAreUnique {
                let entry = pairs.onlyEntry(key, from: pairs.place(hash: hash))
                if !entry.isEmpty { bid(entry, other) }
            } else {
                pairs.forEachEntry(key, from: pairs.place(hash: hash)) { bid($0, other) }
            }
        }
        guard begins & 1 != 0 else { return }
        table.generic.forEachRule(token: token, classes: table.classes) { rule in
            let view = table.view(Int(rule))
            guard view.acceptsOpcode(0, opcode) else { return }
            match(program, view, Int(rule), atom: 1, rank: rank, slots: UInt32(slot) << 24, run)
        }
    }

    /// Finds the items of the remaining atoms, in lexicographic order of their slots.
    private func match(
        _ program: borrowing Program, _ view: RuleView, _ rule: Int, atom: Int, rank: Int, slots: UInt32,
        _ run: AnnealingRun
    ) {
        if atom == view.atomCount {
            consider(program, view, rule, slots, run)
            return
        }
        let end = min(rank + view.distanceMax(atom), scratch.liveCount - 1)
        var next = rank + view.distanceMin(atom)
        while next <= end {
            let slot = Int(scratch.live[next])
            if view.acceptsOpcode(atom, program.opcodes[slot]),
                view.acceptsToken(atom, program.tokens[slot], table.classes)
            {
                match(
                    program, view, rule, atom: atom + 1, rank: next,
                    slots: slots | UInt32(slot) << UInt32(24 - 8 * atom), run)
            }
            next += 1
        }
    }

    /// Enters a match as a bid, if it is one.
    private func consider(
        _ program: borrowing Program, _ view: RuleView, _ rule: Int, _ slots: UInt32, _ run: AnnealingRun
    ) {
        let first = Bid.slot(slots, 0)
        var score = Int64(view.confidence)
        if view.hasCode { score += Int64(agreement(program, view, slots) >> 6) }
        if !run.judged && score <= 0 { return }
        let (end, level) = inhibition.state(rule)
        if level > 0 {
            guard end <= run.steps else {
                scratch.wakes[first] = min(scratch.wakes[first], end)
                return
            }
            score = Inhibition.lowered(score, level: level)
        }
        let bid = Bid(score: score, rule: rule, slots: slots)
        guard bid.beats(scratch.bids[first]), Command.changes(program, view, slots) else { return }
        guard staysShallow(program, view, slots) else { return }
        scratch.bids[first] = bid
    }

    /// code · context, where the context is the sum of the keys of the live items that are not matched.
    private func agreement(_ program: borrowing Program, _ view: RuleView, _ slots: UInt32) -> Int32 {
        // The validator lets no rule have a code in a table without codes.
        guard let codes = table.codes else { return 0 }
        var total = sum.value
        for atom in 0..<view.atomCount {
            total.subtract(SplitCode(codes.key(program.tokens[Bid.slot(slots, atom)])))
        }
        return sum.dot(SplitCode(view.code), total)
    }

    /// Whether the stack stays inside its limit when the rule's pushes and merges are applied. Rules without any always
    /// stay; the items of other rules keep their order among each other, and what a rule adds balances, so that only the
    /// depth between its first push and its last merge matters.
    private func staysShallow(_ program: borrowing Program, _ view: RuleView, _ slots: UInt32) -> Bool {
        var pushes = false
        var word = view.firstUpdate
        for _ in 0..<view.atomCount {
            let update = view.words[word]
            if case .push? = Opcode(rawValue: UInt8(update >> 8 & 0xFF))?.effect.stack { pushes = true }
            word += update & RuleWords.operand2Bit != 0 ? 2 : 1
        }
        if !pushes { return true }
        return depthAfter(program, view, slots) <= table.limits.stackDepthMax
    }

    /// The greatest depth of the stack if the rule were applied.
    private func depthAfter(_ program: borrowing Program, _ view: RuleView, _ slots: UInt32) -> Int {
        var depth = 0
        var deepest = 0
        func run(_ opcode: UInt8) {
            // An update that keeps the item's opcode keeps one that does not use the stack.
            guard let effect = Opcode(rawValue: opcode)?.effect else { return }
            depth += effect.pushes - effect.pops
            deepest = max(deepest, depth)
        }
        var word = view.firstUpdate
        var atom = 0
        for slot in 0..<program.count {
            if atom < view.atomCount && Bid.slot(slots, atom) == slot {
                // A gathering rule puts all its items where the first one was.
                let places = view.gathers ? (atom == 0 ? view.atomCount : 0) : 1
                for _ in 0..<places {
                    run(UInt8(view.words[word] >> 8 & 0xFF))
                    word += view.words[word] & RuleWords.operand2Bit != 0 ? 2 : 1
                }
                atom += 1
            } else {
                run(program.opcodes[slot])
            }
        }
        return deepest
    }
}

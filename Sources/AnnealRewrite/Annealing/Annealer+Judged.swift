import AnnealProgram

extension Annealer {
    /// Rewriting under a critic for programs that only meet ordinary phrase rules: the loop, over bids that are found once.
    /// Nil, and nothing changed, when the program is not fresh or another rule may match.
    ///
    /// Why this gives what the loop gives: what is said at ``rewriteOrdinary(_:)``; an ordinary rule's match goes only when
    /// its second item has its constant or no room, and none comes. No item is absorbed, so the gains that are set before the first
    /// step are those of the last, and there is one round.
    /// - Complexity: O(items + bids · steps), a call of the critic a step, no allocation.
    mutating func rewriteJudged<Judge: Critic & ~Copyable>(
        _ program: inout Program, critic: inout Judge
    ) -> RewriteResult? {
        guard let candidates = ordinaryCandidates(program) else { return nil }
        if let codes = table.codes { findGains(program, codes) }
        guard var bidCount = ordinaryBids(program, candidates) else { return nil }
        noteOriginal(program)
        if table.codes != nil {
            for slot in 0..<program.count {
                program.setInstruction(
                    slot, opcode: Opcode.gain.rawValue, operand1: UInt16(scratch.gains[slot]), operand2: 0, operand3: 0)
            }
        }
        var result = RewriteResult(stopReason: .noBids, steps: 0, rounds: 1)
        let budget = RewriteOptions.defaultBudget(count: program.count)
        var score = critic.score(program)
        while let index = bestPhraseBid(bidCount, step: result.steps) {
            guard result.steps < budget else {
                result.stopReason = .budget(limit: budget)
                break
            }
            result.steps += 1
            let phrase = scratch.phraseBids[index]
            let second = phrase.bid.slot(1)
            let before = program.item(at: second)
            let isFurther = before.opcode == .phrase
            program.setInstruction(
                second, opcode: Opcode.phrase.rawValue, operand1: before.operand1,
                operand2: isFurther ? before.operand2 : phrase.row, operand3: isFurther ? phrase.row : 0)
            assert(isWellFormed(program))
            let found = critic.score(program, changed: second)
            if found < score {
                program.setItem(before, at: second)
                result.reverts += 1
                inhibit(phrase.bid.rule, bidCount, until: result.steps + RewriteOptions.inhibitionSteps)
                // The critic is to know that the item is as it was.
                _ = critic.score(program, changed: second)
            } else {
                score = found
                bidCount = removeBids(bidCount, second: second, row: isFurther ? nil : phrase.row)
            }
        }
        return result
    }

    /// Notes the bids of ordinary rules and returns how many; nil when another rule is among them, or more than there is
    /// room for.
    private func ordinaryBids(_ program: borrowing Program, _ candidates: Int) -> Int? {
        let tokens = program.tokens
        var count = 0
        var ordinary = true
        for candidate in 0..<candidates {
            let word = scratch.candidates[candidate]
            let first = Int(truncatingIfNeeded: word >> 16 & 0xFFFF)
            let second = Int(truncatingIfNeeded: word & 0xFFFF)
            let key = PairIndex.key(tokens[first], tokens[second], distance: second &- first)
            table.pairs.forEachEntry(key, from: Int(truncatingIfNeeded: word >> 32)) { entry in
                guard entry.isOrdinary, count < AnnealerScratch.pairLimit else {
                    ordinary = false
                    return
                }
                let slots = UInt32(truncatingIfNeeded: first << 24 | second << 16)
                scratch.phraseBids[count] = PhraseBid(
                    bid: Bid(score: Int64(entry.confidence), rule: entry.rule, slots: slots), row: entry.row,
                    confidence: entry.confidence)
                count += 1
            }
        }
        return ordinary ? count : nil
    }

    /// The place of the best of the bids that are not inhibited now.
    private func bestPhraseBid(_ count: Int, step: Int) -> Int? {
        var best = Bid.none
        var index = 0
        for next in 0..<count where scratch.phraseBids[next].wake <= step && scratch.phraseBids[next].bid.beats(best) {
            best = scratch.phraseBids[next].bid
            index = next
        }
        return best.exists ? index : nil
    }

    /// Notes a veto; see ``Inhibition``, which finds by its number a rule that is not at hand.
    private func inhibit(_ rule: Int, _ count: Int, until end: Int) {
        for next in 0..<count where scratch.phraseBids[next].bid.rule == rule {
            scratch.phraseBids[next].vetoes += 1
            scratch.phraseBids[next].wake = Int32(truncatingIfNeeded: end)
            scratch.phraseBids[next].bid.score = Inhibition.lowered(
                Int64(scratch.phraseBids[next].confidence), level: scratch.phraseBids[next].vetoes)
        }
    }

    /// Removes the bids for a row of a second item, or all that it has, and returns how many remain.
    private func removeBids(_ count: Int, second: Int, row: UInt32?) -> Int {
        var kept = 0
        for next in 0..<count
        where scratch.phraseBids[next].bid.slot(1) != second || row != nil && scratch.phraseBids[next].row != row {
            scratch.phraseBids[kept] = scratch.phraseBids[next]
            kept += 1
        }
        return kept
    }
}

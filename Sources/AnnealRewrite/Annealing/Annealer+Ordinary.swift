import AnnealProgram

extension Annealer {
    /// Compiled mode for programs that only meet ordinary phrase rules (``RuleIndexBuilder/isOrdinaryPhrase(_:)``): one
    /// pass, no order of bids. Nil, and nothing changed, when the program is not fresh or another rule may match.
    ///
    /// Why this gives what the loop gives: an ordinary rule fires at a second item only while that is bare, makes it a
    /// phrase, and changes nothing that another ordinary rule's match depends on except for that item's second place. So
    /// each second item gets the best of its bids, whatever the order. Other rules cannot match later either: their atoms
    /// are tried here by token alone, whatever their opcodes.
    func rewriteOrdinary(_ program: borrowing Program) -> Int? {
        let count = program.count
        var union: UInt8 = 0
        for slot in 0..<count { union |= program.opcodes[slot] ^ Opcode.accumulate.rawValue }
        if union != 0 { return nil }
        for slot in 0..<count {
            let begins = table.begins[Int(program.tokens[slot])]
            scratch.begins[slot] = begins
            scratch.bids[slot] = .none
            if begins & 1 != 0 && mayMatchGeneric(program, slot) { return nil }
        }
        guard findOrdinary(program, candidateCount(program)) else { return nil }
        noteOriginal(program)
        var steps = 0
        for slot in 0..<count where scratch.bids[slot].exists {
            program.opcodes[slot] = Opcode.phrase.rawValue
            program.operand2[slot] = scratch.rows[slot]
            steps &+= 1
        }
        sumContext(program)
        setGains(program, trace: nil)
        return steps
    }

    /// Notes the pairs that may begin a rule, and returns how many. Without a branch on what is found: in a text of words
    /// every such branch is a coin toss.
    private func candidateCount(_ program: borrowing Program) -> Int {
        let count = program.count
        let pairs = table.pairs
        let tokens = program.tokens
        let begins = scratch.begins
        let candidates = scratch.candidates
        var found = 0
        var distances = table.pairDistances
        while distances != 0 {
            let distance = distances.trailingZeroBitCount
            distances &= distances &- 1
            var slot = 0
            let end = count &- distance
            while slot < end {
                let hash = PairIndex.hash(PairIndex.key(tokens[slot], tokens[slot &+ distance]))
                candidates[found] = UInt64(
                    truncatingIfNeeded: pairs.place(hash: hash) &<< 32 | slot &<< 16 | (slot &+ distance))
                let passes = pairs.passes(hash: hash) & (begins[slot] &>> UInt8(truncatingIfNeeded: distance))
                found &+= Int(passes & 1)
                slot &+= 1
            }
        }
        // The slots are far apart in memory: asking for all of them first lets the cache misses overlap.
        var touched: UInt64 = 0
        for candidate in 0..<found { touched ^= pairs.slots[3 &* Int(candidates[candidate] &>> 32)] }
        scratch.touched = touched
        return found
    }

    /// Finds the best ordinary bid of each second item; false when another rule is among the candidates.
    private func findOrdinary(_ program: borrowing Program, _ count: Int) -> Bool {
        let bids = scratch.bids
        let rows = scratch.rows
        var ordinary = true
        for candidate in 0..<count {
            let word = scratch.candidates[candidate]
            let first = Int(word >> 16 & 0xFFFF)
            let second = Int(word & 0xFFFF)
            let key = PairIndex.key(program.tokens[first], program.tokens[second])
            table.pairs.forEachEntry(key, from: Int(word >> 32)) { entry, row in
                guard PairIndex.covers(entry, distance: second &- first) else { return }
                if entry & (PairIndex.ordinaryBit | PairIndex.codeBit) != PairIndex.ordinaryBit { ordinary = false }
                let confidence = PairIndex.confidence(of: entry)
                if confidence <= 0 { return }
                let bid = Bid(
                    score: Int64(confidence), rule: PairIndex.rule(of: entry),
                    slots: UInt32(truncatingIfNeeded: first << 24 | second << 16))
                if bid.beats(bids[second]) {
                    bids[second] = bid
                    rows[second] = row
                }
            }
        }
        return ordinary
    }

    /// Whether a rule of the generic index may match from this slot in any state of the program's opcodes.
    private func mayMatchGeneric(_ program: borrowing Program, _ slot: Int) -> Bool {
        var found = false
        table.generic.forEachRule(token: program.tokens[slot], classes: table.classes) { rule in
            if !found { found = mayMatch(program, table.view(Int(rule)), atom: 1, slot: slot) }
        }
        return found
    }

    /// Every item is live here, so that distances are differences of slots.
    private func mayMatch(_ program: borrowing Program, _ view: RuleView, atom: Int, slot: Int) -> Bool {
        if atom == view.atomCount { return true }
        var next = slot + view.distanceMin(atom)
        let end = min(slot + view.distanceMax(atom), program.count - 1)
        while next <= end {
            if view.acceptsToken(atom, program.tokens[next], table.classes),
                mayMatch(program, view, atom: atom + 1, slot: next)
            {
                return true
            }
            next += 1
        }
        return false
    }
}

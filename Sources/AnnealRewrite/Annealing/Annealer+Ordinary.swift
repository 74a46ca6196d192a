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
        for slot in 0..<count where program.opcodes[slot] != Opcode.accumulate.rawValue { return nil }
        let bids = scratch.bids
        for slot in 0..<count { bids[slot] = .none }
        var ordinary = true
        var slot = 0
        while slot < count {
            let token = program.tokens[slot]
            var begins = table.begins[Int(token)]
            if begins & 1 != 0 && mayMatchGeneric(program, slot) { return nil }
            // Bit d stands for the distance d: one turn for each that is set.
            begins &= 0xFE
            while begins != 0 {
                let distance = begins.trailingZeroBitCount
                begins &= begins &- 1
                let other = slot &+ distance
                if other >= count { break }
                table.pairs.forEachEntry(token, program.tokens[other]) { entry in
                    guard PairIndex.covers(entry, distance: distance) else { return }
                    guard entry & (PairIndex.ordinaryBit | PairIndex.codeBit) == PairIndex.ordinaryBit else {
                        ordinary = false
                        return
                    }
                    let confidence = PairIndex.confidence(of: entry)
                    if confidence <= 0 { return }
                    let bid = Bid(
                        score: Int64(confidence), rule: PairIndex.rule(of: entry),
                        slots: UInt32(slot) << 24 | UInt32(other) << 16)
                    if bid.beats(bids[other]) { bids[other] = bid }
                }
            }
            if !ordinary { return nil }
            slot &+= 1
        }
        noteOriginal(program)
        var steps = 0
        for slot in 0..<count where bids[slot].exists {
            let view = table.view(bids[slot].rule)
            program.opcodes[slot] = Opcode.phrase.rawValue
            // The update of the second place ends with operand 2: the validator has seen it there.
            program.operand2[slot] = view.words[view.firstUpdate + 2]
            steps += 1
        }
        sumContext(program)
        setGains(program, trace: nil)
        return steps
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

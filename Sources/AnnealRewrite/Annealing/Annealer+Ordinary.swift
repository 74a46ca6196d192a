import AnnealProgram
import CAnnealKernels

extension Annealer {
    /// Compiled mode for programs that only meet ordinary phrase rules (``RuleIndexBuilder/isOrdinaryPhrase(_:)``): one
    /// pass, no order of bids. Nil, and nothing changed, when the program is not fresh or another rule may match.
    ///
    /// Why this gives what the loop gives: an ordinary rule fires at a second item only while there is room for its
    /// constant, and changes nothing that another ordinary rule's match depends on except for that room. So each second
    /// item gets the best two of its bids that have different rows, whatever the order between items. Other rules cannot
    /// match later either: their atoms are tried here by token alone, whatever their opcodes.
    ///
    /// Annealed mode with a critic that refuses no phrase differs in one thing: bids of no confidence run too. Where there is
    /// one, this gives nil.
    @_optimize(speed)  // where all else is made small
    func rewriteOrdinary(_ program: inout Program, judged: Bool = false) -> Int? {
        guard let candidates = ordinaryCandidates(program) else { return nil }
        let count = program.count
        let best = scratch.best
        let codes = table.codes
        // Between asking for the slots of the candidates and reading them.
        if let codes { findGains(program, codes) }
        guard findOrdinary(program, candidates, judged) else { return nil }
        noteOriginal(program)
        var steps = 0
        for slot in 0..<count {
            let isPhrase = best[slot].first != BestPhrases.none
            let isFull = best[slot].second != BestPhrases.none
            steps &+= (isPhrase ? 1 : 0) &+ (isFull ? 1 : 0)
            // Rows are 0 where there is no bid, as operands are; what is fresh has the neutral gain.
            program.setInstruction(
                slot,
                opcode: isPhrase
                    ? Opcode.phrase.rawValue : codes != nil ? Opcode.gain.rawValue : Opcode.accumulate.rawValue,
                operand1: codes != nil ? UInt16(scratch.gains[slot]) : Program.neutralGain,
                operand2: best[slot].firstRow, operand3: best[slot].secondRow)
        }
        return steps
    }

    /// Notes the pairs that may begin an ordinary rule, and returns how many; nil when the program is not fresh or a rule
    /// of more than pairs may match. Clears the best bids.
    @inline(__always)
    func ordinaryCandidates(_ program: borrowing Program) -> Int? {
        let count = program.count
        let begins = scratch.begins
        let best = scratch.best
        let codes = table.codes
        let tokens = program.tokens
        let opcodes = program.opcodes
        var others: UInt8 = 0
        var anyBegins: UInt8 = 0
        for slot in 0..<count {
            let token = tokens[slot]
            if let codes { anneal_prefetch(codes.key(token)) }
            others |= opcodes[slot] ^ Opcode.accumulate.rawValue
            begins[slot] = table.begins[Int(token)]
            anyBegins |= begins[slot]
            best[slot] = BestPhrases()
        }
        if others != 0 { return nil }
        if anyBegins & 1 != 0 {
            for slot in 0..<count where begins[slot] & 1 != 0 && mayMatchGeneric(program, slot) { return nil }
        }
        return candidateCount(program)
    }

    /// What `setGains` would give each item, all being live.
    @_optimize(speed)  // where all else is made small
    func findGains(_ program: borrowing Program, _ codes: ContextCodes) {
        let count = program.count
        program.tokens.withUnsafeBufferPointer { tokens in
            // The memory of a program has an address, however few items it holds.
            guard let tokens = tokens.baseAddress else { return }
            kernel.pointee.context_sum(codes.codes, tokens, count, scratch.contextSum)
            kernel.pointee.context_dots(codes.codes, tokens, count, scratch.contextSum, scratch.agreements)
        }
        let origin = program.origin
        let positions = program.positions
        for slot in 0..<count {
            scratch.gains[slot] = codes.gainIndex(
                agreement: scratch.agreements[slot], live: count, place: origin &+ Int(positions[unchecked: slot]))
        }
    }

    /// Notes the pairs that may begin a rule, and returns how many. Slots are below the count, unchecked. Without a branch on what is found: in a text of words
    /// every such branch is a coin toss.
    @_optimize(speed)  // where all else is made small
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
                let hash = PairIndex.hash(
                    PairIndex.key(tokens[unchecked: slot], tokens[unchecked: slot &+ distance], distance: distance))
                candidates[found] =
                    UInt64(truncatingIfNeeded: pairs.place(hash: hash)) &<< 32
                    | UInt64(truncatingIfNeeded: slot &<< 16 | (slot &+ distance))
                let passes = pairs.passes(hash: hash) & (begins[slot] &>> UInt8(truncatingIfNeeded: distance))
                found &+= Int(passes & 1)
                slot &+= 1
            }
        }
        // The slots are far apart in memory: asking for all of them first lets the cache misses overlap.
        for candidate in 0..<found { pairs.prefetch(Int(truncatingIfNeeded: candidates[candidate] &>> 32)) }
        return found
    }

    /// Finds the best ordinary bid of each second item, in bounds as the candidates are slots; false when another rule is among the candidates, or `confident` and
    /// one without confidence.
    @_optimize(speed)  // where all else is made small
    private func findOrdinary(_ program: borrowing Program, _ count: Int, _ confident: Bool) -> Bool {
        let tokens = program.tokens
        let pairs = table.pairs
        var ordinary = true
        for candidate in 0..<count {
            let word = scratch.candidates[candidate]
            let first = Int(truncatingIfNeeded: word >> 16 & 0xFFFF)
            let second = Int(truncatingIfNeeded: word & 0xFFFF)
            let key = PairIndex.key(tokens[unchecked: first], tokens[unchecked: second], distance: second &- first)
            let place = Int(truncatingIfNeeded: word >> 32)
            if table.pairsAreUnique {
                let entry = pairs.onlyEntry(key, from: place)
                if !entry.isEmpty {
                    ordinary = ordinary && entry.isOrdinary && (!confident || entry.confidence > 0)
                    offer(entry, second)
                }
            } else {
                pairs.forEachEntry(key, from: place) { entry in
                    ordinary = ordinary && entry.isOrdinary && (!confident || entry.confidence > 0)
                    offer(entry, second)
                }
            }
        }
        return ordinary
    }

    /// Notes a bid for a second item if it is one of the best two. One number stands for the order of bids: the
    /// confidence, then the lower rule; of one rule at two first items the phrase is the same.
    @inline(__always)
    private func offer(_ entry: PairIndex.Entry, _ second: Int) {
        let bid = Int64(entry.confidence) << 32 | Int64(PairIndex.Entry.ruleLimit - entry.rule)
        scratch.best[second].offer(bid, entry.row)
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

import AnnealProgram

/// Checks the words of one rule. Every word is read only after it is known to be there.
struct RuleValidator {
    /// The most combinations of places that a rule's distance ranges may allow from one first item: bounds the time
    /// that a hostile rule can take.
    static let combinationLimit = 4096

    let limits: ProgramLimits
    let classCount: Int
    let hasCodes: Bool
    private let matchable = OpcodeSet.matchable.rawValue

    init(limits: ProgramLimits, classCount: Int, hasCodes: Bool) {
        self.limits = limits
        self.classCount = classCount
        self.hasCodes = hasCodes
    }

    /// Checks the rule at the start of the words and returns how many of them it has.
    /// - Complexity: O(words of the rule), no allocation.
    @inline(__always)
    func validate(
        _ words: UnsafePointer<UInt32>, available: Int, rule: Int
    ) throws(RuleTableError) -> Int {
        // In the caller's loop: a call for each of 120,000 rules costs a quarter of the look.
        if available >= Self.phraseWords, isPhrase(words) { return Self.phraseWords }
        return try validateParts(words, available: available, rule: rule)
    }

    private func validateParts(
        _ words: UnsafePointer<UInt32>, available: Int, rule: Int
    ) throws(RuleTableError) -> Int {
        guard available >= RuleWords.headerWords else {
            throw .truncated(rule: rule, expectedWords: RuleWords.headerWords, foundWords: available)
        }
        let header = words[0]
        let atomCount = Int(header >> 8 & 7)
        guard header & ~RuleWords.headerMask == 0, atomCount >= 1, atomCount <= 4 else {
            throw .badHeader(rule: rule, found: header)
        }
        let length = Int(header & 0xFF)
        guard length <= available else {
            throw .truncated(rule: rule, expectedWords: length, foundWords: available)
        }
        let hasCode = header & RuleWords.codeBit != 0
        // Atoms, the update words, and the code are sure to be there; operands are counted below.
        let least = RuleWords.headerWords + 3 * atomCount + (hasCode ? RuleWords.codeWords : 0)
        guard length >= least else { throw .badLength(rule: rule, expectedWords: least, foundWords: length) }
        if hasCode && !hasCodes { throw .contextCodesMissing(rule: rule) }

        var combinations = 1
        for atom in 0..<atomCount {
            combinations *= try checkAtom(words[2 + 2 * atom], words[3 + 2 * atom], rule, atom)
        }
        guard combinations <= Self.combinationLimit else {
            throw .tooManyCombinations(rule: rule, limit: Self.combinationLimit, found: combinations)
        }

        let end = length - (hasCode ? RuleWords.codeWords : 0)
        var next = RuleWords.headerWords + 2 * atomCount
        var sources: UInt32 = 0
        var depth = 0
        for place in 0..<atomCount {
            // The words still to come: this update and those after it.
            guard next + (atomCount - place) <= end else {
                throw .badLength(rule: rule, expectedWords: length + 1, foundWords: length)
            }
            let word = words[next]
            next += 1
            guard word & ~RuleWords.updateMask == 0 else { throw .badUpdate(rule: rule, place: place, found: word) }
            let source = Int(word & 3)
            guard source < atomCount, sources & (1 << UInt32(source)) == 0 else {
                throw .badPermutation(rule: rule, place: place, source: source)
            }
            sources |= 1 << UInt32(source)
            var operand2: UInt32?
            if word & RuleWords.operand2Bit != 0 {
                guard next + (atomCount - place - 1) < end else {
                    throw .badLength(rule: rule, expectedWords: length + 1, foundWords: length)
                }
                operand2 = words[next]
                next += 1
            }
            let condition = UInt16(truncatingIfNeeded: words[3 + 2 * source])
            depth += try checkUpdate(word, operand2, condition, rule, place)
            guard depth >= 0, depth <= limits.stackDepthMax else { throw .unbalancedStack(rule: rule, place: place) }
        }
        guard depth == 0 else { throw .unbalancedStack(rule: rule, place: atomCount - 1) }
        guard next == end else {
            throw .badLength(rule: rule, expectedWords: next + length - end, foundWords: length)
        }
        return length
    }

    /// Words of a rule of two tokens that makes the second a phrase.
    private static let phraseWords = 9

    /// Whether these are a rule of two tokens that makes the second a phrase, with nothing wrong: almost all rules of a
    /// model are, and this says so in a fraction of the time of the checks one by one.
    @inline(__always)
    private func isPhrase(_ words: UnsafePointer<UInt32>) -> Bool {
        let (first, second) = (words[2], words[4])
        let (firstCondition, secondCondition) = (words[3], words[5])
        let opcodes = UInt32(matchable)
        // Zero if all of these bits are as they have to be.
        let header = words[0] ^ (UInt32(Self.phraseWords) | 2 << 8)
        let keeps = words[6] ^ RuleWords.keepOpcode << 8
        let becomesPhrase = words[7] ^ (UInt32(Opcode.phrase.rawValue) << 8 | RuleWords.operand2Bit | 1)
        let kinds = (first | second) & 3 ^ RuleWords.kindToken
        let firstDistances = firstCondition >> 16 ^ 0x0101
        let unknownOpcodes = (firstCondition | secondCondition) & 0xFFFF & ~opcodes
        let form = header | keeps | becomesPhrase | kinds | firstDistances | unknownOpcodes
        let nearest = secondCondition >> 16 & 0xFF
        return form == 0 && max(first, second) >> 2 < limits.tokenCount && firstCondition & opcodes != 0
            && secondCondition & opcodes != 0 && nearest >= 1 && nearest <= secondCondition >> 24
            && words[8] < limits.rowCount
    }

    /// Returns the width of the atom's distance range.
    @inline(__always)
    private func checkAtom(
        _ value: UInt32, _ condition: UInt32, _ rule: Int, _ atom: Int
    ) throws(RuleTableError) -> Int {
        try Atom.check(value, tokenCount: limits.tokenCount, classCount: classCount, rule: rule, atom: atom)
        let opcodes = UInt16(truncatingIfNeeded: condition)
        guard opcodes != 0, opcodes & ~matchable == 0 else {
            throw .badOpcodeCondition(rule: rule, atom: atom, found: opcodes)
        }
        let distanceMin = condition >> 16 & 0xFF
        let distanceMax = condition >> 24
        guard distanceMin >= 1, distanceMin <= distanceMax, atom > 0 || distanceMax == 1 else {
            throw .badDistance(rule: rule, atom: atom, min: UInt8(distanceMin), max: UInt8(distanceMax))
        }
        return Int(distanceMax - distanceMin) + 1
    }

    /// Returns by how much the update changes the depth of the stack.
    @inline(__always)
    private func checkUpdate(
        _ word: UInt32, _ operand2: UInt32?, _ condition: UInt16, _ rule: Int, _ place: Int
    ) throws(RuleTableError) -> Int {
        let hasOperand1 = word & RuleWords.operand1Bit != 0
        guard hasOperand1 || word >> 16 == 0 else { throw .badUpdate(rule: rule, place: place, found: word) }
        let raw = word >> 8 & 0xFF
        if raw == RuleWords.keepOpcode {
            // Every opcode that the atom may match must read the operand that is set.
            if hasOperand1 {
                guard condition & ~OpcodeSet.withGain.rawValue == 0 else {
                    throw .operandNotRead(rule: rule, place: place, operand: 1)
                }
            }
            if let operand2 {
                guard condition & ~OpcodeSet.withRow.rawValue == 0 else {
                    throw .operandNotRead(rule: rule, place: place, operand: 2)
                }
                try checkBelow(operand2, limits.rowCount, rule, place)
            }
            return 0
        }
        guard let opcode = Opcode(rawValue: UInt8(raw)) else {
            throw .badOpcode(rule: rule, place: place, found: UInt8(raw))
        }
        let effect = opcode.effect
        guard effect.readsGain || !hasOperand1 else { throw .operandNotRead(rule: rule, place: place, operand: 1) }
        switch effect.operand2 {
        case .none, .gain, .furtherRow:
            guard operand2 == nil else { throw .operandNotRead(rule: rule, place: place, operand: 2) }
        case .row, .role:
            let isRow = effect.constant.isUsed
            // A row may be kept, where every opcode that the atom may match has one.
            let isKept = isRow && condition & ~OpcodeSet.withRow.rawValue == 0
            if let operand2 {
                try checkBelow(operand2, isRow ? limits.rowCount : limits.roleCount, rule, place)
            } else if !isKept {
                throw .operandMissing(rule: rule, place: place, opcode: opcode)
            }
        }
        return effect.pushes - effect.pops
    }

    @inline(__always)
    private func checkBelow(
        _ value: UInt32, _ limit: Int, _ rule: Int, _ place: Int
    ) throws(RuleTableError) {
        guard value < limit else { throw .operandOutOfRange(rule: rule, place: place, limit: limit, found: value) }
    }
}

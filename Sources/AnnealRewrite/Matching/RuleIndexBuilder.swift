import AnnealProgram

/// One pass over the words of a table: checks every rule, notes where it begins, and indexes it.
struct RuleIndexBuilder {
    let words: UnsafeBufferPointer<UInt32>
    let ruleCount: Int
    let validator: RuleValidator
    let offsets: UnsafeMutablePointer<UInt32>
    let pairs: PairIndex
    let begins: UnsafeMutablePointer<UInt8>
    /// Whether offsets, pairs and begins are views of an index that was stored, to which nothing may be written.
    let isStored: Bool
    private(set) var reach = 0
    private(set) var pairDistances: UInt8 = 0
    private(set) var keysAreUnique = true
    private var pairCount = 0
    private(set) var scoresDependOnContext = false
    private var genericRules: [UInt32] = []
    /// Rules whose places are waited for at a time.
    private static let groupSize = 16

    init(words: UnsafeBufferPointer<UInt32>, ruleCount: Int, validator: RuleValidator) {
        self.words = words
        self.ruleCount = ruleCount
        self.validator = validator
        isStored = false
        offsets = .allocate(capacity: max(ruleCount, 1))
        offsets.initialize(repeating: 0, count: max(ruleCount, 1))
        pairs = PairIndex(capacity: ruleCount)
        let tokens = max(validator.limits.tokenCount, 1)
        begins = .allocate(capacity: tokens)
        begins.initialize(repeating: 0, count: tokens)
    }

    /// Goes on with an index that was stored: rules are checked, and nothing is indexed but what the index leaves out.
    init(
        _ index: StoredRuleIndex, words: UnsafeBufferPointer<UInt32>, ruleCount: Int, validator: RuleValidator
    ) {
        self.words = words
        self.ruleCount = ruleCount
        self.validator = validator
        isStored = true
        offsets = index.offsets
        pairs = index.pairs
        begins = index.begins
        pairDistances = index.pairDistances
        keysAreUnique = index.keysAreUnique
    }

    /// Frees what ``RuleTable`` would have taken over.
    func deallocate() {
        pairs.deallocate()
        if isStored { return }
        offsets.deallocate()
        begins.deallocate()
    }

    /// Checks the rules against an index that was stored.
    /// - Complexity: O(words + slots).
    mutating func check(_ index: StoredRuleIndex) throws(RuleTableError) {
        var next = 0
        // Without words there are no rules either.
        if let base = words.baseAddress {
            for rule in 0..<ruleCount {
                let length = try validator.validate(base + next, available: words.count - next, rule: rule)
                guard offsets[rule] == next else {
                    throw .badIndex(part: "rule \(rule)", expected: "word \(next)", found: "\(offsets[rule])")
                }
                let view = RuleView(words: base + next)
                note(view)
                if !Self.isPair(view) { genericRules.append(UInt32(rule)) }
                next += length
            }
        }
        guard next == words.count else { throw .trailingWords(found: words.count - next) }
        let isPair: ((Int) -> Bool)?
        if genericRules.isEmpty {
            isPair = nil
        } else {
            let (words, offsets) = (words, offsets)
            // In bounds: the rule is one of those just checked.
            isPair = { rule in RuleView(words: words.baseAddress.unsafelyUnwrapped + Int(offsets[rule])).atomCount == 2
            }
        }
        try index.check(ruleCount: ruleCount, rowCount: validator.limits.rowCount, isPair: isPair)
    }

    mutating func build() throws(RuleTableError) {
        var next = 0
        guard let base = words.baseAddress else {
            return
        }
        var rule = 0
        while rule < ruleCount {
            // By groups: while one rule is checked, the places of those before it come near.
            let group = rule..<min(rule + Self.groupSize, ruleCount)
            for rule in group {
                let length = try validator.validate(base + next, available: words.count - next, rule: rule)
                offsets[rule] = UInt32(truncatingIfNeeded: next)
                let view = RuleView(words: base + next)
                if Self.isPair(view) {
                    let key = PairIndex.key(
                        view.atomValue(0) >> 2, view.atomValue(1) >> 2, distance: view.distanceMin(1))
                    pairs.prefetch(pairs.place(hash: PairIndex.hash(key)))
                }
                next += length
            }
            for rule in group { index(RuleView(words: base + Int(offsets[rule])), rule) }
            rule = group.upperBound
        }
        guard next == words.count else { throw .trailingWords(found: words.count - next) }
    }

    /// Notes what the table says of all rules together.
    @inline(__always)
    private mutating func note(_ view: RuleView) {
        if view.hasCode { scoresDependOnContext = true }
        var distance = 0
        for atom in 1..<max(view.atomCount, 1) { distance += view.distanceMax(atom) }
        reach = max(reach, distance)
    }

    @inline(__always)
    private mutating func index(_ view: RuleView, _ rule: Int) {
        note(view)
        if Self.isPair(view), insertPair(view, rule) { return }
        genericRules.append(UInt32(rule))
    }

    /// Whether a rule is of two near literal tokens.
    @inline(__always)
    static func isPair(_ view: RuleView) -> Bool {
        view.atomCount == 2 && view.atomValue(0) & 3 == RuleWords.kindToken
            && view.atomValue(1) & 3 == RuleWords.kindToken && view.distanceMax(1) <= PairIndex.distanceLimit
    }

    /// Adds a rule of two tokens once for each of its distances; false if it does not fit.
    private mutating func insertPair(_ view: RuleView, _ rule: Int) -> Bool {
        let first = view.atomValue(0) >> 2
        let second = view.atomValue(1) >> 2
        let ordinary = Self.isOrdinaryPhrase(view)
        // An ordinary phrase ends its second update with the row.
        let row = ordinary ? view.words[view.firstUpdate + 2] : 0
        guard max(first, second) < PairIndex.Entry.tokenLimit, rule < PairIndex.Entry.ruleLimit,
            row < PairIndex.Entry.rowLimit
        else { return false }
        // A rule of many distances takes as many slots; searches end only because some stay empty.
        pairCount += view.distanceMax(1) - view.distanceMin(1) + 1
        guard pairCount <= pairs.entryLimit else { return false }
        for distance in view.distanceMin(1)...view.distanceMax(1) {
            let key = PairIndex.key(first, second, distance: distance)
            let entry = PairIndex.Entry(
                key: key, rule: rule, confidence: view.confidence, ordinary: ordinary, hasCode: view.hasCode, row: row)
            switch pairs.insert(entry) {
            case .first: break
            case .further: keysAreUnique = false
            // What was added of this rule stays: found twice it bids the same.
            case .noRoom: return false
            }
            begins[Int(first)] |= 1 << UInt8(distance)
            pairDistances |= 1 << UInt8(distance)
        }
        return true
    }

    /// Whether a rule of two literal tokens only ever gives its second item a constant, while there is room for one, and
    /// cares for nothing else that other such rules do. Bids of these rules conflict only when they have the same second
    /// item, so that the best two bids of each item can be found without any order between the items.
    static func isOrdinaryPhrase(_ view: RuleView) -> Bool {
        let phrase = OpcodeSet(.phrase).rawValue
        // Gains make every `accumulate` a `gain`: a rule that tells the two apart is not ordinary.
        let bare = OpcodeSet.bare.rawValue
        let first = UInt16(truncatingIfNeeded: view.atomCondition(0))
        let second = UInt16(truncatingIfNeeded: view.atomCondition(1))
        let keepFirst = RuleWords.keepOpcode << 8
        let phraseSecond = UInt32(Opcode.phrase.rawValue) << 8 | RuleWords.operand2Bit | 1
        // Row 0 can be an item's first constant and not its second: such a rule, which no model has, takes the loop.
        return !view.gathers && first & (phrase | bare) == phrase | bare
            && second & (phrase | bare) == phrase | bare
            && view.words[view.firstUpdate] == keepFirst && view.words[view.firstUpdate + 1] == phraseSecond
            && view.words[view.firstUpdate + 2] != 0
    }

    /// The index of the other rules, and for each token how it begins rules: ``begins``, or a copy of it with marks for
    /// these rules.
    func makeGenericIndex(_ classes: TokenClasses) -> (index: GenericIndex, begins: UnsafeMutablePointer<UInt8>) {
        let limits = validator.limits
        let index = GenericIndex(
            rules: genericRules, tokenCount: limits.tokenCount, classCount: validator.classCount
        ) { rule in
            // In bounds: the rule has been validated, and rules exist only where words do.
            words.baseAddress![Int(offsets[Int(rule)]) + RuleWords.headerWords]
        }
        if genericRules.isEmpty { return (index, begins) }
        var begins = begins
        if isStored {
            begins = .allocate(capacity: max(limits.tokenCount, 1))
            begins.initialize(from: self.begins, count: limits.tokenCount)
        }
        for token in 0..<limits.tokenCount {
            var found = index.hasAny || index.beginsRule(token: UInt32(token))
            classes.forEachClass(of: UInt32(token)) { if index.beginsRule(tokenClass: $0) { found = true } }
            if found { begins[token] |= 1 }
        }
        return (index, begins)
    }
}

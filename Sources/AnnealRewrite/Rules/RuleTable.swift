public import AnnealProgram

/// The rules of a model: their words where they lie, checked once, and the index that finds what matches.
///
/// The table reads rules from the caller's memory (a mapped file) and keeps no copy of them. It is immutable, and may be
/// shared between threads.
///
/// Sendable although it holds pointers, because nothing writes through them after the initialiser.
public final class RuleTable: @unchecked Sendable {
    /// The most words of a table: offsets have 32 bits.
    public static let wordLimit = Int(clamping: UInt32.max)
    /// The most rules of a table: ids have 24 bits in the index.
    public static let ruleLimit = 1 << 24
    /// The most tokens: ids have 30 bits in a rule, and the index keeps a byte for each.
    public static let tokenLimit = 1 << 24

    /// Number of rules; ids are `0..<count`.
    public let count: Int
    public let classes: TokenClasses
    public let codes: ContextCodes?
    public let limits: ProgramLimits

    let words: UnsafeBufferPointer<UInt32>
    /// Word at which each rule begins.
    let offsets: UnsafeMutablePointer<UInt32>
    let pairs: PairIndex
    let generic: GenericIndex
    /// A byte a token: bit `d` says that the token begins a rule of ``pairs`` at distance `d`, bit 0 that it begins a rule
    /// of ``generic``.
    let begins: UnsafeMutablePointer<UInt8>
    /// All bits of ``begins`` but bit 0, for all tokens together.
    let pairDistances: UInt8
    /// Whether ``pairs`` has at most one entry for each key.
    let pairsAreUnique: Bool
    /// The farthest that the last atom of any rule may be from its first, in live items.
    let reach: Int
    /// Whether any rule's score depends on the context.
    let scoresDependOnContext: Bool
    private let ownsOffsets: Bool
    private let ownsBegins: Bool

    /// Checks the words and builds the index.
    /// - Parameters:
    ///   - words: exactly `ruleCount` rules, in the form that ``encode(_:)`` gives. The memory must outlive the table.
    ///   - codes: without them no rule may have a code, and no gains are set.
    /// - Complexity: O(words + tokens). 100,000 rules of two tokens take a few milliseconds.
    /// - Throws: the first ``RuleTableError``.
    public convenience init(
        words: UnsafeBufferPointer<UInt32>, ruleCount: Int, classes: TokenClasses = .empty, codes: ContextCodes? = nil,
        limits: ProgramLimits
    ) throws(RuleTableError) {
        try self.init(
            words: words, ruleCount: ruleCount, classes: classes, codes: codes, limits: limits, index: nil, checksum: 0)
    }

    /// Checks the words, and takes the index that was stored beside them; one of another version is not looked at.
    /// - Parameters:
    ///   - index: what ``indexBytes(checksum:)`` gave, aligned to 64 bytes. The memory must outlive the table.
    ///   - checksum: of the words: the index must have been made of them.
    /// - Complexity: O(words + tokens + slots), a fifth of what building takes.
    /// - Throws: the first ``RuleTableError``; ``RuleTableError/badIndex(part:expected:found:)`` for the index.
    package init(
        words: UnsafeBufferPointer<UInt32>, ruleCount: Int, classes: TokenClasses, codes: ContextCodes?,
        limits: ProgramLimits, index: UnsafeRawBufferPointer?, checksum: UInt64
    ) throws(RuleTableError) {
        guard words.count <= Self.wordLimit else { throw .tooManyWords(limit: Self.wordLimit, found: words.count) }
        guard ruleCount >= 0, ruleCount <= Self.ruleLimit else {
            throw .tooManyRules(limit: Self.ruleLimit, found: ruleCount)
        }
        // Also bounds what is allocated below by what is really there.
        guard ruleCount <= words.count / 5 else {
            throw .truncated(rule: words.count / 5, expectedWords: ruleCount * 5, foundWords: words.count)
        }
        guard limits.tokenCount >= 0, limits.tokenCount <= Self.tokenLimit else {
            throw .tokenCountMismatch(expected: Self.tokenLimit, found: limits.tokenCount)
        }
        if let codes, codes.tokenCount != limits.tokenCount {
            throw .tokenCountMismatch(expected: limits.tokenCount, found: codes.tokenCount)
        }
        if classes.classCount > 0, classes.tokenCount != limits.tokenCount {
            throw .tokenCountMismatch(expected: limits.tokenCount, found: classes.tokenCount)
        }
        let validator = RuleValidator(limits: limits, classCount: classes.classCount, hasCodes: codes != nil)
        var builder: RuleIndexBuilder
        if let index, StoredRuleIndex.isReadable(index) {
            let stored = try StoredRuleIndex(
                index, ruleCount: ruleCount, tokenCount: limits.tokenCount, checksum: checksum)
            builder = RuleIndexBuilder(stored, words: words, ruleCount: ruleCount, validator: validator)
            try builder.check(stored)
        } else {
            builder = RuleIndexBuilder(words: words, ruleCount: ruleCount, validator: validator)
            do throws(RuleTableError) {
                try builder.build()
            } catch {
                builder.deallocate()
                throw error
            }
        }
        count = ruleCount
        self.words = words
        self.classes = classes
        self.codes = codes
        self.limits = limits
        offsets = builder.offsets
        pairs = builder.pairs
        reach = builder.reach
        pairDistances = builder.pairDistances
        pairsAreUnique = builder.keysAreUnique
        scoresDependOnContext = builder.scoresDependOnContext
        (generic, begins) = builder.makeGenericIndex(classes)
        ownsOffsets = !builder.isStored
        ownsBegins = begins != builder.begins || !builder.isStored
    }

    deinit {
        if ownsOffsets { offsets.deallocate() }
        if ownsBegins { begins.deallocate() }
        pairs.deallocate()
        generic.deallocate()
    }

    /// Whether bytes are an index of the version that this program writes.
    package static func isReadable(index: UnsafeRawBufferPointer) -> Bool { StoredRuleIndex.isReadable(index) }

    /// The index as bytes, for ``init(words:ruleCount:classes:codes:limits:index:checksum:)`` to read where they lie; nil
    /// for rules whose index cannot be stored.
    /// - Parameter checksum: of the words.
    /// - Complexity: O(rules + slots).
    package func indexBytes(checksum: UInt64) -> [UInt8]? { StoredRuleIndex.bytes(of: self, checksum: checksum) }

    /// The view of a rule.
    /// - Precondition: `rule < count`.
    @inline(__always)
    func view(_ rule: Int) -> RuleView {
        // In bounds: the initialiser has checked that every rule lies in the words.
        RuleView(words: words.baseAddress! + Int(offsets[rule]))
    }

    /// One rule as a value.
    /// - Precondition: `0 <= id < count`.
    /// - Complexity: O(1).
    public func rule(at id: Int) -> Rule {
        precondition(id >= 0 && id < count)
        return view(id).rule
    }

    /// The words of rules, for ``init(words:ruleCount:classes:codes:limits:)`` to read.
    ///
    /// Whether the rules are valid is for the initialiser to say; this only puts them into words.
    /// - Precondition: tokens are below 2³⁰, operand 1 is below 256, there are as many updates as atoms, and at least one.
    /// - Complexity: O(rules.count).
    public static func encode(_ rules: [Rule]) -> [UInt32] {
        var words: [UInt32] = []
        words.reserveCapacity(rules.count * 9)
        for rule in rules { RuleEncoder.append(rule, to: &words) }
        return words
    }
}

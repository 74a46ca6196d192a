import AnnealProgram

/// A rewrite rule as a value: a pattern of up to four atoms, an action, a score. Its id is its index in the table.
///
/// ``RuleTable`` holds rules as words of a mapped file; this form is for building, printing, training and tests.
///
///     // "new" then "york": york becomes a phrase with the constant row 40125.
///     let rule = Rule(
///         atoms: [Atom(.token(12)), Atom(.token(2204), opcodes: .phraseable)],
///         updates: [Update(source: 0), Update(source: 1, opcode: .phrase, operand2: 40125)],
///         confidence: 120)
public struct Rule: Hashable, Sendable {
    public var atoms: Quad<Atom>
    public var placement: Placement
    /// One for each place of the action, in the order of the places; the sources are a permutation of the atoms.
    public var updates: Quad<Update>
    /// The part of the score that does not depend on the context.
    public var confidence: Int32
    /// 32 small integers whose agreement with the context, the sum of the key codes of the live items that are not
    /// matched, is added to the score: `score = confidence + (code · context) >> 6`.
    public var code: SIMD32<Int8>?

    public init(
        atoms: Quad<Atom>, placement: Placement = .inPlace, updates: Quad<Update>, confidence: Int32,
        code: SIMD32<Int8>? = nil
    ) {
        var atoms = atoms
        // The first atom has no distance: one form only, so that equal rules have equal words.
        if !atoms.isEmpty {
            atoms[0].distanceMin = 1
            atoms[0].distanceMax = 1
        }
        self.atoms = atoms
        self.placement = placement
        self.updates = updates
        self.confidence = confidence
        self.code = code
    }

    /// The commonest rule: `second` at a distance after `first` gets a constant row of its own beside its token, unless it
    /// has two already. `first` is kept, so that phrases may chain.
    public static func phrase(
        _ first: UInt32, _ second: UInt32, row: UInt32, distance: ClosedRange<UInt8> = 1...1, confidence: Int32
    ) -> Rule {
        Rule(
            atoms: [
                Atom(.token(first)),
                Atom(
                    .token(second), opcodes: .phraseable, distanceMin: distance.lowerBound,
                    distanceMax: distance.upperBound),
            ],
            updates: [Update(source: 0), Update(source: 1, opcode: .phrase, operand2: row)], confidence: confidence)
    }
}

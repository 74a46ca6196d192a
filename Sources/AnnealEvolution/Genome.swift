import AnnealProgram
public import AnnealRewrite

/// A candidate rule without its constant and score: a pattern, an action, and the atom that the action is about.
///
/// Five words: hundreds of thousands of genomes are compared, hashed and stored. The low four hold an atom each:
/// kind (2 bits), token or class (30), opcode condition (16), least and greatest distance (8 each).
public struct Genome: Hashable, Sendable {
    /// The most atoms, as in a rule.
    public static let atomLimit = 4

    private var words: SIMD4<UInt64>
    /// Number of atoms, 1...4.
    public private(set) var count: Int
    public let action: GenomeAction
    /// The atom whose item gets the constant.
    public let target: Int

    /// - Precondition: at least one atom, `target < atoms.count`.
    public init(atoms: Quad<Atom>, action: GenomeAction = .attach, target: Int) {
        precondition(!atoms.isEmpty && target >= 0 && target < atoms.count)
        words = SIMD4()
        for (index, atom) in atoms.enumerated() { words[index] = Genome.pack(atom, first: index == 0) }
        count = atoms.count
        self.action = action
        self.target = target
    }

    /// Two tokens at one distance; the second gets the constant.
    public static func pair(_ first: UInt32, _ second: UInt32, distance: UInt8) -> Genome {
        Genome(
            atoms: [Atom(.token(first)), Atom(.token(second), opcodes: .bare, distanceMin: distance)], target: 1)
    }

    /// The genome that ``encoded`` gave, or nil if the words are none.
    public init?(encoded: [UInt64]) {
        guard encoded.count == 5, let action = GenomeAction(rawValue: UInt8(truncatingIfNeeded: encoded[4] >> 8))
        else { return nil }
        let count = Int(encoded[4] & 0xFF)
        let target = Int(encoded[4] >> 16)
        guard (1...4).contains(count), target < count else { return nil }
        words = SIMD4(encoded[0], encoded[1], encoded[2], encoded[3])
        self.count = count
        self.action = action
        self.target = target
        for index in 0..<4 {
            if index < count ? words[index] & 3 > 2 || minimum(index) > maximum(index) : words[index] != 0 {
                return nil
            }
        }
    }

    /// Five words that say everything.
    public var encoded: [UInt64] {
        [words[0], words[1], words[2], words[3], UInt64(count) | UInt64(action.rawValue) << 8 | UInt64(target) << 16]
    }

    private static func pack(_ atom: Atom, first: Bool) -> UInt64 {
        let (value, condition) = atom.words(isFirst: first)
        return UInt64(value) | UInt64(condition) << 32
    }

    /// The atoms as a rule has them.
    public var atoms: Quad<Atom> { Quad((0..<count).map { atom($0) }) }

    /// One atom.
    /// - Precondition: `index < count`.
    public func atom(_ index: Int) -> Atom {
        Atom(
            value: UInt32(truncatingIfNeeded: words[index]), condition: UInt32(truncatingIfNeeded: words[index] >> 32))
    }

    @inline(__always) func isToken(_ atom: Int) -> Bool { words[atom] & 3 == 0 }
    @inline(__always) func isClass(_ atom: Int) -> Bool { words[atom] & 3 == 1 }
    @inline(__always) func value(_ atom: Int) -> UInt32 { UInt32(truncatingIfNeeded: words[atom] >> 2) & 0x3FFF_FFFF }
    @inline(__always) func minimum(_ atom: Int) -> Int { Int(words[atom] >> 48 & 0xFF) }
    @inline(__always) func maximum(_ atom: Int) -> Int { Int(words[atom] >> 56) }
    /// Whether the atom's condition holds for an opcode.
    @inline(__always) func allows(_ atom: Int, opcode: UInt8) -> Bool { words[atom] >> (32 &+ UInt64(opcode)) & 1 != 0 }

    /// Whether every atom but the first is at one distance from the one before.
    var isRigid: Bool {
        for index in 1..<max(count, 1) where minimum(index) != maximum(index) { return false }
        return true
    }

    /// The pattern without conditions on opcodes: finds where an accepted rule has fired.
    var relaxed: Genome {
        var atoms = atoms
        for index in 0..<count { atoms[index].opcodes = .matchable }
        return Genome(atoms: atoms, action: action, target: target)
    }

    /// The words of the two neighbours whose phrase rule a gather enables: as ``pair(_:_:distance:)`` at distance 1.
    var gatheredPair: Genome? {
        guard action == .gather, count == 2, isToken(0), isToken(1) else { return nil }
        return .pair(value(0), value(1), distance: 1)
    }

    /// Whether the rule is a pair of tokens whose second item becomes a phrase if it carries nothing, whatever else has
    /// fired.
    var isOrdinary: Bool {
        guard count == 2, action == .attach, target == 1, isToken(0), isToken(1), maximum(1) <= 7 else { return false }
        return atom(0).opcodes == .matchable && atom(1).opcodes == .bare
    }

    /// Whether the genome says something that a rule can do, and says it in the one form that is kept.
    var isValid: Bool {
        let target = atom(target)
        var anchored = false
        var span = 0
        for index in 0..<count {
            if isToken(index) || isClass(index) { anchored = true }
            if index > 0 { span += maximum(index) }
        }
        // One atom alone would do what a token's own row does, and take the place of phrases.
        guard anchored, count > 1, span <= 12, target.opcodes.isSubset(of: .bare) else { return false }
        switch action {
        case .attach, .shift: return true
        case .absorb:
            return isRigid && (0..<count).allSatisfy { atom($0).opcodes.isSubset(of: .bare) }
        case .gather:
            return count == 2 && self.target == 1 && minimum(1) > 1 && isToken(0) && isToken(1)
        }
    }

    /// The rule of the genome.
    /// - Parameter row: the constant row; not read by a gather.
    public func rule(row: UInt32, confidence: Int32) -> Rule {
        var updates = Quad<Update>()
        for index in 0..<count {
            switch action {
            case .gather: updates.append(Update(source: UInt8(index)))
            case .attach where index == target:
                updates.append(Update(source: UInt8(index), opcode: .phrase, operand2: row))
            case .shift where index == target:
                updates.append(Update(source: UInt8(index), opcode: .shift, operand2: row))
            case .absorb:
                updates.append(
                    index == target
                        ? Update(source: UInt8(index), opcode: .replace, operand2: row)
                        : Update(source: UInt8(index), opcode: .skip))
            case .attach, .shift: updates.append(Update(source: UInt8(index)))
            }
        }
        return Rule(
            atoms: atoms, placement: action == .gather ? .gather : .inPlace, updates: updates, confidence: confidence)
    }
}

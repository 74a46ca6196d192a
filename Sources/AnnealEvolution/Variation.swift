import AnnealPlatform
import AnnealProgram
import AnnealRewrite

/// Children of genomes: mutation and crossover.
///
/// A mutation that adds or narrows looks at a place where the parent matches, so that what is added is there in the texts.
struct Variation {
    let texts: EvolvingTexts
    let settings: EvolutionSettings
    /// Where parents are looked at: a part of the texts.
    let range: Range<Int>
    private var matcher: SiteMatcher
    var random: SplitMix64

    init(_ texts: EvolvingTexts, _ settings: EvolutionSettings, range: Range<Int>, random: SplitMix64) {
        self.texts = texts
        self.settings = settings
        self.range = range
        matcher = SiteMatcher(texts)
        self.random = random
    }

    /// A child of one parent, or nil if the chosen change does not apply.
    mutating func mutate(_ parent: Genome) -> Genome? {
        var atoms = parent.atoms
        var target = parent.target
        var action = parent.action
        switch random.below(10) {
        case 0: generalise(&atoms)
        case 1: specialise(parent, &atoms)
        case 2, 3, 4: add(parent, &atoms, &target)
        case 5: remove(&atoms, &target)
        case 6: redistance(&atoms)
        case 7:
            target = random.below(atoms.count)
            for index in 0..<atoms.count { atoms[index].opcodes = index == target ? .bare : .matchable }
        case 8: action = settings.actions[random.below(settings.actions.count)]
        default: recondition(&atoms, target)
        }
        return child(atoms, action, target, of: parent)
    }

    /// The head of one parent up to a token that both have, then the tail of the other.
    mutating func cross(_ one: Genome, _ other: Genome) -> Genome? {
        var joints: [(Int, Int)] = []
        for a in 0..<one.count where one.isToken(a) {
            for b in 0..<other.count where other.isToken(b) && one.value(a) == other.value(b) { joints.append((a, b)) }
        }
        guard !joints.isEmpty else { return nil }
        let (a, b) = joints[random.below(joints.count)]
        guard a + other.count - b <= Genome.atomLimit else { return nil }
        var atoms = Quad((0...a).map { one.atom($0) })
        for index in b + 1..<max(other.count, b + 1) { atoms.append(other.atom(index)) }
        let target = other.target >= b ? other.target - b + a : min(one.target, a)
        for index in 0..<atoms.count { atoms[index].opcodes = index == target ? .bare : .matchable }
        return child(atoms, other.action, target, of: one)
    }

    private func child(
        _ atoms: Quad<Atom>, _ action: GenomeAction, _ target: Int, of parent: Genome
    ) -> Genome? {
        var atoms = atoms
        var target = target
        atoms[target].opcodes = .bare
        if action == .gather {
            guard atoms.count == 2 else { return nil }
            target = 1
            atoms[0].opcodes = .matchable
            atoms[1].opcodes = .bare
            if atoms[1].distanceMin == 1 {
                atoms[1].distanceMin = 2
                atoms[1].distanceMax = max(2, atoms[1].distanceMax)
            }
        } else if action == .absorb {
            for index in 0..<atoms.count {
                atoms[index].opcodes = .bare
                if index > 0 { atoms[index].distanceMax = atoms[index].distanceMin }
            }
        }
        let child = Genome(atoms: atoms, action: action, target: target)
        return child != parent && child.isValid ? child : nil
    }

    private mutating func generalise(_ atoms: inout Quad<Atom>) {
        let index = random.below(atoms.count)
        guard settings.usesClasses, case .token(let token) = atoms[index].kind else { return }
        let classes = random.below(2) == 0 ? texts.tokens.fine : texts.tokens.coarse
        let found = classes[Int(token)]
        if found != TokenKnowledge.noClass { atoms[index].kind = .tokenClass(found) }
    }

    private mutating func specialise(_ parent: Genome, _ atoms: inout Quad<Atom>) {
        let index = random.below(atoms.count)
        if case .token = atoms[index].kind { return }
        guard let places = example(of: parent) else { return }
        atoms[index].kind = .token(texts.ids[Int(places[index])])
    }

    private mutating func add(_ parent: Genome, _ atoms: inout Quad<Atom>, _ target: inout Int) {
        guard atoms.count < Genome.atomLimit, let places = example(of: parent) else { return }
        let distance = 1 + random.below(settings.distanceLimit)
        let text = Int(texts.textOf[Int(places[0])])
        let start = texts.offsets[text]
        let stop = start + Int(texts.lengths[text])
        if random.below(2) == 0 {
            let place = Int(places[parent.count - 1]) + distance
            guard place < stop else { return }
            atoms.append(Atom(kind(at: place), distanceMin: UInt8(distance)))
        } else {
            let place = Int(places[0]) - distance
            guard place >= start else { return }
            var longer: Quad<Atom> = [Atom(kind(at: place))]
            for index in 0..<atoms.count {
                var atom = atoms[index]
                if index == 0 { (atom.distanceMin, atom.distanceMax) = (UInt8(distance), UInt8(distance)) }
                longer.append(atom)
            }
            atoms = longer
            target += 1
        }
        // An item holds one phrase: the parent, if it is a rule already, keeps the item that it has.
        if random.below(2) == 0 {
            target = random.below(atoms.count)
            for index in 0..<atoms.count { atoms[index].opcodes = index == target ? .bare : .matchable }
        }
    }

    private mutating func kind(at place: Int) -> Atom.Kind {
        let token = texts.ids[place]
        let fine = texts.tokens.fine[Int(token)]
        if settings.usesClasses, fine != TokenKnowledge.noClass, random.below(4) == 0 { return .tokenClass(fine) }
        return .token(token)
    }

    private mutating func remove(_ atoms: inout Quad<Atom>, _ target: inout Int) {
        guard atoms.count > 2 else { return }
        let gone = random.below(atoms.count)
        var left = Quad<Atom>()
        for index in 0..<atoms.count where index != gone {
            var atom = atoms[index]
            if index == gone + 1, gone > 0 {
                // The distances add up.
                atom.distanceMin += atoms[gone].distanceMin
                atom.distanceMax += atoms[gone].distanceMax
            }
            left.append(atom)
        }
        atoms = left
        if target >= gone { target = max(target - 1, 0) }
    }

    private mutating func redistance(_ atoms: inout Quad<Atom>) {
        guard atoms.count > 1 else { return }
        let index = 1 + random.below(atoms.count - 1)
        let limit = UInt8(settings.distanceLimit)
        switch random.below(3) {
        case 0: atoms[index].distanceMax = min(atoms[index].distanceMax + 1, max(limit, atoms[index].distanceMax))
        case 1 where atoms[index].distanceMin > 1: atoms[index].distanceMin -= 1
        default: atoms[index].distanceMax = atoms[index].distanceMin
        }
    }

    private mutating func recondition(_ atoms: inout Quad<Atom>, _ target: Int) {
        let index = random.below(atoms.count)
        guard index != target else { return }
        let choices: [OpcodeSet] = [.matchable, .bare, OpcodeSet(.phrase)]
        atoms[index].opcodes = choices[random.below(choices.count)]
    }

    /// The places of the atoms at one site of a genome, be it free or taken.
    private mutating func example(of parent: Genome) -> SIMD4<Int32>? {
        let genome = parent.relaxed
        matcher.find(genome, in: range)
        guard !matcher.sites.isEmpty else { return nil }
        return matcher.places(genome, target: Int(matcher.sites[random.below(matcher.sites.count)]))
    }
}

import AnnealPlatform
import AnnealProgram
import TestSupport

@testable import AnnealRewrite

/// A seeded random rule table and program, small enough that rules overlap, chain and conflict all the time.
struct RandomCase {
    let rules: [Rule]
    let items: [ProgramItem]
    let classes: [[UInt16]]
    let classCount: Int
    let codeSeed: UInt64?
    let placeSeed: UInt64?
    /// The place in its text of the program's first token.
    let origin: Int
    let limits: ProgramLimits

    init(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let tokenCount = Int.random(in: 2...9, using: &generator)
        limits = ProgramLimits(
            tokenCount: tokenCount, rowCount: tokenCount + 5, roleCount: 3,
            stackDepthMax: generator.chance(30) ? 2 : 8)
        classCount = generator.chance(70) ? Int.random(in: 1...3, using: &generator) : 0
        let classCount = classCount
        classes =
            classCount == 0
            ? []
            : (0..<tokenCount).map { _ in (0..<UInt16(classCount)).filter { _ in generator.chance(40) } }
        codeSeed = generator.chance(60) ? seed : nil
        // A third of the tables has only ordinary phrases, so that the pass without order is tried on its own.
        let ordinary = generator.chance(33)
        var rules: [Rule] = []
        for _ in 0..<Int.random(in: 1...14, using: &generator) {
            rules.append(
                ordinary
                    ? Self.ordinary(limits, &generator)
                    : Self.rule(limits, classCount, codeSeed != nil, &generator))
        }
        self.rules = rules
        let count =
            generator.chance(5)
            ? Int.random(in: 40...256, using: &generator) : Int.random(in: 0...14, using: &generator)
        var items = Workbench.items(
            (0..<min(count, rules.count > 6 && count > 20 ? 40 : count)).map { _ in
                UInt32.random(in: 0..<UInt32(tokenCount), using: &generator)
            })
        // Some programs have been rewritten before.
        if generator.chance(25) {
            for index in items.indices where generator.chance(30) {
                let update = Self.update(
                    0, [.gain, .phrase, .replace, .skip, .shift].randomElement(using: &generator)!, limits, &generator)
                items[index] = update.applied(to: items[index])
                // A phrase may have a further constant.
                let again = Self.update(0, .phrase, limits, &generator)
                if update.opcode == .phrase, generator.chance(40) { items[index] = again.applied(to: items[index]) }
            }
        }
        self.items = items
        placeSeed = generator.chance(60) ? seed : nil
        origin = generator.chance(20) ? Int.random(in: 0...600, using: &generator) : 0
    }

    func workbench() throws -> Workbench {
        try Workbench(
            rules, limits: limits, classes: classes, classCount: classCount, codeSeed: codeSeed, placeSeed: placeSeed)
    }

    static func ordinary(_ limits: ProgramLimits, _ generator: inout SplitMix64) -> Rule {
        let tokens = UInt32(limits.tokenCount)
        let distance = UInt8.random(in: 1...3, using: &generator)
        return .phrase(
            .random(in: 0..<tokens, using: &generator), .random(in: 0..<tokens, using: &generator),
            row: .random(in: 0..<UInt32(limits.rowCount), using: &generator),
            distance: distance...UInt8.random(in: distance...8, using: &generator),
            confidence: .random(in: -1...4, using: &generator))
    }

    /// A valid rule of any kind.
    static func rule(
        _ limits: ProgramLimits, _ classCount: Int, _ coded: Bool, _ generator: inout SplitMix64
    ) -> Rule {
        if generator.chance(25) { return ordinary(limits, &generator) }
        let count = [1, 2, 2, 2, 2, 3, 3, 4].randomElement(using: &generator)!
        var atoms = Quad<Atom>()
        for _ in 0..<count {
            let kind: Atom.Kind =
                switch Int.random(in: 0..<10, using: &generator) {
                case 0: .any
                case 1...3 where classCount > 0:
                    .tokenClass(UInt16.random(in: 0..<UInt16(max(classCount, 1)), using: &generator))
                default: .token(UInt32.random(in: 0..<UInt32(limits.tokenCount), using: &generator))
                }
            let opcodes: OpcodeSet =
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: generator.chance(50) ? .bare : .phraseable
                case 1: [OpcodeSet(.accumulate)]
                case 2: .withRow
                case 3:
                    [
                        OpcodeSet(
                            [Opcode.accumulate, .gain, .phrase, .replace, .shift].randomElement(using: &generator)!)
                    ]
                default: .matchable
                }
            let distanceMin = UInt8.random(in: 1...2, using: &generator)
            let distanceMax = generator.chance(60) ? distanceMin : UInt8.random(in: distanceMin...5, using: &generator)
            atoms.append(
                Atom(kind, opcodes: opcodes, distanceMin: distanceMin, distanceMax: distanceMax))
        }
        var order = Array(0..<count)
        if generator.chance(35) { order.shuffle(using: &generator) }
        // A pair of push and merge at two places, now and then.
        var stack: (push: Int, merge: Int)?
        if count >= 2, generator.chance(20) {
            let push = Int.random(in: 0..<count - 1, using: &generator)
            stack = (push, Int.random(in: push + 1..<count, using: &generator))
        }
        var updates = Quad<Update>()
        for (place, source) in order.enumerated() {
            if let stack, stack.push == place {
                updates.append(update(source, .push, limits, &generator))
            } else if let stack, stack.merge == place {
                updates.append(update(source, .merge, limits, &generator))
            } else if generator.chance(45) {
                updates.append(Update(source: UInt8(source)))
            } else {
                updates.append(
                    update(
                        source,
                        [.accumulate, .gain, .phrase, .replace, .skip, .shift].randomElement(using: &generator)!,
                        limits,
                        &generator))
            }
        }
        var code: SIMD32<Int8>?
        if coded, generator.chance(40) {
            var lanes = SIMD32<Int8>()
            for lane in 0..<32 { lanes[lane] = Int8.random(in: -128...127, using: &generator) }
            code = lanes
        }
        return Rule(
            atoms: atoms, placement: generator.chance(35) ? .gather : .inPlace, updates: updates,
            confidence: .random(in: -2...5, using: &generator), code: code)
    }

    static func update(
        _ source: Int, _ opcode: Opcode, _ limits: ProgramLimits, _ generator: inout SplitMix64
    ) -> Update {
        var update = Update(source: UInt8(source), opcode: opcode)
        switch opcode.effect.operand2 {
        case .none, .gain, .furtherRow: break
        case .row: update.operand2 = .random(in: 0..<UInt32(limits.rowCount), using: &generator)
        case .role: update.operand2 = .random(in: 0..<UInt32(limits.roleCount), using: &generator)
        }
        if opcode.effect.operand1 == .gain, generator.chance(40) {
            update.operand1 = .random(in: 0...255, using: &generator)
        }
        return update
    }
}

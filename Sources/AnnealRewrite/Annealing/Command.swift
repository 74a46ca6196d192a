import AnnealProgram

/// The action of one rule at its matched slots, applied to a program in place and undone exactly.
struct Command {
    let view: RuleView
    let slots: UInt32
    let atomCount: Int

    init(_ view: RuleView, _ bid: Bid) {
        self.view = view
        slots = bid.slots
        atomCount = view.atomCount
    }

    var first: Int { Bid.slot(slots, 0) }
    var last: Int { Bid.slot(slots, atomCount - 1) }

    /// The first slot whose item may be another after the command: an action that stays in place often leaves its first
    /// items as they are. O(atoms).
    var firstChanged: Int {
        if view.gathers { return first }
        var word = view.firstUpdate
        for place in 0..<atomCount {
            let update = view.words[word]
            let keeps =
                Int(update & 3) == place && update >> 8 & 0xFF == RuleWords.keepOpcode
                && update & (RuleWords.operand1Bit | RuleWords.operand2Bit) == 0
            if !keeps { return Bid.slot(slots, place) }
            word += 1
        }
        return last
    }

    /// Applies the action. What it changes lies in `first...last` and is saved.
    /// - Complexity: O(last - first), no allocation.
    func apply(to program: inout Program, saving saved: inout Program) {
        let first = first
        saved.assign(first..<last + 1, of: program)
        var word = view.firstUpdate
        for place in 0..<atomCount {
            let update = view.words[word]
            let source = Bid.slot(slots, Int(update & 3))
            let target = view.gathers ? first + place : Bid.slot(slots, place)
            program.copyItem(source - first, of: saved, to: target)
            word = Self.update(&program, target, view.words, word)
        }
        guard view.gathers else { return }
        // The unmatched items follow in their order.
        var target = first + atomCount
        var atom = 0
        for slot in first...last {
            if atom < atomCount && Bid.slot(slots, atom) == slot {
                atom += 1
            } else {
                program.copyItem(slot - first, of: saved, to: target)
                target += 1
            }
        }
    }

    /// Takes the last ``apply(to:saving:)`` back.
    func undo(in program: inout Program, saved: borrowing Program) {
        for offset in 0..<saved.count { program.copyItem(offset, of: saved, to: first + offset) }
    }

    /// Whether applying would change the program.
    @inline(__always)
    static func changes(_ program: borrowing Program, _ view: RuleView, _ slots: UInt32) -> Bool {
        let atomCount = view.atomCount
        if view.gathers && Bid.slot(slots, atomCount - 1) - Bid.slot(slots, 0) != atomCount - 1 { return true }
        var word = view.firstUpdate
        for place in 0..<atomCount {
            let update = view.words[word]
            if Int(update & 3) != place { return true }
            let slot = Bid.slot(slots, place)
            let (opcode, operand1, operand2, operand3) = result(program, slot, view.words, word)
            if opcode != program.opcodes[slot] || operand1 != program.operand1[slot]
                || operand2 != program.operand2[slot] || operand3 != program.operand3[slot]
            {
                return true
            }
            word += update & RuleWords.operand2Bit != 0 ? 2 : 1
        }
        return false
    }

    /// Writes an update into a slot, and returns the word of the next update.
    @inline(__always)
    private static func update(
        _ program: inout Program, _ slot: Int, _ words: UnsafePointer<UInt32>, _ word: Int
    ) -> Int {
        let (opcode, operand1, operand2, operand3) = result(program, slot, words, word)
        program.setInstruction(slot, opcode: opcode, operand1: operand1, operand2: operand2, operand3: operand3)
        return word + (words[word] & RuleWords.operand2Bit != 0 ? 2 : 1)
    }

    /// Opcode and operands of a slot's item after an update; see ``Update/applied(to:)``.
    @inline(__always)
    private static func result(
        _ program: borrowing Program, _ slot: Int, _ words: UnsafePointer<UInt32>, _ word: Int
    ) -> (UInt8, UInt16, UInt32, UInt32) {
        let update = words[word]
        let phrase = Opcode.phrase.rawValue
        let before = program.opcodes[slot]
        var opcode = before
        var operand1 = program.operand1[slot]
        var operand2 = program.operand2[slot]
        var operand3 = program.operand3[slot]
        if update >> 8 & 0xFF != RuleWords.keepOpcode { opcode = UInt8(update >> 8 & 0xFF) }
        if update & RuleWords.operand1Bit != 0 { operand1 = UInt16(update >> 16 & 0xFF) }
        if update & RuleWords.operand2Bit != 0 {
            let row = words[word + 1]
            if before == phrase, update >> 8 & 0xFF == UInt32(phrase) {
                if operand3 == 0, row != operand2 { operand3 = row }
            } else {
                operand2 = row
            }
        }
        guard let effect = Opcode(rawValue: opcode)?.effect else { preconditionFailure("no such opcode") }
        if !effect.readsGain { operand1 = Program.neutralGain }
        if case .none = effect.operand2 { operand2 = 0 }
        if !effect.hasFurther { operand3 = 0 }
        return (opcode, operand1, operand2, operand3)
    }
}

import AnnealProgram

/// One validated rule where it lies, in the words of the table.
///
/// Every access is in bounds because ``RuleTable`` makes views only of rules that ``RuleValidator`` has accepted.
struct RuleView {
    let words: UnsafePointer<UInt32>

    @inline(__always) var wordCount: Int { Int(words[0] & 0xFF) }
    @inline(__always) var atomCount: Int { Int(words[0] >> 8 & 7) }
    @inline(__always) var gathers: Bool { words[0] & RuleWords.placementBit != 0 }
    @inline(__always) var hasCode: Bool { words[0] & RuleWords.codeBit != 0 }
    @inline(__always) var confidence: Int32 { Int32(bitPattern: words[1]) }
    /// The 32 bytes of the code, the last words of the rule.
    @inline(__always) var code: UnsafePointer<Int8> {
        UnsafeRawPointer(words + (wordCount - RuleWords.codeWords)).assumingMemoryBound(to: Int8.self)
    }

    @inline(__always) func atomValue(_ atom: Int) -> UInt32 { words[2 + 2 * atom] }
    @inline(__always) func atomCondition(_ atom: Int) -> UInt32 { words[3 + 2 * atom] }
    @inline(__always) func distanceMin(_ atom: Int) -> Int { Int(words[3 + 2 * atom] >> 16 & 0xFF) }
    @inline(__always) func distanceMax(_ atom: Int) -> Int { Int(words[3 + 2 * atom] >> 24) }
    /// Index of the first update word.
    @inline(__always) var firstUpdate: Int { 2 + 2 * atomCount }

    @inline(__always) func acceptsOpcode(_ atom: Int, _ opcode: UInt8) -> Bool {
        words[3 + 2 * atom] & 0xFFFF & (1 << UInt32(opcode)) != 0
    }

    @inline(__always) func acceptsToken(_ atom: Int, _ token: UInt32, _ classes: TokenClasses) -> Bool {
        Atom.accepts(atomValue(atom), token: token, classes)
    }

    /// The rule as a value.
    var rule: Rule {
        var atoms = Quad<Atom>()
        for atom in 0..<atomCount {
            atoms.append(Atom(value: atomValue(atom), condition: atomCondition(atom)))
        }
        var updates = Quad<Update>()
        var next = firstUpdate
        for _ in 0..<atomCount {
            let word = words[next]
            next += 1
            var update = Update(source: UInt8(word & 3))
            let opcode = word >> 8 & 0xFF
            if opcode != RuleWords.keepOpcode { update.opcode = Opcode(rawValue: UInt8(opcode)) }
            if word & RuleWords.operand1Bit != 0 { update.operand1 = UInt16(word >> 16 & 0xFF) }
            if word & RuleWords.operand2Bit != 0 {
                update.operand2 = words[next]
                next += 1
            }
            updates.append(update)
        }
        var code: SIMD32<Int8>?
        if hasCode {
            var lanes = SIMD32<Int8>()
            for lane in 0..<32 { lanes[lane] = self.code[lane] }
            code = lanes
        }
        return Rule(
            atoms: atoms, placement: gathers ? .gather : .inPlace, updates: updates, confidence: confidence, code: code)
    }
}

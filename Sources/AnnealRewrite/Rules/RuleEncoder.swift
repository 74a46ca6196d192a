import AnnealProgram

/// Puts a rule into words; see ``RuleWords``.
enum RuleEncoder {
    static func append(_ rule: Rule, to words: inout [UInt32]) {
        precondition(!rule.atoms.isEmpty && rule.atoms.count == rule.updates.count)
        let start = words.count
        var header = UInt32(rule.atoms.count) << 8
        if rule.placement == .gather { header |= RuleWords.placementBit }
        if rule.code != nil { header |= RuleWords.codeBit }
        words.append(header)
        words.append(UInt32(bitPattern: rule.confidence))
        for (index, atom) in rule.atoms.enumerated() {
            let (value, condition) = atom.words(isFirst: index == 0)
            words.append(value)
            words.append(condition)
        }
        for update in rule.updates {
            precondition(update.source < 4)
            var word = UInt32(update.source)
            word |= (update.opcode.map { UInt32($0.rawValue) } ?? RuleWords.keepOpcode) << 8
            if let operand1 = update.operand1 {
                precondition(operand1 < 256)
                word |= RuleWords.operand1Bit | UInt32(operand1) << 16
            }
            if update.operand2 != nil { word |= RuleWords.operand2Bit }
            words.append(word)
            if let operand2 = update.operand2 { words.append(operand2) }
        }
        if let code = rule.code {
            for word in 0..<RuleWords.codeWords {
                var value: UInt32 = 0
                for byte in 0..<4 { value |= UInt32(UInt8(bitPattern: code[4 * word + byte])) << UInt32(8 * byte) }
                words.append(value)
            }
        }
        words[start] |= UInt32(words.count - start)
    }
}

import AnnealProgram

/// Reads one line of ``RuleText``, by recursive descent over its scalars.
struct RuleLineParser {
    private let scalars: [Unicode.Scalar]
    private let line: Int
    private var next = 0

    init(_ scalars: [Unicode.Scalar], line: Int) {
        self.scalars = scalars
        self.line = line
    }

    /// The line's rule; nil when the line has none.
    mutating func rule(_ vocabulary: some Vocabulary) throws(TextError) -> Rule? {
        skipSpace()
        if peek == nil { return nil }
        var atoms = Quad<Atom>()
        while !(peek == "=" && peek(1) == ">") {
            guard atoms.count < 4 else { throw error("\"=>\" after four atoms") }
            atoms.append(try atom(vocabulary, isFirst: atoms.isEmpty))
            skipSpace()
        }
        guard !atoms.isEmpty else { throw error("an atom (\"piece\", #id, %class or *)") }
        next += 2
        skipSpace()
        var placement = Placement.inPlace
        if peek == "g" {
            let start = next
            guard word() == "gather" else { throw error("gather or $1", at: start) }
            placement = .gather
            skipSpace()
        }
        var updates = Quad<Update>()
        for _ in 0..<atoms.count { updates.append(try update(atomCount: atoms.count)) }
        guard peek == "!" else { throw error("! and the confidence") }
        next += 1
        let confidence = try confidence()
        skipSpace()
        var code: SIMD32<Int8>?
        if peek == "@" {
            next += 1
            code = try self.code()
            skipSpace()
        }
        guard peek == nil else { throw error("end of line") }
        return Rule(atoms: atoms, placement: placement, updates: updates, confidence: confidence, code: code)
    }

    private mutating func atom(_ vocabulary: some Vocabulary, isFirst: Bool) throws(TextError) -> Atom {
        var distanceMin: UInt8 = 1
        var distanceMax: UInt8 = 1
        if peek == "~" {
            if isFirst { throw error("an atom (the first has no distance)") }
            next += 1
            let start = next
            distanceMin = UInt8(try number(1...255, "a distance"))
            distanceMax = distanceMin
            if peek == ".", peek(1) == "." {
                next += 2
                distanceMax = UInt8(try number(1...255, "a distance"))
            }
            if distanceMin > distanceMax { throw error("a distance range that ascends", at: start) }
            skipSpace()
        }
        let kind: Atom.Kind
        switch peek {
        case "\"":
            let start = next
            let piece = try quoted()
            guard let id = vocabulary.pieceID(of: piece) else {
                throw TextError(
                    line: line, column: start + 1, expected: "a piece of the vocabulary", found: "\"\(piece)\"")
            }
            kind = .token(id)
        case "#":
            next += 1
            kind = .token(UInt32(try number(0...Int64(RuleWords.valueLimit - 1), "a token id")))
        case "%":
            next += 1
            kind = .tokenClass(UInt16(try number(0...65535, "a class")))
        case "*":
            next += 1
            kind = .any
        default: throw error("an atom (\"piece\", #id, %class or *)")
        }
        skipSpace()
        let opcodes = peek == "{" ? try condition() : .matchable
        return Atom(kind, opcodes: opcodes, distanceMin: distanceMin, distanceMax: distanceMax)
    }

    private mutating func condition() throws(TextError) -> OpcodeSet {
        var opcodes: OpcodeSet = []
        repeat {
            next += 1
            skipSpace()
            let start = next
            guard let opcode = Opcode(named: word()) else { throw error("an opcode", at: start) }
            opcodes.insert(OpcodeSet(opcode))
            skipSpace()
        } while peek == ","
        guard peek == "}" else { throw error("\",\" or \"}\"") }
        next += 1
        return opcodes
    }

    /// Whether operand 2 of an opcode is a role; what is kept has a row.
    private func readsRole(_ opcode: Opcode?) -> Bool { opcode?.effect.operand2 == .role }

    private mutating func update(atomCount: Int) throws(TextError) -> Update {
        guard peek == "$" else { throw error("$1 to $\(atomCount) for each atom") }
        next += 1
        var update = Update(source: UInt8(try number(1...Int64(atomCount), "an atom's number") - 1))
        skipSpace()
        while let scalar = peek, scalar.isLetter {
            let start = next
            let name = word()
            if peek == "=" {
                next += 1
                switch name {
                case "gain" where update.operand1 == nil:
                    update.operand1 = UInt16(try number(0...255, "a gain index"))
                case "row" where update.operand2 == nil && !readsRole(update.opcode),
                    "role" where update.operand2 == nil && readsRole(update.opcode):
                    update.operand2 = UInt32(try number(0...Int64(UInt32.max), "a \(name)"))
                default: throw error("gain=, row= or, for merge, role=, once each", at: start)
                }
            } else {
                guard update.opcode == nil, update.operand1 == nil, update.operand2 == nil,
                    let opcode = Opcode(named: name)
                else { throw error("one opcode, or an operand (gain=, row=, role=)", at: start) }
                update.opcode = opcode
            }
            skipSpace()
        }
        return update
    }

    private mutating func confidence() throws(TextError) -> Int32 {
        var sign: Int64 = 1
        if peek == "-" {
            sign = -1
            next += 1
        }
        return Int32(sign * (try number(0...(sign < 0 ? 1 << 31 : (1 << 31) - 1), "a 32-bit number")))
    }

    private mutating func code() throws(TextError) -> SIMD32<Int8> {
        var code = SIMD32<Int8>()
        for lane in 0..<32 {
            var byte: UInt8 = 0
            for _ in 0..<2 {
                guard let digit = peek?.hexDigit else { throw error("64 hexadecimal digits") }
                byte = byte << 4 | digit
                next += 1
            }
            code[lane] = Int8(bitPattern: byte)
        }
        return code
    }

    private mutating func quoted() throws(TextError) -> String {
        var piece = String.UnicodeScalarView()
        next += 1
        // Comments end where `end` says; inside quotes a semicolon is one.
        while next < scalars.count, scalars[next] != "\"" {
            if scalars[next] == "\\" {
                next += 1
                piece.append(try escape())
            } else {
                piece.append(scalars[next])
                next += 1
            }
        }
        guard next < scalars.count else { throw error("a closing quote") }
        next += 1
        return String(piece)
    }

    private mutating func escape() throws(TextError) -> Unicode.Scalar {
        let expected = "\\\", \\\\, \\n, \\t, \\r or \\u{hex}"
        guard next < scalars.count else { throw error(expected) }
        let start = next
        next += 1
        switch scalars[start] {
        case "\"": return "\""
        case "\\": return "\\"
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "u":
            guard peek == "{" else { throw error(expected, at: start) }
            next += 1
            var value: UInt32 = 0
            var digits = 0
            while let digit = peek?.hexDigit, digits < 6 {
                value = value << 4 | UInt32(digit)
                digits += 1
                next += 1
            }
            guard digits > 0, peek == "}", let scalar = Unicode.Scalar(value) else {
                throw error("a Unicode scalar in hexadecimal", at: start)
            }
            next += 1
            return scalar
        default: throw error(expected, at: start)
        }
    }

    private mutating func number(_ range: ClosedRange<Int64>, _ what: String) throws(TextError) -> Int64 {
        let start = next
        var value: Int64 = 0
        while let digit = peek?.decimalDigit {
            value = min(value * 10 + Int64(digit), 1 << 40)
            next += 1
        }
        guard next > start, range.contains(value) else {
            throw error("\(what) (\(range.lowerBound)...\(range.upperBound))", at: start)
        }
        return value
    }

    /// The letters from here.
    private mutating func word() -> String {
        var word = String.UnicodeScalarView()
        while let scalar = peek, scalar.isLetter {
            word.append(scalar)
            next += 1
        }
        return String(word)
    }

    /// The scalar here; nil at the end of the line and at a comment.
    private var peek: Unicode.Scalar? { peek(0) }

    private func peek(_ offset: Int) -> Unicode.Scalar? {
        next + offset < scalars.count && scalars[next + offset] != ";" ? scalars[next + offset] : nil
    }

    private mutating func skipSpace() {
        while let scalar = peek, scalar == " " || scalar == "\t" || scalar == "\r" { next += 1 }
    }

    private func error(_ expected: String, at start: Int? = nil) -> TextError {
        let start = start ?? next
        var found = String.UnicodeScalarView()
        var index = start
        while index < scalars.count, index < start + 24, scalars[index] != " " || index == start {
            found.append(scalars[index])
            index += 1
        }
        return TextError(
            line: line, column: start + 1, expected: expected,
            found: found.isEmpty ? "end of line" : "\"\(String(found))\"")
    }
}

public import AnnealProgram

/// Rules as text, one a line:
///
///     "▁turn" ~2..4 "▁off" => gather $1 $2 phrase row=40123 !250
///     %3 {accumulate,gain} ~1 * => $2 $1 skip !-5
///     #17 "▁not" => $1 push gain=200 $2 merge role=1 !90 @00ff…  (64 digits)
///
/// - A pattern is one to four atoms: a piece in quotes (`\"`, `\\`, `\n`, `\t`, `\r` and `\u{hex}` inside), `#` and a token
///   id, `%` and a class, or `*` for any. `~min..max` or `~n` before an atom is its distance from the atom before, in live
///   items; 1 when left away, and not there before the first. `{…}` after an atom names the opcodes that it matches; all
///   that rules may match when left away.
/// - `=>` and the action: `gather` if the items become neighbours; then for each place `$n`, the n-th atom's item, and
///   what changes: an opcode, `gain=`, `row=` or `role=`.
/// - `!` and the confidence; then, if the score depends on the context, `@` and the 32 signed bytes of the code in hex.
/// - A `;` starts a comment; empty lines are ignored.
///
/// Printing gives one form for a rule; parsing it gives the same rule back.
public enum RuleText {
    /// Reads the rules of a text.
    /// - Complexity: O(text length).
    /// - Throws: ``TextError`` with line, column, what was expected and what was found. Whether operands are in range
    ///   is for ``RuleTable`` to say.
    public static func parse(_ text: String, vocabulary: some Vocabulary) throws(TextError) -> [Rule] {
        var rules: [Rule] = []
        var line = 0
        for scalars in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
            line += 1
            var parser = RuleLineParser(Array(scalars), line: line)
            if let rule = try parser.rule(vocabulary) { rules.append(rule) }
        }
        return rules
    }

    /// The text of one rule, without a line end.
    /// - Parameter vocabulary: names tokens; those without a piece, or whose piece is not theirs alone, print as ids.
    public static func print(_ rule: Rule, vocabulary: some Vocabulary) -> String {
        var parts: [String] = []
        for (index, atom) in rule.atoms.enumerated() {
            if index > 0, atom.distanceMin != 1 || atom.distanceMax != 1 {
                parts.append(
                    atom.distanceMin == atom.distanceMax
                        ? "~\(atom.distanceMin)" : "~\(atom.distanceMin)..\(atom.distanceMax)")
            }
            switch atom.kind {
            case .token(let token):
                if let piece = vocabulary.piece(of: token), vocabulary.pieceID(of: piece) == token {
                    parts.append(quoted(piece))
                } else {
                    parts.append("#\(token)")
                }
            case .tokenClass(let tokenClass): parts.append("%\(tokenClass)")
            case .any: parts.append("*")
            }
            if atom.opcodes != .matchable {
                parts.append("{" + atom.opcodes.opcodes.map { $0.name }.joined(separator: ",") + "}")
            }
        }
        parts.append("=>")
        if rule.placement == .gather { parts.append("gather") }
        for update in rule.updates {
            parts.append("$\(update.source + 1)")
            if let opcode = update.opcode { parts.append(opcode.name) }
            if let operand1 = update.operand1 { parts.append("gain=\(operand1)") }
            if let operand2 = update.operand2 {
                // What is kept has a row.
                parts.append("\(update.opcode?.effect.operand2.name ?? OperandKind.row.name)=\(operand2)")
            }
        }
        parts.append("!\(rule.confidence)")
        if let code = rule.code {
            var digits = "@"
            for lane in 0..<32 {
                let byte = UInt8(bitPattern: code[lane])
                digits += String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
            }
            parts.append(digits)
        }
        return parts.joined(separator: " ")
    }

    /// The text of all rules of a table, a line each.
    /// - Complexity: O(table.count).
    public static func print(_ table: RuleTable, vocabulary: some Vocabulary) -> String {
        var text = ""
        for id in 0..<table.count { text += print(table.rule(at: id), vocabulary: vocabulary) + "\n" }
        return text
    }

    private static func quoted(_ piece: String) -> String {
        var text = "\""
        for scalar in piece.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case "\r": text += "\\r"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7F || scalar.properties.isWhitespace && scalar != " " {
                    text += "\\u{\(String(scalar.value, radix: 16))}"
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
        }
        return text + "\""
    }
}

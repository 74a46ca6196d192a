/// Prints a program as assembly text, one item a line:
///
///     phrase token=2204 at=1 gain=128 row=40125 and=41007 ; ▁york
///
/// The opcode's name, the token, its position before any rewrite, and the operands that the opcode reads, by the names
/// of their kinds; a further row only where there is one. The name of the token's piece follows as a comment when it is known.
/// ``AssemblyParser`` reads the text back to the same program, whatever the names.
public struct AssemblyPrinter: Sendable {
    public init() {}

    /// The text of one program.
    /// - Parameter piece: the name of a token's piece; nil leaves the comment away.
    /// - Precondition: a well-formed program; see ``Verifier``.
    /// - Complexity: O(program.count).
    public func text(of program: borrowing Program, piece: (UInt32) -> String? = { _ in nil }) -> String {
        var text = ""
        for index in 0..<program.count {
            let item = program.item(at: index)
            text += line(of: item, piece: piece(item.token))
            text += "\n"
        }
        return text
    }

    /// The line of one item, without its line end.
    /// - Parameter piece: the name of the token's piece, printed as a comment.
    public func line(of item: ProgramItem, piece: String? = nil) -> String {
        let effect = item.opcode.effect
        var line = "\(item.opcode.name) token=\(item.token) at=\(item.position)"
        switch effect.operand1 {
        case .none: break
        case .gain, .row, .furtherRow, .role: line += " \(effect.operand1.name)=\(item.operand1)"
        }
        switch effect.operand2 {
        case .none: break
        case .gain, .row, .furtherRow, .role: line += " \(effect.operand2.name)=\(item.operand2)"
        }
        if item.operand3 != 0 { line += " \(effect.operand3.name)=\(item.operand3)" }
        if let piece {
            // A line end inside the comment would start a new item.
            let printable = piece.unicodeScalars.map {
                $0.value < 0x20 || $0.properties.isWhitespace ? " " : String($0)
            }
            line += " ; \(printable.joined())"
        }
        return line
    }
}

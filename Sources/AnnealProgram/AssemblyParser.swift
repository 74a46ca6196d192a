/// Reads the text of ``AssemblyPrinter``: one item a line; empty lines and what follows a `;` are ignored.
///
/// Words are apart by spaces or tabs and come in the printed order. What the parser accepts is syntactically a program;
/// whether it is well formed is for ``Verifier`` to say.
public struct AssemblyParser: Sendable {
    /// The most items to accept.
    public let itemLimit: Int

    public init(itemLimit: Int = Program.windowLimit) { self.itemLimit = itemLimit }

    /// The items of a text.
    /// - Complexity: O(text length).
    /// - Throws: ``TextError`` with line, column, what was expected and what was found.
    public func items(of text: String) throws(TextError) -> [ProgramItem] {
        var items: [ProgramItem] = []
        var line = 1
        var scalars: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            if scalar == "\n" {
                try read(scalars, line, into: &items)
                scalars.removeAll(keepingCapacity: true)
                line += 1
            } else {
                scalars.append(scalar)
            }
        }
        try read(scalars, line, into: &items)
        return items
    }

    /// Reads a text into a program's storage.
    /// - Throws: ``TextError``; the program is then as it was.
    public func read(_ text: String, into program: inout Program) throws(TextError) {
        let parser = AssemblyParser(itemLimit: min(itemLimit, program.capacity))
        program.assign(try parser.items(of: text))
    }

    private func read(
        _ scalars: [Unicode.Scalar], _ line: Int, into items: inout [ProgramItem]
    ) throws(TextError) {
        let words = Self.words(of: scalars)
        guard let first = words.first else { return }
        guard items.count < itemLimit else {
            throw TextError(
                line: line, column: first.column, expected: "at most \(itemLimit) items", found: "another item")
        }
        guard let opcode = Opcode(named: first.text) else {
            let names = Opcode.allCases.map { $0.name }.joined(separator: ", ")
            throw TextError(
                line: line, column: first.column, expected: "an opcode (\(names))", found: "\"\(first.text)\"")
        }
        let effect = opcode.effect
        var item = ProgramItem(token: 0, position: 0, opcode: opcode)
        var next = 1
        let end = scalars.count + 1
        func number(_ name: String, _ limit: UInt32) throws(TextError) -> UInt32 {
            let expected = "\(name)=number"
            guard next < words.count else {
                throw TextError(line: line, column: end, expected: expected, found: "end of line")
            }
            let word = words[next]
            let prefix = name + "="
            guard word.text.hasPrefix(prefix) else {
                throw TextError(line: line, column: word.column, expected: expected, found: "\"\(word.text)\"")
            }
            let digits = word.text.dropFirst(prefix.count)
            // A sign is no digit: UInt32(_:) alone would take "+1", which would not print back.
            guard digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let value = UInt32(digits), value <= limit else {
                throw TextError(
                    line: line, column: word.column + prefix.count, expected: "a number up to \(limit)",
                    found: digits.isEmpty ? "nothing" : "\"\(digits)\"")
            }
            next += 1
            return value
        }
        item.token = try number("token", .max)
        item.position = try number("at", .max)
        switch effect.operand1 {
        case .none: break
        case .gain, .row, .furtherRow, .role: item.operand1 = UInt16(try number(effect.operand1.name, 255))
        }
        switch effect.operand2 {
        case .none: break
        case .gain, .row, .furtherRow, .role: item.operand2 = try number(effect.operand2.name, .max)
        }
        if effect.operand3 == .furtherRow, next < words.count {
            item.operand3 = try number(effect.operand3.name, .max)
            guard item.operand3 != 0 else {
                throw TextError(line: line, column: words[next - 1].column, expected: "a row from 1 up", found: "0")
            }
        }
        if next < words.count {
            throw TextError(
                line: line, column: words[next].column, expected: "end of line", found: "\"\(words[next].text)\"")
        }
        items.append(item)
    }

    private static func words(of scalars: [Unicode.Scalar]) -> [(text: String, column: Int)] {
        var words: [(text: String, column: Int)] = []
        var text = String.UnicodeScalarView()
        var start = 0
        func flush() {
            if !text.isEmpty { words.append((String(text), start)) }
            text.removeAll()
        }
        for (index, scalar) in scalars.enumerated() {
            if scalar == ";" { break }
            if scalar == " " || scalar == "\t" || scalar == "\r" {
                flush()
            } else {
                if text.isEmpty { start = index + 1 }
                text.append(scalar)
            }
        }
        flush()
        return words
    }
}

/// One table of a TOML document, set without touching the rest.
///
/// It knows what is needed for that: headers, comments and strings, also those of several lines, and brackets that span lines.
/// - Source: TOML 1.0.
enum TOMLTable {
    /// What keeps a document from being changed.
    struct Refusal: Error, Equatable {
        let line: Int
        let expected: String
        let found: String
    }

    static func text(_ table: String, _ values: [(name: String, value: String)]) -> String {
        "[\(table)]\n" + values.map { "\($0.name) = \($0.value)\n" }.joined()
    }

    /// Replaces the table, or writes it at the end.
    /// - Parameter table: names with dots between them.
    /// - Throws: ``Refusal`` for a document whose lines are not what TOML has, and where the table is written in another way.
    static func set(
        _ table: String, _ values: [(name: String, value: String)], in document: [UInt8]
    ) throws(Refusal) -> [UInt8] {
        guard let whole = String(validating: document, as: UTF8.self) else {
            throw Refusal(line: 1, expected: "UTF-8", found: "other bytes")
        }
        let lines = whole.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var scan = Scan()
        var first: Int?
        var end: Int?
        var current = ""
        for (index, line) in lines.enumerated() {
            let isWithin = scan.isWithinValue
            if !isWithin, let header = header(of: line) {
                if first != nil, end == nil { end = index }
                current = header
                if header == table { first = index }
            } else if !isWithin {
                try check(line, number: index + 1, table: table, in: current)
            }
            try scan.pass(line, number: index + 1)
        }
        if scan.isWithinValue {
            throw Refusal(line: lines.count, expected: "the end of a value", found: "the end of the document")
        }
        let text = text(table, values)
        guard let first else {
            let gap = whole.isEmpty ? "" : whole.hasSuffix("\n") ? "\n" : "\n\n"
            return Array((whole + gap + text).utf8)
        }
        let before = lines[..<first].map { $0 + "\n" }.joined()
        let rest = end.map { lines[$0...].joined(separator: "\n") }
        return Array((before + text + (rest.map { "\n" + $0 } ?? "")).utf8)
    }

    /// The name of a table whose header a line is, without spaces and quotes.
    private static func header(of line: String) -> String? {
        let bare = trimmed(line)
        guard bare.hasPrefix("["), let end = bare.lastIndex(of: "]") else { return nil }
        return String(bare[..<end].drop { $0 == "[" }.filter { $0 != " " && $0 != "\"" && $0 != "'" && $0 != "]" })
    }

    /// Each other line is empty, a comment, or a key with its value.
    private static func check(_ line: String, number: Int, table: String, in current: String) throws(Refusal) {
        let bare = trimmed(line)
        if bare.isEmpty || bare.hasPrefix("#") { return }
        guard let equals = bare.firstIndex(of: "="), equals != bare.startIndex else {
            throw Refusal(line: number, expected: "a header, or a key with '='", found: "'\(bare.prefix(40))'")
        }
        let key = bare[..<equals].filter { $0 != " " && $0 != "\"" && $0 != "'" }
        let full = current.isEmpty ? String(key) : current + "." + key
        // The table written as a value: `mcp_servers = {…}`, `mcp_servers.anneal.command = …`.
        let isAround = table == full || table.hasPrefix(full + ".")
        if isAround || current != table && full.hasPrefix(table + ".") {
            throw Refusal(line: number, expected: "the table [\(table)]", found: "the key '\(key)' in its place")
        }
    }

    private static func trimmed(_ line: String) -> Substring {
        var text = line.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" || last == "\r" || last == "\r\n" {
            text = text.dropLast()
        }
        return text
    }

    /// What is open at the end of a line: a string of several lines, brackets of a value.
    private struct Scan {
        private var quote: String?
        private var depth = 0
        var isWithinValue: Bool { quote != nil || depth > 0 }

        mutating func pass(_ line: String, number: Int) throws(Refusal) {
            var rest = line[...]
            while let character = rest.first {
                if let open = quote {
                    if character == "\\", open.hasPrefix("\"") {
                        rest = rest.dropFirst(2)
                    } else if rest.hasPrefix(open) {
                        rest = rest.dropFirst(open.count)
                        quote = nil
                    } else {
                        rest = rest.dropFirst()
                    }
                    continue
                }
                switch character {
                case "#": return
                case "\"", "'":
                    let long = String(repeating: character, count: 3)
                    quote = rest.hasPrefix(long) ? long : String(character)
                    rest = rest.dropFirst(quote == long ? 3 : 1)
                    continue
                case "[", "{": depth += 1
                case "]", "}": depth -= 1
                default: break
                }
                rest = rest.dropFirst()
            }
            if let quote, quote.count == 1 {
                throw Refusal(line: number, expected: "\(quote) at the end of a string", found: "the end of the line")
            }
            if depth < 0 { throw Refusal(line: number, expected: "an open bracket", found: "a closing one") }
        }
    }
}

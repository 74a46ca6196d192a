/// Settings: blocks are what stands between blank lines, and what is indented under a line; `[section]` is a heading.
enum SettingsSplitter {
    static func split(_ text: String, into builder: inout PassageBuilder) {
        var block = ""
        var start = 0
        var isAfterIndented = false
        for line in NumberedLine.all(text) {
            let section = section(line)
            let begins = line.isBlank || section != nil || isAfterIndented && line.indentation == 0
            if begins, !block.isEmpty {
                builder.add(block, line: start)
                block = ""
            }
            if let section {
                builder.enter(level: 1, section, line: line.number)
            } else if !line.isBlank {
                if block.isEmpty { start = line.number } else { block += "\n" }
                block += line.text
            }
            isAfterIndented = !line.isBlank && line.indentation > 0
        }
        builder.add(block, line: start)
    }

    /// `[name]`, `[[name]]`.
    private static func section(_ line: NumberedLine) -> Substring? {
        var text = line.trimmed
        guard line.indentation == 0, text.utf8.first == UInt8(ascii: "["), text.utf8.last == UInt8(ascii: "]") else {
            return nil
        }
        while text.utf8.first == UInt8(ascii: "["), text.utf8.last == UInt8(ascii: "]"), text.utf8.count > 1 {
            text = text[text.utf8.index(after: text.startIndex)..<text.utf8.index(before: text.endIndex)]
        }
        // A list of a document of its own is no name.
        return text.isEmpty || text.contains(where: { ",{}:".contains($0) }) ? nil : text
    }
}

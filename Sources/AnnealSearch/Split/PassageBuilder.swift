/// Puts paragraphs together into passages: short neighbours under one heading become one passage, a long paragraph
/// several.
struct PassageBuilder {
    /// Paragraphs are joined up to this many bytes: about a hundred words, a vector's worth of one subject.
    static let joinedBytes = 600
    /// No passage is longer.
    static let bytesMax = 1200

    private var passages: [Passage] = []
    private var open = ""
    private var openLine = 0
    /// The headings that the place stands under, from the outermost, and whether a passage carries them.
    private var path: [(level: Int, text: String, line: Int, isCarried: Bool)] = []

    /// The line of the document on which the text begins whose lines are given, and whether all of it stands there.
    var origin: (line: Int, isOneLine: Bool) = (1, false)

    /// What stands above what comes next; what came before is closed.
    var heading = "" {
        willSet { close() }
    }

    /// Begins what stands under a heading, which closes those of its level and below.
    ///
    /// A heading that nothing stands under would be in no passage: it becomes one, under those above it.
    /// - Parameter line: the line of the heading.
    mutating func enter(level: Int, _ text: some StringProtocol, line: Int) {
        leave(level: level)
        if !text.isEmpty { path.append((level, String(text), place(line), false)) }
        heading = path.map(\.text).joined(separator: " > ")
    }

    private mutating func leave(level: Int) {
        close()
        while let last = path.last, last.level >= level {
            path.removeLast()
            guard !last.isCarried else { continue }
            heading = path.map(\.text).joined(separator: " > ")
            put(last.text[...], line: last.line, isOneLine: true)
            close()
        }
    }

    private mutating func append(_ text: String, line: Int) {
        passages.append(Passage(heading: heading, text: text, line: line))
        for place in path.indices { path[place].isCarried = true }
    }

    /// Adds a paragraph, a block of code or a list.
    /// - Parameters:
    ///   - line: the line of its first character.
    ///   - isOneLine: whether all of it stands on that line, whatever line feeds are in it.
    mutating func add(_ block: some StringProtocol, line: Int, isOneLine: Bool = false) {
        put(Substring(block), line: place(line), isOneLine: isOneLine || origin.isOneLine)
    }

    private func place(_ line: Int) -> Int { origin.isOneLine ? origin.line : origin.line + line - 1 }

    private mutating func put(_ block: Substring, line: Int, isOneLine: Bool) {
        let text = PassageBuilder.trimmed(block)
        guard !text.isEmpty else { return }
        if !open.isEmpty, open.utf8.count + text.utf8.count + 2 > PassageBuilder.joinedBytes { close() }
        if text.utf8.count > PassageBuilder.bytesMax {
            close()
            split(text, line: line, isOneLine: isOneLine)
            return
        }
        if open.isEmpty {
            openLine = line
        } else {
            open += "\n\n"
        }
        open += text
    }

    /// Ends the passage that is open, so that the next paragraph begins one of its own.
    mutating func close() {
        guard !open.isEmpty else { return }
        append(open, line: openLine)
        open = ""
    }

    consuming func finish() -> [Passage] {
        leave(level: .min)
        return passages
    }

    /// Cuts at the end of a line or sentence in the second half of the room; else at a space; else where it is full.
    private mutating func split(_ text: Substring, line: Int, isOneLine: Bool) {
        var rest = text
        var line = line
        while !rest.isEmpty {
            let cut = rest.utf8.count <= PassageBuilder.bytesMax ? rest.endIndex : PassageBuilder.cut(rest)
            let piece = rest[..<cut]
            let trimmed = PassageBuilder.trimmed(piece)
            if !trimmed.isEmpty {
                let skipped = piece[..<trimmed.startIndex].utf8.count { $0 == 0x0A }
                append(String(trimmed), line: isOneLine ? line : line + skipped)
            }
            if !isOneLine { line += piece.utf8.count { $0 == 0x0A } }
            rest = rest[cut...]
        }
    }

    private static func cut(_ text: Substring) -> Substring.Index {
        let utf8 = text.utf8
        let limit = utf8.index(text.startIndex, offsetBy: bytesMax)
        let middle = utf8.index(text.startIndex, offsetBy: bytesMax / 2)
        var space: Substring.Index?
        var position = limit
        while position > middle {
            position = utf8.index(before: position)
            let byte = utf8[position]
            guard byte == 0x20 || byte == 0x0A else { continue }
            let after = utf8.index(after: position)
            if byte == 0x0A { return after }
            let before = utf8[utf8.index(before: position)]
            if before == 0x2E || before == 0x3F || before == 0x21 { return after }
            if space == nil { space = after }
        }
        if let space { return space }
        // Never inside a character: continuation bytes begin with the bits 10.
        position = limit
        while utf8[position] & 0xC0 == 0x80 { position = utf8.index(before: position) }
        return position
    }

    /// Without empty lines in front and white space behind; the indentation of the first line stays.
    static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let end = text.utf8.last, end <= 0x20 { text = text[..<text.utf8.index(before: text.endIndex)] }
        while let newline = text.utf8.firstIndex(of: 0x0A), text.utf8[..<newline].allSatisfy({ $0 <= 0x20 }) {
            text = text[text.utf8.index(after: newline)...]
        }
        return text
    }
}

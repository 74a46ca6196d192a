/// The declarations of a file as a tree, or its headings.
struct Outline {
    struct Node {
        /// Where it begins, its comment included, and its last line.
        var first: Int
        var last: Int
        /// The line that declares it.
        let line: Int
        /// Columns, or the level of a heading.
        let depth: Int
        let kind: Declaration.Kind
        let isHeading: Bool
        var name: String
        let owner: String
        var children: [Int] = []
    }

    /// What is declared deeper is no declaration of its own: names around it would be more than its text.
    private static let depthMax = 32

    private(set) var nodes: [Node] = []
    private(set) var roots: [Int] = []
    private var open: [Int] = []

    /// - Complexity: O(bytes).
    static func of(_ bytes: UnsafeBufferPointer<UInt8>, _ lines: [SourceLine], _ language: SourceLanguage) -> Outline {
        var outline = Outline()
        switch language.family {
        case .code: outline.addDeclarations(bytes, lines, language)
        case .markdown: outline.addMarkdown(bytes, lines)
        case .restructured: outline.addRestructured(bytes, lines)
        case .plain: break
        }
        return outline
    }

    private mutating func push(_ node: Node) {
        if let parent = open.last { nodes[parent].children.append(nodes.count) } else { roots.append(nodes.count) }
        open.append(nodes.count)
        nodes.append(node)
    }

    private mutating func close(downTo depth: Int, last: Int) {
        while let top = open.last, nodes[top].depth >= depth {
            nodes[top].last = last
            open.removeLast()
        }
    }

    // MARK: - Code

    private mutating func addDeclarations(
        _ bytes: UnsafeBufferPointer<UInt8>, _ lines: [SourceLine], _ language: SourceLanguage
    ) {
        let matcher = DeclarationMatcher(language: language, bytes: bytes)
        // The last line that belongs to what is open, and the last that comments of the next cannot be.
        var last = 0
        for (number, line) in lines.enumerated() {
            switch line.role {
            case .blank, .comment: continue
            case .loose:
                last = number
                continue
            case .bracket:
                close(downTo: line.indent + 1, last: last)
                last = number
                if let top = open.last, nodes[top].name.isEmpty { name(top, bytes, line) }
                continue
            case .code: break
            }
            close(downTo: line.indent, last: last)
            let top = open.last
            let inFunction = top.map { nodes[$0].kind == .leaf } ?? false
            if open.count < Self.depthMax, top == nil || nodes[top!].kind != .value,
                let found = matcher.declaration(line, allowsBare: !inFunction), !(inFunction && found.kind == .value)
            {
                let first = self.first(of: number, lines, bytes, after: top.map { nodes[$0].line } ?? -1)
                push(
                    Node(
                        first: first, last: number, line: number, depth: line.indent, kind: found.kind,
                        isHeading: false,
                        name: bytes.text(found.name), owner: found.owner.map { bytes.text($0) } ?? ""))
            }
            last = number
        }
        close(downTo: 0, last: last)
    }

    /// `} Name;` behind `typedef struct {`.
    private mutating func name(_ node: Int, _ bytes: UnsafeBufferPointer<UInt8>, _ line: SourceLine) {
        var start = line.first + 1
        while start < line.end, !bytes[start].isIdentifierStart { start += 1 }
        var end = start
        while end < line.end, bytes[end].isIdentifier { end += 1 }
        nodes[node].name = bytes.text(start..<end)
    }

    /// The first line of the comments and attributes above a declaration.
    private func first(of number: Int, _ lines: [SourceLine], _ bytes: UnsafeBufferPointer<UInt8>, after: Int) -> Int {
        var first = number
        while first - 1 > after {
            let above = lines[first - 1]
            switch above.role {
            case .comment: break
            case .code where isAttribute(above, bytes) && above.indent == lines[number].indent: break
            default: return first
            }
            first -= 1
        }
        return first
    }

    /// `@decorated`, `[Attribute]`, `template <…>`, or the type of a function alone on its line.
    private func isAttribute(_ line: SourceLine, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        if "@[".utf8.contains(bytes[line.first]) { return true }
        if bytes.has("template", at: line.first, before: line.end) { return true }
        return (line.first..<line.end).allSatisfy {
            bytes[$0].isIdentifier || bytes[$0].isBlank || bytes[$0] == UInt8(ascii: "*")
        }
            && line.indent == 0 && bytes.has("static", at: line.first, before: line.end)
    }

    // MARK: - Headings

    private mutating func addHeading(_ level: Int, _ name: String, at line: Int) {
        close(downTo: level, last: max(0, line - 1))
        push(
            Node(
                first: line, last: line, line: line, depth: level, kind: .container, isHeading: true, name: name,
                owner: ""))
    }

    private mutating func addMarkdown(_ bytes: UnsafeBufferPointer<UInt8>, _ lines: [SourceLine]) {
        var fence: UInt8?
        for (number, line) in lines.enumerated() where line.role != .blank {
            let byte = bytes[line.first]
            if bytes.has("```", at: line.first, before: line.end) || bytes.has("~~~", at: line.first, before: line.end)
            {
                fence = fence == nil ? byte : fence == byte ? nil : fence
            } else if fence == nil, line.indent < 4 {
                if byte == UInt8(ascii: "#") {
                    let text = (line.first..<line.end).prefix { bytes[$0] == byte }.count
                    let start = line.first + text
                    if text <= 6, start < line.end, bytes[start].isBlank {
                        addHeading(text, trimmed(bytes, start, line.end, UInt8(ascii: "#")), at: number)
                    }
                } else if byte == UInt8(ascii: "=") || byte == UInt8(ascii: "-"),
                    let above = titleAbove(number, lines, bytes, 2)
                {
                    addHeading(byte == UInt8(ascii: "=") ? 1 : 2, above, at: number - 1)
                }
            }
        }
        close(downTo: 0, last: max(0, lines.count - 1))
    }

    private mutating func addRestructured(_ bytes: UnsafeBufferPointer<UInt8>, _ lines: [SourceLine]) {
        // The order in which marks come up is that of the levels.
        var marks: [UInt8] = []
        for (number, line) in lines.enumerated() where line.role != .blank && line.indent == 0 {
            let mark = bytes[line.first]
            guard "=-~^\"'`*+#:.".utf8.contains(mark), let title = titleAbove(number, lines, bytes, 3) else { continue }
            if !marks.contains(mark) { marks.append(mark) }
            addHeading(1 + marks.firstIndex(of: mark)!, title, at: number - 1)
        }
        close(downTo: 0, last: max(0, lines.count - 1))
    }

    /// The line above, if this one underlines it.
    private func titleAbove(
        _ number: Int, _ lines: [SourceLine], _ bytes: UnsafeBufferPointer<UInt8>, _ lengthMin: Int
    ) -> String? {
        let line = lines[number]
        let mark = bytes[line.first]
        guard number > 0, lines[number - 1].role != .blank, line.end - line.first >= lengthMin,
            (line.first..<line.end).allSatisfy({ bytes[$0] == mark || bytes[$0].isBlank })
        else { return nil }
        let above = lines[number - 1]
        let isTitle =
            above.indent < 4 && bytes[above.first].isIdentifier
            && (number < 2 || lines[number - 2].role == .blank
                || bytes[lines[number - 2].first] == mark
                // The end of a block of code, and a heading of another kind.
                || "`~#".utf8.contains(bytes[lines[number - 2].first]))
        return isTitle ? trimmed(bytes, above.first, above.end, 0x20) : nil
    }

    private func trimmed(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ mark: UInt8) -> String {
        var (start, end) = (start, end)
        while start < end, bytes[start].isBlank { start += 1 }
        while start < end, bytes[end - 1].isBlank || bytes[end - 1] == mark { end -= 1 }
        return bytes.text(start..<end)
    }
}

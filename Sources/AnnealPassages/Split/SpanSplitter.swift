/// Cuts a file into spans: a declaration each, with its comments; sections of documents; paragraphs of what is neither.
///
///     let spans = SpanSplitter.split(bytes, language: SourceLanguage.of(name: path.name, head: bytes))
///
/// Every line with content is in a span, and a span is at most ``spanBytesMax`` long: a longer declaration is cut into
/// parts that overlap. Nothing is copied but names. Any bytes may be given, and whatever they are, the spans are inside.
public struct SpanSplitter {
    /// Longer declarations are cut.
    public static let spanBytesMax = 3000
    /// What a part is cut to, and how much of the one above it repeats.
    static let partBytes = 1800
    static let overlapBytes = 300
    /// Text that is no declaration: paragraphs together up to this.
    static let textBytes = 1500

    private let bytes: UnsafeBufferPointer<UInt8>
    private let lines: [SourceLine]
    private let outline: Outline
    private var spans: [Span] = []
    private var group = 0

    /// Splits a file.
    /// - Parameter bytes: text in UTF-8, as far as it is any; read during the call only.
    /// - Returns: spans in the order of the lines that they begin with.
    /// - Complexity: O(bytes).
    public static func split(_ bytes: UnsafeBufferPointer<UInt8>, language: SourceLanguage) -> [Span] {
        var splitter = SpanSplitter(bytes, language)
        splitter.add(splitter.outline.roots, 0..<splitter.lines.count, nil, [])
        return splitter.spans
    }

    private init(_ bytes: UnsafeBufferPointer<UInt8>, _ language: SourceLanguage) {
        self.bytes = bytes
        lines = LineScanner.lines(of: bytes, in: language)
        outline = Outline.of(bytes, lines, language)
    }

    /// Adds declarations, and the text between them.
    private mutating func add(_ nodes: [Int], _ range: Range<Int>, _ owner: Outline.Node?, _ enclosing: [String]) {
        var next = range.lowerBound
        for index in nodes {
            let node = outline.nodes[index]
            // A value of a line that nobody has written about is text.
            if node.kind == .value, node.first == node.line, node.last - node.line < 3 { continue }
            if node.first < next { continue }
            addText(next..<node.first, enclosing)
            add(node, enclosing)
            next = node.last + 1
        }
        if next < range.upperBound { addText(next..<range.upperBound, enclosing) }
    }

    private mutating func add(_ node: Outline.Node, _ enclosing: [String]) {
        let range = node.first..<node.last + 1
        let names = node.owner.isEmpty ? enclosing : enclosing + [node.owner]
        let isLong = byteCount(range) > Self.spanBytesMax
        let children = node.children.filter {
            outline.nodes[$0].kind != .value || outline.nodes[$0].last > outline.nodes[$0].line
        }
        let isCut = !children.isEmpty && (node.kind == .container || node.kind == .reopening || isLong)
        let kind: Span.Kind = node.isHeading ? .heading : node.kind == .reopening ? .reopening : .declaration
        guard isCut, let first = children.map({ outline.nodes[$0].first }).min(), first > node.line else {
            addParts(range, kind, node.name, names)
            return
        }
        addParts(node.first..<first, kind, node.name, names)
        add(children, first..<range.upperBound, node, names + (node.name.isEmpty ? [] : [node.name]))
    }

    /// Adds text that no declaration has: paragraphs as long as they fit.
    private mutating func addText(_ range: Range<Int>, _ enclosing: [String]) {
        var start = range.lowerBound
        while start < range.upperBound {
            var end = start
            var blank: Int?
            while end < range.upperBound, end == start || byteCount(start..<end + 1) <= Self.textBytes {
                if lines[end].role == .blank { blank = end }
                end += 1
            }
            if end < range.upperBound, let blank, blank > start { end = blank }
            addSpan(start..<end, .text, "", enclosing)
            group += 1
            start = end
        }
    }

    /// Adds a declaration, in parts if it is long.
    private mutating func addParts(_ range: Range<Int>, _ kind: Span.Kind, _ name: String, _ enclosing: [String]) {
        defer { group += 1 }
        guard byteCount(range) > Self.spanBytesMax else { return addSpan(range, kind, name, enclosing) }
        var start = range.lowerBound
        while true {
            var end = start + 1
            while end < range.upperBound, byteCount(start..<end + 1) <= Self.partBytes { end += 1 }
            addSpan(start..<end, start == range.lowerBound ? kind : .part, name, enclosing)
            if end == range.upperBound { return }
            var next = end
            while next - 1 > start, byteCount(next - 1..<end) <= Self.overlapBytes { next -= 1 }
            start = next
        }
    }

    /// Adds lines without the blank ones around them, if anything is there. A very long line is cut in itself.
    private mutating func addSpan(_ range: Range<Int>, _ kind: Span.Kind, _ name: String, _ enclosing: [String]) {
        var (first, end) = (range.lowerBound, range.upperBound)
        while first < end, lines[first].role == .blank { first += 1 }
        while first < end, lines[end - 1].role == .blank { end -= 1 }
        guard first < end, kind != .text || hasWords(first..<end) else { return }
        var start = lines[first].start
        let stop = lines[end - 1].end
        let numbers = first + 1...end
        let members = members(numbers, except: name)
        // Only one line alone is longer than what spans are cut to.
        while stop - start > Self.spanBytesMax {
            var cut = start + Self.partBytes
            // Between characters.
            while cut > start + 1, bytes[cut] & 0xC0 == 0x80 { cut -= 1 }
            append(start..<cut, numbers, start == lines[first].start ? kind : .part, name, enclosing, members)
            start = cut
        }
        append(start..<stop, numbers, start == lines[first].start ? kind : .part, name, enclosing, members)
    }

    private mutating func append(
        _ range: Range<Int>, _ lines: ClosedRange<Int>, _ kind: Span.Kind, _ name: String, _ enclosing: [String],
        _ members: [String]
    ) {
        spans.append(
            Span(
                bytes: range, lines: lines, kind: kind, name: name, enclosing: enclosing, members: members,
                group: group))
    }

    /// What is declared on some lines, counted from 1, beside a name.
    private func members(_ lines: ClosedRange<Int>, except name: String) -> [String] {
        // Nodes stand in the order of their lines.
        var (low, high) = (0, outline.nodes.count)
        while low < high {
            let middle = (low + high) / 2
            if outline.nodes[middle].line + 1 < lines.lowerBound { low = middle + 1 } else { high = middle }
        }
        var members: [String] = []
        while low < outline.nodes.count, outline.nodes[low].line + 1 <= lines.upperBound {
            let found = outline.nodes[low].name
            if found != name, !found.isEmpty { members.append(found) }
            low += 1
        }
        return members
    }

    private func byteCount(_ range: Range<Int>) -> Int {
        range.isEmpty ? 0 : lines[range.upperBound - 1].end - lines[range.lowerBound].start
    }

    /// Whether text says anything: closing brackets alone do not.
    private func hasWords(_ range: Range<Int>) -> Bool {
        range.contains { number in
            let line = lines[number]
            guard line.role != .blank else { return false }
            var first = line.first
            // `end` is a bracket.
            if line.role == .bracket { while first < line.end, bytes[first].isIdentifier { first += 1 } }
            return (first..<line.end).contains { bytes[$0].isIdentifier }
        }
    }
}

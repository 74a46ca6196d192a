/// HTML as a reader sees it: no tags, scripts, styles or navigation; headings and paragraphs kept. And XML, whose elements
/// nobody knows: the text of each is a paragraph, but for those that stand in running text.
///
/// Written for pages as they are: nothing is refused, what is not closed ends with the document.
///
/// - Source: the tokenisation states of https://html.spec.whatwg.org/multipage/parsing.html, in outline.
struct HTMLSplitter {
    /// Elements whose content nobody reads as text.
    private static let skipped: Set<String> = [
        "script", "style", "noscript", "template", "svg", "nav", "iframe", "object", "select", "button", "form",
    ]
    /// Elements that end a paragraph.
    private static let blocks: Set<String> = [
        "p", "div", "section", "article", "main", "header", "footer", "aside", "ul", "ol", "li", "dl", "dt", "dd",
        "table",
        "tr", "pre", "blockquote", "figure", "figcaption", "hr", "body", "html", "head", "details", "summary", "title",
    ]

    /// Elements of XML that do not end a paragraph.
    private static let inline: Set<String> = [
        "a", "b", "code", "command", "em", "emphasis", "filename", "hi", "i", "link", "literal", "q", "quote", "ref",
        "span",
        "strong", "sub", "sup", "term", "tspan", "tt", "u", "xref",
    ]

    private let isXML: Bool
    private var text = ""
    private var textLine = 0
    private var line = 1
    /// The element whose content is skipped, and how deep it is nested in its own kind.
    private var skip: (name: String, depth: Int)?
    /// The level of the heading that is open; 0 for the title.
    private var headingLevel: Int?
    private var isPreformatted = false

    private init(isXML: Bool) { self.isXML = isXML }

    static func split(_ text: String, isXML: Bool = false, into builder: inout PassageBuilder) {
        var splitter = HTMLSplitter(isXML: isXML)
        splitter.run(Array(text.utf8), &builder)
    }

    private mutating func run(_ bytes: [UInt8], _ builder: inout PassageBuilder) {
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            if isXML, bytes[position...].starts(with: "<![CDATA[".utf8) {
                let start = position + 9
                position = start
                while position < bytes.count, !bytes[position...].starts(with: "]]>".utf8) { position += 1 }
                append(String(decoding: bytes[min(start, bytes.count)..<position], as: UTF8.self), isPlain: true)
                position = min(position + 3, bytes.count)
            } else if byte == UInt8(ascii: "<"), let end = HTMLSplitter.markup(bytes, position) {
                take(bytes[position..<end], &builder)
                for inside in bytes[position..<end] where inside == 0x0A { line += 1 }
                position = end
            } else {
                let end = bytes[(position + 1)...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
                append(String(decoding: bytes[position..<end], as: UTF8.self))
                position = end
            }
        }
        endParagraph(&builder)
    }

    /// One past the end of the tag, comment or declaration that begins here; nil for a bare "<".
    static func markup(_ bytes: [UInt8], _ start: Int) -> Int? {
        guard start + 1 < bytes.count else { return nil }
        if bytes[start...].starts(with: "<!--".utf8) {
            var end = start + 4
            while end < bytes.count, !bytes[end...].starts(with: "-->".utf8) { end += 1 }
            return min(end + 3, bytes.count)
        }
        let next = bytes[start + 1]
        let isLetter = (next | 0x20) >= 0x61 && (next | 0x20) <= 0x7A
        guard isLetter || next == UInt8(ascii: "/") || next == UInt8(ascii: "!") || next == UInt8(ascii: "?") else {
            return nil
        }
        var quote: UInt8?
        for index in start + 1..<bytes.count {
            let byte = bytes[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: ">") {
                return index + 1
            } else if isLetter, byte == 0x22 || byte == 0x27, bytes[index - 1] == UInt8(ascii: "=") {
                quote = byte
            }
        }
        return bytes.count
    }

    private mutating func take(_ tag: ArraySlice<UInt8>, _ builder: inout PassageBuilder) {
        let isClosing = tag.dropFirst().first == UInt8(ascii: "/")
        let isEmpty = tag.dropLast().last == UInt8(ascii: "/")
        let name = String(
            decoding: tag.dropFirst(isClosing ? 2 : 1).prefix { byte in
                (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || (byte >= 0x30 && byte <= 0x39)
            }, as: UTF8.self
        ).lowercased()
        if isXML {
            if !HTMLSplitter.inline.contains(name) { endParagraph(&builder) }
            return
        }
        if let open = skip {
            guard name == open.name, !isEmpty else { return }
            let depth = open.depth + (isClosing ? -1 : 1)
            skip = depth == 0 ? nil : (name, depth)
            return
        }
        if HTMLSplitter.skipped.contains(name) {
            endParagraph(&builder)
            if !isClosing && !isEmpty { skip = (name, 1) }
        } else if let level = HTMLSplitter.level(name) {
            if isClosing, headingLevel == level {
                let heading = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                builder.enter(level: level, heading, line: textLine)
                text = ""
                headingLevel = nil
            } else if !isClosing {
                endParagraph(&builder)
                headingLevel = level
            }
        } else if HTMLSplitter.blocks.contains(name) {
            endParagraph(&builder)
            if name == "pre" { isPreformatted = !isClosing }
        } else if name == "br" {
            text += "\n"
        } else if name == "td" || name == "th" {
            text += " "
        }
    }

    private static func level(_ name: String) -> Int? {
        if name == "title" { return 0 }
        guard name.count == 2, name.first == "h", let level = name.last?.wholeNumberValue else { return nil }
        return (1...6).contains(level) ? level : nil
    }

    /// A line's text without tags, and with what references stand for.
    static func withoutTags(_ line: Substring) -> String {
        guard line.utf8.contains(UInt8(ascii: "<")) else { return HTMLEntities.decoded(String(line)) }
        let bytes = Array(line.utf8)
        var text: [UInt8] = []
        var position = 0
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "<"), let end = markup(bytes, position) {
                position = end
            } else {
                text.append(bytes[position])
                position += 1
            }
        }
        return HTMLEntities.decoded(String(decoding: text, as: UTF8.self))
    }

    private mutating func append(_ raw: String, isPlain: Bool = false) {
        let lines = raw.utf8.count { $0 == 0x0A }
        defer { line += lines }
        guard skip == nil else { return }
        let plain = isPlain ? raw : HTMLEntities.decoded(raw)
        if text.isEmpty {
            guard let first = plain.firstIndex(where: { !$0.isWhitespace }) else { return }
            textLine = line + plain[..<first].utf8.count { $0 == 0x0A }
        }
        text += plain
    }

    private mutating func endParagraph(_ builder: inout PassageBuilder) {
        headingLevel = nil
        guard !text.isEmpty else { return }
        if isPreformatted {
            builder.add(text, line: textLine)
        } else {
            // Line feeds that came from <br> are spaces here too: a passage is read as one run of text.
            builder.add(text.split(whereSeparator: \.isWhitespace).joined(separator: " "), line: textLine)
        }
        text = ""
    }
}

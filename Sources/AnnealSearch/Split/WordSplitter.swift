/// The main part of a Word document, `word/document.xml`: its paragraphs, under those that are styled as headings. A line is
/// a paragraph here.
///
/// - Source: ECMA-376, part 1, chapter 17 (WordprocessingML).
struct WordSplitter {
    private var paragraph = ""
    private var number = 0
    private var level: Int?
    private var isText = false

    static func split(_ text: String, into builder: inout PassageBuilder) {
        var splitter = WordSplitter()
        let bytes = Array(text.utf8)
        var position = 0
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "<"), let end = HTMLSplitter.markup(bytes, position) {
                splitter.take(bytes[position..<end], &builder)
                position = end
            } else {
                let end = bytes[(position + 1)...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
                if splitter.isText {
                    splitter.paragraph += HTMLEntities.decoded(String(decoding: bytes[position..<end], as: UTF8.self))
                }
                position = end
            }
        }
        splitter.end(&builder)
    }

    private mutating func take(_ tag: ArraySlice<UInt8>, _ builder: inout PassageBuilder) {
        let isClosing = tag.dropFirst().first == UInt8(ascii: "/")
        let isEmpty = tag.dropLast().last == UInt8(ascii: "/")
        let name = tag.dropFirst(isClosing ? 2 : 1).prefix {
            $0 > 0x20 && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ">")
        }
        switch String(decoding: name, as: UTF8.self) {
        case "w:p": if isClosing || isEmpty { end(&builder) }
        case "w:t": isText = !isClosing && !isEmpty
        case "w:tab": paragraph += "\t"
        case "w:br", "w:cr": paragraph += " "
        case "w:pStyle": level = level ?? WordSplitter.level(style: WordSplitter.value(tag))
        case "w:outlineLvl":
            level = Int(WordSplitter.value(tag)).flatMap { (0...8).contains($0) ? $0 + 1 : nil } ?? level
        default: break
        }
    }

    private mutating func end(_ builder: inout PassageBuilder) {
        number += 1
        let text = NumberedLine(text: paragraph[...], number: number).trimmed
        if let level, !text.isEmpty {
            builder.enter(level: level, text, line: number)
        } else {
            builder.add(text, line: number, isOneLine: true)
        }
        paragraph = ""
        level = nil
        isText = false
    }

    /// `Heading2`, and `Title` above all.
    private static func level(style: String) -> Int? {
        if style == "Title" { return 0 }
        guard style.lowercased().hasPrefix("heading"), let level = style.last?.wholeNumberValue else { return nil }
        return (1...9).contains(level) ? level : nil
    }

    /// The attribute `w:val` of a tag.
    private static func value(_ tag: ArraySlice<UInt8>) -> String {
        let text = String(decoding: tag, as: UTF8.self)
        guard let start = text.firstRange(of: "w:val=\"")?.upperBound else { return "" }
        return String(text[start...].prefix { $0 != "\"" })
    }
}

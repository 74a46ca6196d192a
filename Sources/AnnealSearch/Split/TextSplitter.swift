/// Paragraphs are what stands between blank lines.
enum TextSplitter {
    static func split(_ text: String, into builder: inout PassageBuilder) {
        var paragraph = ""
        var start = 0
        for line in NumberedLine.all(text) {
            if line.isBlank {
                builder.add(paragraph, line: start)
                paragraph = ""
                continue
            }
            if paragraph.isEmpty {
                start = line.number
            } else {
                paragraph += "\n"
            }
            paragraph += line.text
        }
        builder.add(paragraph, line: start)
    }
}

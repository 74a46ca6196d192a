/// Every line that is not blank is a passage.
enum LineSplitter {
    static func passages(of text: String) -> [Passage] {
        NumberedLine.all(text).compactMap { line in
            line.isBlank ? nil : Passage(heading: "", text: String(line.text), line: line.number)
        }
    }
}

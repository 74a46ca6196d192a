/// Every line that is not blank is a passage.
enum LineSplitter {
    /// One after the other: there may be as many as half of the bytes.
    static func passages(of text: String) -> some Sequence<Passage> {
        NumberedLine.all(text).lazy.filter { !$0.isBlank }.map { line in
            Passage(heading: "", text: String(line.text), line: line.number)
        }
    }
}

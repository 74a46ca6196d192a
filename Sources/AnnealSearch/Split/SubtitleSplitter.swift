/// Subtitles (SubRip, WebVTT): what is said, without the numbers and times of the pieces.
enum SubtitleSplitter {
    static func split(_ text: String, into builder: inout PassageBuilder) {
        var said = ""
        var start = 0
        func end(_ builder: inout PassageBuilder) {
            builder.add(said, line: start)
            builder.close()
            said = ""
        }
        // A line that may be the number of the next piece.
        var number: NumberedLine?
        func say(_ line: NumberedLine, _ builder: inout PassageBuilder) {
            let text = HTMLSplitter.withoutTags(line.trimmed)
            guard !text.isEmpty else { return }
            if said.utf8.count + text.utf8.count > PassageBuilder.joinedBytes { end(&builder) }
            if said.isEmpty { start = line.number } else { said += " " }
            said += text
        }
        for line in NumberedLine.all(text) {
            let isTime = line.text.utf8.count < 100 && line.text.contains("-->")
            if let waiting = number, !isTime { say(waiting, &builder) }
            number = nil
            if isTime || line.isBlank || line.number == 1 && line.text.hasPrefix("WEBVTT") { continue }
            if line.trimmed.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
                number = line
            } else {
                say(line, &builder)
            }
        }
        if let number { say(number, &builder) }
        end(&builder)
    }
}

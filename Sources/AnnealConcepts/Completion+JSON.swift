public import AnnealJSON

extension Completion {
    /// Writes what a line's completions are, as `anneal complete --json` prints it and `POST /complete` answers.
    /// - Parameters:
    ///   - found: likeliest first.
    ///   - line: that they complete.
    ///   - topic: what words were drawn to; nil for nothing.
    public static func write(
        _ found: [Completion], of line: String, towards topic: String? = nil, to json: inout JSONText
    ) {
        json.object { json in
            json.value("line", line)
            if let topic { json.value("towards", topic) }
            json.array("completions") { json in
                for completion in found {
                    json.object { json in
                        json.value("word", completion.word)
                        json.value("added", completion.added)
                        json.value("probability", completion.probability)
                    }
                }
            }
        }
    }
}

/// The words of a text that are searched for: any of them counts.
enum WordQuery {
    /// Words that stand in most English texts. They rank nothing and cost the most: their lists are the longest.
    private static let common: Set<Substring> = [
        "a", "an", "and", "are", "as", "at", "be", "but", "by", "can", "do", "does", "for", "from", "had", "has",
        "have",
        "how", "i", "if", "in", "into", "is", "it", "its", "my", "no", "not", "of", "on", "or", "s", "so", "such", "t",
        "that", "the", "their", "then", "there", "these", "they", "this", "to", "was", "we", "were", "what", "when",
        "where", "which", "who", "why", "will", "with", "would", "you", "your",
    ]
    /// More words of a query are left out; a page of text is no query.
    private static let wordsMax = 64

    /// A text's words in small letters, each once: letters and digits with the marks on them.
    ///
    /// Cut by scalars and not by characters: a character of Swift may be a letter with a quote behind it.
    static func words(_ query: String) -> ArraySlice<Substring> {
        var words: [Substring] = []
        var word = Substring.UnicodeScalarView()
        for scalar in query.lowercased().unicodeScalars {
            if isLetter(scalar) || !word.isEmpty && isMark(scalar) {
                word.append(scalar)
            } else if !word.isEmpty {
                words.append(Substring(word))
                word = Substring.UnicodeScalarView()
            }
        }
        if !word.isEmpty { words.append(Substring(word)) }
        var seen: Set<Substring> = []
        let distinct = words.filter { seen.insert($0).inserted }
        let telling = distinct.filter { !common.contains($0) }
        return (telling.isEmpty ? distinct : telling).prefix(wordsMax)
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            true
        default: false
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isGraphemeExtend || scalar.properties.generalCategory == .spacingMark
    }

    /// A query for SQLite's FTS5, or nil for a text without words. Every word is quoted, so nothing in a text is taken
    /// for FTS5's own syntax.
    static func matching(_ query: String) -> String? {
        let used = words(query)
        // No word holds a quote; should one ever, it is doubled and stays inside.
        return used.isEmpty
            ? nil : used.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: " OR ")
    }
}

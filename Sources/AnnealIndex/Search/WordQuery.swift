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

    static func words(_ query: String) -> ArraySlice<Substring> {
        let words = query.lowercased().split { !$0.isLetter && !$0.isNumber }
        var seen: Set<Substring> = []
        let distinct = words.filter { seen.insert($0).inserted }
        let telling = distinct.filter { !common.contains($0) }
        return (telling.isEmpty ? distinct : telling).prefix(wordsMax)
    }

    /// A query for SQLite's FTS5, or nil for a text without words. Every word is quoted, so nothing in a text is taken
    /// for FTS5's own syntax.
    static func matching(_ query: String) -> String? {
        let used = words(query)
        return used.isEmpty ? nil : used.map { "\"\($0)\"" }.joined(separator: " OR ")
    }
}

import Anneal

/// A query: the words that are looked for, the names that it may mean, and its vector.
struct Query: Sendable {
    /// More words are left out; a page of text is no query.
    static let wordsMax = 24

    /// Hashes of distinct words, and of identifiers as a whole.
    let words: [UInt32]
    /// Names as they are written, for what looks like a name: a word alone, or `parseHeader` and `parse_header` anywhere.
    let exactNames: [UInt32]
    /// The same without case and underscores.
    let foldedNames: [UInt32]
    /// Whether the query is one name and nothing else.
    let isName: Bool
    /// What the query asks for by name, so that it is not put behind.
    let wanted: FileNature
    /// All hashes that a passage is asked for.
    var hashes: [UInt32] { words + exactNames + foldedNames }
    let vector: [Int8]
    let scale: Float

    /// Words that stand in most texts, and words of questions.
    private static let common: Set<String> = [
        "a", "an", "and", "any", "are", "as", "at", "be", "but", "by", "can", "could", "do", "does", "for", "from",
        "has", "have", "how",
        "i", "if", "in", "into", "is", "it", "its", "me", "my", "no", "of", "on", "or", "our", "should", "so", "such",
        "that",
        "the", "their", "them", "then", "there", "these", "they", "this", "to", "was", "we", "what", "when", "where",
        "whether", "which", "who", "why", "will", "with", "would", "you", "your",
    ]

    init(_ text: String, _ session: inout Session) {
        let parts = text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\n" })
        var exact: [UInt32] = []
        var folded: [UInt32] = []
        var isName = false
        for part in parts {
            let trimmed =
                part.split(whereSeparator: { !($0.isLetter || $0.isNumber || "_$.:~?!".contains($0)) }).first ?? ""
            // `Type.name` and `Type::name()` ask for the name.
            let name = trimmed.split(whereSeparator: { $0 == "." || $0 == ":" }).last.map(String.init) ?? ""
            let inner = name.dropFirst()
            let isAlone = parts.count == 1
            let looksLikeName =
                name.contains("_") || inner.contains { $0.isUppercase } && inner.contains { $0.isLowercase }
            guard !name.isEmpty, isAlone || looksLikeName else { continue }
            isName = isName || isAlone
            exact.append(WordCutter.exactHash(of: name.utf8))
            folded.append(WordCutter.wholeHash(of: name.utf8))
        }
        self.isName = isName
        var words: [UInt32] = []
        let telling = parts.filter { !Self.common.contains($0.lowercased().filter { $0.isLetter || $0.isNumber }) }
        for part in telling.isEmpty ? parts : telling {
            for word in WordCutter.words(of: part.utf8) where !words.contains(word.hash) && words.count < Self.wordsMax
            {
                words.append(word.hash)
            }
        }
        exactNames = exact
        foldedNames = folded
        var wanted: FileNature = []
        let small = text.lowercased()
        if small.contains("test") || small.contains("example") || small.contains("benchmark") { wanted.insert(.test) }
        if small.contains("vendor") || small.contains("third party") { wanted.insert(.vendored) }
        if small.contains("generated") { wanted.insert(.generated) }
        self.wanted = wanted
        self.words = words
        // As the passages are embedded: words apart, in small letters.
        var embedded: [UInt8] = []
        Array(text.utf8).withUnsafeBufferPointer { WordCutter.forEach($0, into: &embedded) { _, _ in } }
        var vector = [Float](repeating: 0, count: session.dimension)
        var row = vector.mutableSpan
        _ = session.embed(embedded.span, into: &row)
        var bytes: [Int8] = []
        scale = ByteVector.append(vector, to: &bytes)
        self.vector = bytes
    }
}

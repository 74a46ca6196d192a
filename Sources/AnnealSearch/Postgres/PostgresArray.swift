/// Arrays as PostgreSQL reads them.
enum PostgresArray {
    static func of(_ numbers: some Sequence<Int64>) -> String {
        "{" + numbers.map { "\($0)" }.joined(separator: ",") + "}"
    }

    /// Every text is quoted; inside, quotes and backslashes are escaped.
    static func of(_ texts: some Sequence<String>) -> String {
        // By scalars: a quote with an accent on it is one character, and no quote to a comparison of characters.
        func quoted(_ text: String) -> String {
            var quoted = String.UnicodeScalarView("\"".unicodeScalars)
            for scalar in text.unicodeScalars {
                if scalar == "\\" || scalar == "\"" { quoted.append("\\") }
                quoted.append(scalar)
            }
            quoted.append("\"")
            return String(quoted)
        }
        return "{" + texts.map(quoted).joined(separator: ",") + "}"
    }

    /// A vector of pgvector; every number reads back with the same bits.
    static func vector(_ numbers: some Sequence<Float>) -> String {
        "[" + numbers.map { "\($0)" }.joined(separator: ",") + "]"
    }
}

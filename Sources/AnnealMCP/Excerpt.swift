import Anneal
import AnnealGrep

/// The lines of a passage that matter for a query, within a number of tokens.
///
/// First the line that declares it, then those with words of the query, then the rest from the top; they stand in the order of
/// the file, with `…` where some are left out.
struct Excerpt {
    let text: String
    let tokenCount: Int

    /// The longest line that is shown: a minified one says nothing.
    static let lineMax = 240

    /// - Complexity: O(bytes).
    init(_ passage: String, name: String, firstLine: Int, words: Set<String>, budget: Int, _ session: inout Session) {
        let lines = passage.split(separator: "\n", omittingEmptySubsequences: false).map { Self.shown(String($0)) }
        let bare = lines.map { $0.allSatisfy(\.isWhitespace) }
        let found = lines.map { line in
            let small = line.lowercased()
            return words.count { small.contains($0) }
        }
        let head =
            lines.indices.first { !name.isEmpty && lines[$0].contains(name) }
            ?? lines.indices.first { !bare[$0] } ?? 0
        let order =
            [head] + lines.indices.filter { $0 != head && found[$0] > 0 }.sorted { (-found[$0], $0) < (-found[$1], $1) }
            + lines.indices.filter { $0 != head && found[$0] == 0 && !bare[$0] }
        var taken: Set<Int> = []
        var count = 0
        for index in order {
            // A line break is a token of the reader's.
            let cost = session.countTokens(Array(lines[index].utf8).span) + 1
            if !taken.isEmpty, count + cost > budget { break }
            taken.insert(index)
            count += cost
        }
        var shown = ""
        var last = -1
        for index in taken.sorted() {
            // Empty lines between two that are shown cost nothing worth a mark.
            if index > last + 1, !(last + 1..<index).allSatisfy({ bare[$0] }) {
                shown += "… line \(firstLine + index)\n"
            }
            shown += lines[index] + "\n"
            last = index
        }
        if last + 1 < lines.count, !bare[(last + 1)...].allSatisfy({ $0 }) { shown += "…\n" }
        text = shown
        tokenCount = count
    }

    /// A line without what moves a cursor or hides text, cut where it is long.
    static func shown(_ line: String) -> String {
        var text = String.UnicodeScalarView()
        for scalar in line.unicodeScalars.prefix(lineMax) {
            switch scalar.properties.generalCategory {
            case .control where scalar == "\t": text.append(scalar)
            case .control where scalar == "\r": continue
            case .control, .format, .lineSeparator, .paragraphSeparator: text.append("\u{FFFD}")
            default: text.append(scalar)
            }
        }
        return String(text) + (line.unicodeScalars.count > lineMax ? " …" : "")
    }

    /// The words of a query that lines are looked through for.
    static func words(of query: String) -> Set<String> {
        Set(
            query.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "_" }.filter { $0.count > 2 }.map(
                String.init)
        )
        .subtracting([
            "the", "and", "for", "are", "how", "what", "where", "which", "that", "with", "from", "this", "does",
        ])
    }
}

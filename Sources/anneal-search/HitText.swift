import Anneal
import AnnealPlatform
import AnnealSearch
import AnnealJSON
import Foundation

/// A hit as people read it.
enum HitText {
    private static let excerptLines = 6
    private static let pairsShown = 6

    /// Number, place, headings.
    static func title(_ hit: SearchHit, number: Int) -> String {
        let heading = hit.passage.heading.isEmpty ? "" : "  \(visible(hit.passage.heading))"
        return "\(number). \(shown(hit.path)):\(hit.passage.line)\(heading)  [\(decimal(hit.score, places: 4))]"
    }

    /// A path as seen from the folder that the command runs in.
    private static func shown(_ path: Path) -> Path {
        guard let here = try? Files.realPath(of: "."), path.isBelow(here) else { return path }
        return Path(bytes: path.bytes.dropFirst(here.bytes.count).drop { $0 == UInt8(ascii: "/") })
    }

    /// The first lines of a passage, indented.
    static func excerpt(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var shown = lines.prefix(excerptLines).map { "   " + visible(String($0.prefix(300))) }
        if lines.count > excerptLines { shown.append("   …") }
        return shown.joined(separator: "\n")
    }

    /// How its score comes about, its place in both rankings, and the pairs of instructions that make the cosine.
    static func reasons(_ hit: SearchHit, _ by: SearchMode, _ comparison: Comparison) -> String {
        let sum =
            by == .hybrid
            ? "cosine \(decimal(hit.cosine ?? 0, places: 4)) + \(SearchIndex.wordWeight) × words "
                + "\(decimal(hit.wordShare ?? 0, places: 4)); " : ""
        let words = hit.wordRank.map { "words: place \($0)" } ?? "words: not among the first \(SearchIndex.depth)"
        let vectors =
            hit.vectorRank.map { "vectors: place \($0)" } ?? "vectors: not among the first \(SearchIndex.depth)"
        var lines = ["   why: \(sum)\(words); \(vectors); cosine \(decimal(comparison.cosine, places: 4)), of which"]
        for pair in pairs(comparison) {
            lines.append(
                "     \(pair.part < 0 ? "" : "+")\(decimal(pair.part, places: 4))  \(pair.left) ~ \(pair.right)")
        }
        return lines.joined(separator: "\n")
    }

    /// The largest parts of a cosine, with the pieces that they belong to.
    static func pairs(_ comparison: Comparison) -> [(left: String, right: String, part: Double)] {
        comparison.ranked.prefix(pairsShown).map { pair in
            (label(comparison.left.final[pair.left]), label(comparison.right.final[pair.right]), pair.part)
        }
    }

    /// An instruction's token, and the constant that a rule gave it.
    private static func label(_ item: ExplainedItem) -> String {
        let piece = visible(item.piece.replacing("▁", with: ""))
        return item.constantName.map { "\(piece) [\(visible($0))]" } ?? piece
    }

    /// Text from outside with control characters shown: a terminal must not obey what a document contains.
    private static func visible(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control where scalar == "\t": shown += "    "
            case .control, .format, .lineSeparator, .paragraphSeparator:
                shown += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    private static func decimal(_ value: Double, places: Int) -> String {
        String(format: "%.\(places)f", value)
    }
}

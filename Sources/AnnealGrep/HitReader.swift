import AnnealPassages
import AnnealPlatform

/// Reads the lines of hits anew: nothing of the texts is kept.
struct HitReader {
    private let reader = SourceReader()

    /// The hit that a ranked passage is, as the file is now.
    /// - Returns: nil if the file is gone or holds no such passage any more.
    func hit(_ ranked: Ranking.Ranked, _ file: TreeFile, root: Path) -> PassageHit? {
        let path = PassageHit.shown(file.path, in: root)
        guard case .text(let text)? = try? reader.read(path, isNamed: file.isNamed) else { return nil }
        return Self.hit(ranked, text, file.path, root)
    }

    static func hit(_ ranked: Ranking.Ranked, _ text: SourceReader.Text, _ path: Path, _ root: Path) -> PassageHit? {
        let spans = SpanSplitter.split(text.bytes, language: text.language)
        guard ranked.passage < spans.count else { return nil }
        let span = spans[ranked.passage]
        return PassageHit(
            root: root, path: path, lines: span.lines, kind: span.kind, name: span.name, enclosing: span.enclosing,
            score: ranked.score, parts: ranked.parts, text: String(decoding: text.bytes[span.bytes], as: UTF8.self))
    }
}

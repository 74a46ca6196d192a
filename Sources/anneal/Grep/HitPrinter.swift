import AnnealGrep
import AnnealJSON
import AnnealPassages
import AnnealPlatform

/// Prints hits: for people as ripgrep does, for programs as JSON.
struct HitPrinter {
    let style: Style
    /// Lines of each hit; 0 for all.
    let context: Int
    let showsJSON: Bool
    let showsFiles: Bool
    let showsParts: Bool

    /// The longest line that is shown: a minified one would fill the screen.
    private static let lineMax = 200

    func write(weights: RankingWeights) throws(CommandError) {
        var json = JSONText()
        json.object { json in for (name, value) in weights.all { json.value(name, value) } }
        try Descriptor.standardOutput.write("weights " + json.text + "\n\n")
    }

    /// - Parameter query: printed where there are several.
    func write(_ hits: [PassageHit], query: String?) throws(CommandError) {
        if showsJSON { return try Descriptor.standardOutput.write(hits.map { self.json($0, query) + "\n" }.joined()) }
        if showsFiles {
            var seen: Set<Path> = []
            let paths = hits.map(\.shownPath).filter { seen.insert($0).inserted }
            return try Descriptor.standardOutput.write(paths.map { "\($0)\n" }.joined())
        }
        var text = query.map { style.heading("# \(Visible.string($0))") + "\n" } ?? ""
        for (number, hit) in hits.enumerated() {
            if number > 0 { text += "\n" }
            text += self.text(hit)
        }
        try Descriptor.standardOutput.write(text)
    }

    private func text(_ hit: PassageHit) -> String {
        let names = (hit.enclosing + [hit.name]).filter { !$0.isEmpty }.joined(separator: " › ")
        var text = style.name("\(hit.shownPath)") + style.quiet(":") + style.added("\(hit.lines.lowerBound)")
        if !names.isEmpty { text += style.quiet(": ") + style.heading(Visible.string(names)) }
        text += "\n"
        if showsParts {
            let parts = hit.parts.all.map { "\($0.name) \(Decimal.string($0.value, places: 2))" }.joined(
                separator: "  ")
            text += style.quiet("  \(Decimal.string(hit.score, places: 3)) = \(parts)") + "\n"
        }
        let lines = hit.text.split(separator: "\n", omittingEmptySubsequences: false)
        for (offset, line) in lines.prefix(context == 0 ? lines.count : context).enumerated() {
            let shown = Visible.string(String(line.prefix(Self.lineMax)).replacing("\t", with: "    "))
            text += style.added("\(hit.lines.lowerBound + offset)") + style.quiet("-") + shown + "\n"
        }
        return text
    }

    private func json(_ hit: PassageHit, _ query: String?) -> String {
        var json = JSONText()
        json.object { json in
            if let query { json.value("query", query) }
            json.value("path", hit.shownPath.text ?? "\(hit.shownPath)")
            json.value("line", hit.lines.lowerBound)
            json.value("end_line", hit.lines.upperBound)
            json.value("kind", "\(hit.kind)")
            json.value("name", hit.name)
            json.array("enclosing") { json in for name in hit.enclosing { json.value(nil, name) } }
            json.value("score", hit.score)
            json.object("parts") { json in for (name, value) in hit.parts.all { json.value(name, value) } }
            json.value("text", hit.text)
        }
        return json.text
    }
}

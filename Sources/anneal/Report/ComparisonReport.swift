import Anneal
import AnnealJSON

/// A comparison of two texts for people and for programs.
struct ComparisonReport {
    let leftText: String
    let rightText: String
    let mode: Mode
    let comparison: Comparison

    // MARK: For people

    /// - Parameter top: how many pairs to show from the top.
    func lines(_ style: Style, top: Int) -> [String] {
        var lines = [
            "a  " + Visible.string(leftText), "b  " + Visible.string(rightText), "",
            style.heading("Cosine ") + Decimal.string(comparison.cosine, places: 4),
        ]
        if comparison.left.isEmpty || comparison.right.isEmpty {
            let which =
                comparison.left.isEmpty ? (comparison.right.isEmpty ? "Both texts have" : "Text a has") : "Text b has"
            lines.append("\(which) no known content: the vector is zero and so is the cosine.")
            return lines
        }
        let ranked = comparison.ranked
        let apart = ranked.suffix(from: min(top, ranked.count)).suffix(3).filter { $0.part < 0 }
        lines.append("")
        lines.append(style.heading("Where it comes from") + style.quiet("  parts of the cosine; they add up to it"))
        var table = Table(right: [true, false, false, false, false])
        let widest = max(ranked.first?.part ?? 0, 1e-9)
        for pair in ranked.prefix(top) { table.add(row(pair, widest, style)) }
        let rest = ranked.count - min(top, ranked.count) - apart.count
        if rest > 0 {
            let sum = ranked.dropFirst(top).dropLast(apart.count).reduce(0) { $0 + $1.part }
            table.add([ComparisonReport.signed(sum), style.quiet("\(rest) more pairs"), "", "", ""])
        }
        for pair in apart { table.add(row(pair, widest, style)) }
        table.add([ComparisonReport.signed(comparison.cosine), style.heading("all"), "", "", ""])
        lines += table.lines()
        return lines
    }

    private func row(_ pair: ComparedPair, _ widest: Double, _ style: Style) -> [String] {
        let length = Int((pair.part.magnitude / widest * 20).rounded())
        let bar = String(repeating: "▇", count: min(20, length))
        return [
            ComparisonReport.signed(pair.part), Visible.string(label(comparison.left, leftText, pair.left)), "~",
            Visible.string(label(comparison.right, rightText, pair.right)),
            pair.part < 0 ? style.removed(bar) : style.added(bar),
        ]
    }

    private func label(_ side: Explanation, _ text: String, _ index: Int) -> String {
        guard index >= side.final.count else { return ExplanationReport.label(side.final[index]) }
        let row = side.lookedUp[index - side.final.count]
        return ExplanationReport.part(row.start..<row.end, of: text)
    }

    private static func signed(_ value: Double) -> String {
        let text = Decimal.string(value, places: 4)
        return text.hasPrefix("-") ? text : "+" + text
    }

    // MARK: For programs

    func write(to json: inout JSONText) {
        comparison.write(to: &json, left: leftText, right: rightText, mode: mode)
    }
}

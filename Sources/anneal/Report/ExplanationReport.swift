import Anneal
import AnnealJSON

/// An explanation for people and for programs.
struct ExplanationReport {
    let text: String
    let mode: Mode
    let explanation: Explanation

    // MARK: For people

    func lines(_ style: Style) -> [String] {
        var lines: [String] = []
        let windows = explanation.windows == 1 ? "" : " in \(explanation.windows) windows"
        lines.append(style.heading("Tokens") + style.quiet("  \(explanation.tokens.count)\(windows)"))
        var tokens = Table(right: [true, true, false, false])
        for (index, token) in explanation.tokens.enumerated() {
            tokens.add([
                "\(index)", style.quiet("\(token.id)"), Visible.string(token.piece),
                style.quiet("bytes \(token.start)..<\(token.end)" + (token.isUnknown ? ", unknown" : "")),
            ])
        }
        lines += tokens.lines()
        if explanation.unknownCount > 0 {
            let share = Decimal.string(explanation.unknownByteShare * 100, places: 1)
            let found = Set(explanation.lookedUp.map(\.position)).count
            lines.append(
                "\(explanation.unknownCount) of \(explanation.tokens.count) tokens, \(share) % of the bytes, are unknown "
                    + "to the model and add "
                    + (found == 0 ? "nothing." : "what was looked up for \(found) of them, and nothing else."))
        }
        if explanation.isEmpty {
            lines.append("The text has no known content: its vector is zero.")
            return lines
        }
        lines.append("")
        lines.append(style.heading("Naive program"))
        lines += program(explanation.naive, style)
        lines.append("")
        lines.append(style.heading("Rewrites") + style.quiet("  \(explanation.steps.count), mode \(mode.rawValue)"))
        for step in explanation.steps { lines += self.step(step, style) }
        if explanation.steps.isEmpty { lines.append(style.quiet("  none")) }
        lines.append("")
        lines.append(style.heading("Final program") + style.quiet("  with each instruction's share of the vector"))
        lines += program(explanation.final, style, shares: true)
        if !explanation.lookedUp.isEmpty {
            lines.append("")
            lines.append(style.heading("Looked up") + style.quiet("  rows for unknown tokens, with their shares"))
            lines += rows(explanation.lookedUp, style)
        }
        lines.append("")
        lines.append(
            "Stopped: \(explanation.stopReason). Length of the sum before normalising: "
                + Decimal.string(explanation.vectorNorm, places: 4) + ".")
        return lines
    }

    private func program(_ items: [ExplainedItem], _ style: Style, shares: Bool = false) -> [String] {
        var table = Table(right: [true, false, false, true, false])
        for (index, item) in items.enumerated() {
            let share = shares ? ExplanationReport.share(item.share, style) : ["", ""]
            table.add(["\(index)", style.name(item.text), Visible.string(ExplanationReport.label(item))] + share)
        }
        return table.lines()
    }

    private func rows(_ rows: [ExplainedRow], _ style: Style) -> [String] {
        var table = Table(right: [true, false, false, true, false])
        for row in rows {
            table.add(
                [
                    "\(row.position)", style.name("entry \(row.entry)"),
                    Visible.string(ExplanationReport.part(row.start..<row.end, of: text)),
                ] + ExplanationReport.share(row.share, style))
        }
        return table.lines()
    }

    /// A share in digits and as a bar.
    private static func share(_ share: Double, _ style: Style) -> [String] {
        [
            Decimal.string(share * 100, places: 1) + " %",
            style.name(String(repeating: "▇", count: max(0, Int((share * 40).rounded())))),
        ]
    }

    /// The bytes of a text that a row stands for.
    static func part(_ bytes: Range<Int>, of text: String) -> String {
        String(decoding: Array(text.utf8)[bytes], as: UTF8.self)
    }

    private func step(_ step: ExplainedStep, _ style: Style) -> [String] {
        let fate = step.committed ? "" : style.removed("  undone: the score fell")
        var lines =
            step.isRule
            ? ["  \(step.number). rule \(step.ruleID), score \(step.score)" + fate, "     " + style.quiet(step.rule)]
            : ["  \(step.number). \(step.rule)" + fate]
        var table = Table(right: [false, false, false])
        for item in step.before {
            table.add([style.removed("-"), style.removed(item.text), Visible.string(ExplanationReport.label(item))])
        }
        for item in step.after {
            table.add([style.added("+"), style.added(item.text), Visible.string(ExplanationReport.label(item))])
        }
        lines += table.lines(indent: 5)
        return lines
    }

    /// What an instruction is about: its token, and the constant that a rule gave it.
    static func label(_ item: ExplainedItem) -> String {
        item.constantName.map { "\(item.piece) [\($0)]" } ?? item.piece
    }

    // MARK: For programs

    func write(to json: inout JSONText) {
        explanation.write(to: &json, text: text, mode: mode)
    }
}

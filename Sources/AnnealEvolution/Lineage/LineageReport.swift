public import AnnealRewrite
import Foundation
import GRDB

/// How a model came to be, read from its lineage.
public struct LineageReport {
    private let store: LineageStore
    private let vocabulary: any Vocabulary

    /// - Parameter vocabulary: names tokens in the printed rules; nil prints ids.
    public init(_ store: LineageStore, vocabulary: (any Vocabulary)? = nil) {
        self.store = store
        self.vocabulary = vocabulary ?? NoPieces()
    }

    /// The run, its generations, kinds of rules, and the best rules with their ancestors.
    /// - Parameter best: how many rules to print.
    public func lines(best: Int) throws -> [String] {
        var lines = try heading()
        lines += [""] + (try generationLines())
        let rules = try store.rules()
        lines += ["", "kind                 rules     firings         gain     held out"]
        for (kind, some) in kinds(rules) {
            let gain = some.reduce(0) { $0 + $1.fitness.gain }
            let heldOut = some.reduce(0) { $0 + $1.heldOut.gain }
            lines.append(
                pad("\(kind)", 18) + right("\(some.count)", 8) + right("\(some.reduce(0) { $0 + $1.fired })", 12)
                    + right(fixed(gain, 2), 13) + right(fixed(heldOut, 3), 13))
        }
        lines += ["", "the rules of the highest gain:"]
        let order = rules.indices.sorted { (rules[$1].fitness.gain, $0) < (rules[$0].fitness.gain, $1) }
        for index in order.prefix(best) { lines += try describe(rules[index], ordinal: index) }
        return lines
    }

    private func heading() throws -> [String] {
        try store.read { db in
            var lines: [String] = []
            for step in try Row.fetchAll(db, sql: "SELECT * FROM step ORDER BY number") {
                let detail: String = step["detail"]
                lines.append(
                    "\(step["name"] as String) \(prefix(step["hash"])) from \(prefix(step["parent"])), "
                        + "\(fixed(step["seconds"], 1)) s, \(step["finished"] as String)")
                lines += detail.split(separator: "\n").map { "    \($0)" }
            }
            guard let run = try Row.fetchOne(db, sql: "SELECT * FROM run") else {
                return lines + ["no run of evolution"]
            }
            lines.append("evolution \(prefix(run["hash"])), begun \(run["started"] as String)")
            lines.append("    texts \(prefix(run["digest"]))")
            lines.append("    settings \(run["settings"] as String)")
            return lines
        }
    }

    private func generationLines() throws -> [String] {
        try store.read { db in
            var lines = ["generation      hash  from          born  accepted   rules   residual  held out       s"]
            for row in try Row.fetchAll(db, sql: "SELECT * FROM generation ORDER BY number") {
                lines.append(
                    right("\(row["number"] as Int)", 10) + "  " + prefix(row["hash"]) + "  " + prefix(row["parent"])
                        + right("\(row["born"] as Int)", 8) + right("\(row["accepted"] as Int)", 10)
                        + right("\(row["rules"] as Int)", 8) + right(fixed(row["energy"], 5), 11)
                        + right(fixed(row["held_out_energy"], 5), 10) + right(fixed(row["seconds"], 1), 8))
            }
            return lines
        }
    }

    private func describe(_ rule: AcceptedRule, ordinal: Int) throws -> [String] {
        var lines = [
            "\(right("\(ordinal)", 7))  \(text(rule.genome))  gain \(fixed(rule.fitness.gain, 2)), "
                + "\(rule.fired) firings, held out \(fixed(rule.heldOut.gain, 3)), generation \(rule.generation)"
        ]
        var births = [rule.parents[0], rule.parents[1]].filter { $0 >= 0 }
        var known: Set<Int64> = [rule.birth]
        while let birth = births.popLast(), known.insert(birth).inserted, known.count < 12 {
            guard let parent = try store.birth(birth) else { continue }
            lines.append("             of \(text(parent.genome)), born in generation \(parent.generation)")
            births += [parent.parents[0], parent.parents[1]].filter { $0 >= 0 }
        }
        return lines
    }

    private func kinds(_ rules: [AcceptedRule]) -> [(RuleKind, [AcceptedRule])] {
        Dictionary(grouping: rules) { RuleKind($0.genome) }
            .sorted { ($1.value.count, "\($0.key)") < ($0.value.count, "\($1.key)") }.map { ($0.key, $0.value) }
    }

    private func text(_ genome: Genome) -> String {
        RuleText.print(genome.rule(row: 0, confidence: 1), vocabulary: vocabulary)
            .replacingOccurrences(of: " row=0", with: "").replacingOccurrences(of: " !1", with: "")
    }

    /// Pictures: name and SVG document.
    public func pictures() throws -> [(name: String, document: String)] {
        let generations = try store.generations()
        let rules = try store.rules()
        let numbers = generations.map { Double($0.number) }
        let fitness = Chart(
            title: "What is left to learn", xName: "generation", yName: "squared residual a text"
        ).lines([
            Chart.Series(name: "texts", points: Array(zip(numbers, generations.map(\.energy)))),
            Chart.Series(name: "held-out texts", points: Array(zip(numbers, generations.map(\.heldOutEnergy)))),
        ])
        let size = Chart(
            title: "Size against quality", xName: "rules", yName: "squared residual a held-out text"
        ).lines([
            Chart.Series(
                name: "held-out texts",
                points: generations.map { (Double($0.rules), $0.heldOutEnergy) })
        ])
        let counts = kinds(rules).prefix(8).map { (name: "\($0.0)", value: Double($0.1.count)) }
        let kinds = Chart(title: "Kinds of rules", xName: "action, atoms", yName: "rules").bars(counts)
        let births = Chart(title: "Births and acceptances", xName: "generation", yName: "candidates").lines([
            Chart.Series(name: "accepted", points: Array(zip(numbers, generations.map { Double($0.accepted) }))),
            Chart.Series(name: "refused", points: Array(zip(numbers, generations.map { Double($0.refused) }))),
        ])
        return [("fitness", fitness), ("size", size), ("kinds", kinds), ("births", births)]
    }

    private func prefix(_ hash: String) -> String { pad(String(hash.prefix(12)), 12) }
    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
    private func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
    private func fixed(_ value: Double, _ places: Int) -> String { String(format: "%.\(places)f", value) }
}

import AnnealJSON
import AnnealPlatform
import AnnealSearch

/// What an indexing run did, as people and programs read it.
enum SummaryText {
    /// Files and endings that are named; more are counted.
    private static let namedMax = 10

    static func lines(_ summary: IndexSummary) -> [String] {
        var parts = [
            "\(summary.indexed) files indexed (\(summary.passages) passages)", "\(summary.unchanged) unchanged",
        ]
        if summary.removed > 0 { parts.append("\(summary.removed) gone") }
        if summary.ignored > 0 { parts.append("\(summary.ignored) ignored") }
        var lines = [parts.joined(separator: ", ")]
        let kinds = kinds(summary)
        if !kinds.isEmpty {
            let others = kinds.dropFirst(namedMax).reduce(0) { $0 + $1.count }
            let named = kinds.prefix(namedMax).map {
                "\($0.count) \($0.ending.isEmpty ? "without ending" : "." + $0.ending)"
            }
            lines.append("not read: " + (named + (others > 0 ? ["\(others) others"] : [])).joined(separator: ", "))
        }
        return lines
    }

    /// The files that were passed over, those with the rarer reasons first.
    static func passedOver(_ summary: IndexSummary) -> [String] {
        let files =
            summary.passedOver.filter { $0.reason != .noText } + summary.passedOver.filter { $0.reason == .noText }
        var lines = files.prefix(namedMax).map { "passed over \($0.path): \($0.reason)" }
        if files.count > namedMax { lines.append("passed over \(files.count - namedMax) more, which --json names") }
        return lines
    }

    static func repaired(_ summary: IndexSummary) -> [String] {
        var lines = summary.repaired.prefix(namedMax).map {
            "read \($0.path) with U+FFFD in \($0.places) \($0.places == 1 ? "place" : "places") not UTF-8"
        }
        let others = summary.repaired.count - namedMax
        if others > 0 { lines.append("read \(others) more with U+FFFD, which --json names") }
        return lines
    }

    static func failures(_ summary: IndexSummary) -> [String] {
        var lines = summary.failures.prefix(namedMax).map { "cannot read \($0.path): \($0.message)" }
        let others = summary.failures.count - namedMax
        if others > 0 { lines.append("cannot read \(others) more, which --json names") }
        return lines
    }

    /// How many files of each ending were not read, the most first.
    private static func kinds(_ summary: IndexSummary) -> [(ending: String, count: Int)] {
        let counts = Dictionary(summary.passedOver.map { ($0.ending, 1) }, uniquingKeysWith: +)
        return counts.map { (ending: $0.key, count: $0.value) }
            .sorted { $0.count != $1.count ? $0.count > $1.count : $0.ending < $1.ending }
    }

    static func json(_ summary: IndexSummary) -> String {
        var json = JSONText()
        json.object { json in
            json.value("indexed", summary.indexed)
            json.value("passages", summary.passages)
            json.value("unchanged", summary.unchanged)
            json.value("removed", summary.removed)
            json.value("ignored", summary.ignored)
            json.object("not_read") { json in
                for (ending, count) in kinds(summary) { json.value(ending, count) }
            }
            json.array("passed_over") { json in
                for file in summary.passedOver {
                    json.object { json in
                        json.path(file.path)
                        json.value("reason", "\(file.reason)")
                    }
                }
            }
            json.array("repaired") { json in
                for file in summary.repaired {
                    json.object { json in
                        json.path(file.path)
                        json.value("places", file.places)
                    }
                }
            }
            json.array("failures") { json in
                for failure in summary.failures {
                    json.object { json in
                        json.path(failure.path)
                        json.value("message", failure.message)
                    }
                }
            }
        }
        return json.text
    }
}

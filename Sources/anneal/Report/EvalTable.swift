import Anneal
import AnnealEval
import AnnealJSON

/// The scores of some modes side by side.
struct EvalTable {
    let modes: [Mode]
    /// One for each mode.
    let reports: [EvalReport]
    let tasks: [EvalTask]

    private var kinds: [EvalKind] { EvalKind.allCases.filter { kind in tasks.contains { $0.kind == kind } } }

    func lines(_ style: Style) -> [String] {
        var table = Table(right: [false] + modes.map { _ in true })
        table.add([style.heading("")] + modes.map { style.heading($0.rawValue) })
        for kind in kinds {
            for (index, task) in tasks.enumerated() where task.kind == kind {
                table.add(
                    ["\(kind.rawValue)/\(task.name)"]
                        + reports.map { Decimal.string($0.scores[index].value, places: 2) })
            }
            table.add(
                [style.heading("\(kind.rawValue), mean")]
                    + reports.map { style.heading($0.mean(of: kind).map { Decimal.string($0, places: 2) } ?? "") })
        }
        table.add(
            [style.heading("mean of kinds")]
                + reports.map { style.heading($0.mean.map { Decimal.string($0, places: 2) } ?? "") })
        return table.lines(indent: 0)
    }

    var json: JSONText {
        var json = JSONText()
        json.object { json in
            for (mode, report) in zip(modes, reports) {
                json.object(mode.rawValue) { json in
                    for kind in kinds {
                        json.object(kind.rawValue) { json in
                            for score in report.scores where score.task.kind == kind {
                                json.value(score.task.name, score.value)
                            }
                        }
                    }
                    json.object("means") { json in
                        for kind in kinds { json.value(kind.rawValue, report.mean(of: kind) ?? 0) }
                        json.value("all", report.mean ?? 0)
                    }
                }
            }
        }
        return json
    }
}

import AnnealEval
import AnnealJSON

/// The scores of some sources of vectors side by side.
struct EvalTable {
    /// What heads the columns.
    let names: [String]
    /// One for each name.
    let reports: [EvalReport]
    let tasks: [EvalTask]

    private var kinds: [EvalKind] { EvalKind.allCases.filter { kind in tasks.contains { $0.kind == kind } } }

    func lines(_ style: Style) -> [String] {
        var table = Table(right: [false] + names.map { _ in true })
        table.add([style.heading("")] + names.map { style.heading($0) })
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
        if reports.contains(where: { $0.fidelity != nil }) {
            table.add(
                [style.heading("cosine with the teacher")]
                    + reports.map { style.heading($0.fidelity.map { Decimal.string($0, places: 4) } ?? "") })
        }
        return table.lines(indent: 0)
    }

    var json: JSONText {
        var json = JSONText()
        json.object { json in
            for (name, report) in zip(names, reports) {
                json.object(name) { json in
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
                    if let fidelity = report.fidelity { json.value("fidelity", fidelity) }
                }
            }
        }
        return json
    }
}

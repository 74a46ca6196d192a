import AnnealEval
import AnnealJSON

/// The shares of minimal pairs, a column a source of vectors.
struct MinimalPairsTable {
    /// What heads the columns.
    let names: [String]
    /// For each name the shares by category, all last.
    let shares: [[MinimalPairs.Share]]

    func lines(_ style: Style) -> [String] {
        var table = Table(right: [false, true] + names.map { _ in true })
        table.add([style.heading("minimal pairs"), style.heading("count")] + names.map { style.heading($0) })
        for (row, share) in (shares.first ?? []).enumerated() {
            table.add(
                [share.category, "\(share.count)"] + shares.map { Decimal.string($0[row].value, places: 2) })
        }
        return table.lines(indent: 0)
    }

    var json: JSONText {
        var json = JSONText()
        json.object { json in
            for (name, shares) in zip(names, shares) {
                json.object(name) { json in
                    for share in shares { json.value(share.category, share.value) }
                }
            }
        }
        return json
    }
}

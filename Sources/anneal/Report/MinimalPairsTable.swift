import Anneal
import AnnealEval
import AnnealJSON

/// The shares of minimal pairs, a column a mode.
struct MinimalPairsTable {
    let modes: [Mode]
    /// For each mode the shares by category, all last.
    let shares: [[MinimalPairs.Share]]

    func lines(_ style: Style) -> [String] {
        var table = Table(right: [false, true] + modes.map { _ in true })
        table.add([style.heading("minimal pairs"), style.heading("count")] + modes.map { style.heading($0.rawValue) })
        for (row, share) in (shares.first ?? []).enumerated() {
            table.add(
                [share.category, "\(share.count)"] + shares.map { Decimal.string($0[row].value, places: 2) })
        }
        return table.lines(indent: 0)
    }

    var json: JSONText {
        var json = JSONText()
        json.object { json in
            for (mode, shares) in zip(modes, shares) {
                json.object(mode.rawValue) { json in
                    for share in shares { json.value(share.category, share.value) }
                }
            }
        }
        return json
    }
}

import AnnealRewrite

/// How ``TrainedConstants/places`` lies: texts of 2 to 16 live items have a row for each number of them, each octave of longer
/// ones, up to 128, has four, and all that are longer have one, as texts of more are few. A text of one item has the row of
/// two, since a gain does nothing to its direction.
///
/// In texts of up to 16 items one number stands for all places. To the teacher their first words count more, too; but a
/// sentence turned round says nearly the same, and with learned places is no longer near (Docs/Decisions).
enum PlaceRows {
    static let count = 28
    private static let evenUpTo = 16
    private static let longest = PlaceGains.liveCount - 1

    /// The row of texts of 0...256 live items.
    static func row(of live: Int) -> Int {
        let live = min(max(2, live), 129)
        var row = min(live, 16) - 2
        var from = 16
        while live > from {
            row += min(4, (live - from - 1) / (from / 4) + 1)
            from *= 2
        }
        return row
    }

    /// The rows of 0...256 live items; of none no row is used.
    static let ofLive = (0..<PlaceGains.liveCount).map { row(of: $0) }

    /// The greatest number of live items that has each row.
    static let longestOf = (0..<count).map { row in ofLive.lastIndex(of: row)! }

    /// Where the number of a place lies in the table. A text that goes on behind its live items, as that of which this is a
    /// further window does, counts as one that is long enough.
    @inline(__always)
    static func cell(live: Int, place: Int) -> Int {
        let length = max(live, min(place + 1, longest))
        return ofLive[length] * PlaceGains.width + (length <= evenUpTo ? 0 : min(place, PlaceGains.width - 1))
    }

    /// Where the number lies that stands for a row and column of a model's table.
    static func cell(row: Int, column: Int) -> Int {
        let isFurther = column == PlaceGains.width - 1 && longestOf[row] <= column
        return cell(live: longestOf[row], place: isFurther ? longest : column)
    }
}

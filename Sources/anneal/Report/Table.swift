/// Columns of text, each as wide as its widest cell.
struct Table {
    /// Whether a column is set flush right, as numbers are.
    private let isRight: [Bool]
    private var rows: [[String]] = []

    init(right: [Bool]) { isRight = right }

    mutating func add(_ cells: [String]) {
        precondition(cells.count == isRight.count)
        rows.append(cells)
    }

    /// The rows, each with `indent` spaces before and two between the columns.
    func lines(indent: Int = 2) -> [String] {
        var widths = [Int](repeating: 0, count: isRight.count)
        for row in rows {
            for (column, cell) in row.enumerated() { widths[column] = max(widths[column], Table.width(cell)) }
        }
        return rows.map { row in
            var line = String(repeating: " ", count: indent)
            for (column, cell) in row.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - Table.width(cell))
                if column > 0 { line += "  " }
                line += isRight[column] ? padding + cell : cell + padding
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    /// Characters a terminal shows: colour sequences take no place.
    private static func width(_ text: String) -> Int {
        var width = 0
        var isEscape = false
        for character in text {
            if character == "\u{1B}" { isEscape = true }
            if !isEscape { width += 1 }
            if isEscape, character == "m" { isEscape = false }
        }
        return width
    }
}

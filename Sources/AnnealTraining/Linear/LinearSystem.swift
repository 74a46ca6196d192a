/// Small systems of linear equations.
enum LinearSystem {
    /// Solves `a · x = b` by Gaussian elimination with partial pivoting.
    /// - Parameter rows: the rows of a, each with its number of b behind it.
    /// - Returns: nil where a has no inverse, or hardly one.
    /// - Complexity: O(n³).
    static func solve(_ rows: [[Double]]) -> [Double]? {
        var rows = rows
        let count = rows.count
        for column in 0..<count {
            let pivot = (column..<count).max { abs(rows[$0][column]) < abs(rows[$1][column]) }!
            rows.swapAt(column, pivot)
            guard abs(rows[column][column]) > 1e-12 else { return nil }
            for row in 0..<count where row != column {
                let factor = rows[row][column] / rows[column][column]
                for index in column...count { rows[row][index] -= factor * rows[column][index] }
            }
        }
        return (0..<count).map { rows[$0][count] / rows[$0][$0] }
    }
}

import AnnealFormats

/// An affine map from rows of a model to the space of an engine: `target + unit(row − centre) · matrix`.
///
/// Fitted by ridge regression on words whose vectors both know; Mikolov, Le and Sutskever 2013
/// (https://arxiv.org/abs/1309.4168) is the idea, with unit lengths and centres as in Artetxe et al. 2016.
public struct RowMap: Sendable {
    /// The mean of the model's rows that it was fitted on.
    public let centre: [Float]
    /// A row for each number of the model's rows, as long as a vector of the space.
    public let matrix: [Float]
    /// The mean vector of the space.
    public let target: [Float]

    /// - Precondition: `matrix.count == centre.count * target.count`.
    public init(centre: [Float], matrix: [Float], target: [Float]) {
        precondition(matrix.count == centre.count * target.count && !centre.isEmpty && !target.isEmpty)
        self.centre = centre
        self.matrix = matrix
        self.target = target
    }

    /// Numbers of all three.
    var numberCount: Int { centre.count + matrix.count + target.count }

    /// Maps a row. Each number is a sum in the order of the row, so that bits do not depend on the processor.
    /// - Parameters:
    ///   - row: as long as ``centre``; it is used up.
    ///   - vector: as long as ``target``; all of it is written.
    /// - Complexity: O(row · vector), allocates nothing.
    func apply(to row: UnsafeMutableBufferPointer<Float>, into vector: UnsafeMutableBufferPointer<Float>) {
        precondition(row.count == centre.count && vector.count == target.count)
        var squares: Float = 0
        for index in row.indices {
            row[index] -= centre[index]
            squares += row[index] * row[index]
        }
        _ = vector.update(fromContentsOf: target)
        guard squares > 0 else { return }
        let length = squares.squareRoot()
        matrix.withUnsafeBufferPointer { matrix in
            var line = 0
            while line < row.count {
                // Four lines at a time: the sum is in a register meanwhile, and its order the same.
                let width = vector.count
                let count = min(4, row.count - line)
                let start = matrix.baseAddress! + line * width
                let sums = vector.baseAddress!
                if count == 4 {
                    let (a, b) = (row[line] / length, row[line + 1] / length)
                    let (c, d) = (row[line + 2] / length, row[line + 3] / length)
                    // In bounds: four whole lines begin at `start`.
                    for column in 0..<width {
                        var sum = sums[column] + a * start[column]
                        sum += b * start[width &+ column]
                        sum += c * start[2 &* width &+ column]
                        sums[column] = sum + d * start[3 &* width &+ column]
                    }
                } else {
                    for rest in 0..<count { add(start + rest * width, times: row[line + rest] / length, to: vector) }
                }
                line += count
            }
        }
    }

    /// Fits a map.
    /// - Parameters:
    ///   - rows: of the model, one a word.
    ///   - vectors: of the engine, one a word, of length one.
    ///   - pull: as of ``RidgeRegression``.
    /// - Complexity: O(words · width · (width + dimension) + width³).
    /// - Precondition: as many rows as vectors, at least two that differ.
    static func fit(rows: Matrix, vectors: Matrix, pull: Double, threads: Int) -> RowMap {
        precondition(rows.rows == vectors.rows && rows.rows > 1)
        let centre = mean(of: rows)
        let units = rows.copy()
        for row in 0..<units.rows {
            let numbers = UnsafeMutableBufferPointer(start: units.row(row), count: units.columns)
            var squares: Float = 0
            for column in numbers.indices {
                numbers[column] -= centre[column]
                squares += numbers[column] * numbers[column]
            }
            guard squares > 0 else { continue }
            let length = squares.squareRoot()
            for column in numbers.indices { numbers[column] /= length }
        }
        let targets = (0..<vectors.columns).map { column in
            (0..<vectors.rows).map { Double(vectors.row($0)[column]) }
        }
        let found = RidgeRegression(
            units, rows: Array(0..<units.rows), targets: targets, pull: pull, threads: threads)
        let matrix = (0..<rows.columns).flatMap { line in found.weights.map { Float($0[line]) } }
        return RowMap(centre: centre, matrix: matrix, target: found.biases.map { Float($0) })
    }

    private static func mean(of rows: Matrix) -> [Float] {
        var sums = [Double](repeating: 0, count: rows.columns)
        for row in 0..<rows.rows { for column in 0..<rows.columns { sums[column] += Double(rows.row(row)[column]) } }
        return sums.map { Float($0 / Double(rows.rows)) }
    }
}

/// `sum += factor · row`, each number by itself.
@inline(__always)
func add(_ row: UnsafePointer<Float>, times factor: Float, to sum: UnsafeMutableBufferPointer<Float>) {
    let sums = sum.baseAddress!
    for column in 0..<sum.count { sums[column] += factor * row[column] }
}

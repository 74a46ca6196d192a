import AnnealFormats

/// An affine map from rows of a model to the space of an engine: `target + unit(row − centre) · matrix`.
///
/// Fitted by ridge regression on words whose vectors both know; Mikolov, Le and Sutskever 2013
/// (https://arxiv.org/abs/1309.4168) is the idea, with unit lengths and centres as in Artetxe et al. 2016.
public struct RowMap: Sendable {
    /// The mean of the model's rows that it was fitted on.
    public let centre: [Float]
    /// A row for each number of the model's rows, as long as a vector of the space: the upper halves of float32, which halves
    /// what a row that is mapped reads, and so its time.
    public let matrix: [UInt16]
    /// The mean vector of the space.
    public let target: [Float]

    /// - Precondition: `matrix.count == centre.count * target.count`.
    public init(centre: [Float], matrix: [UInt16], target: [Float]) {
        precondition(matrix.count == centre.count * target.count && !centre.isEmpty && !target.isEmpty)
        self.centre = centre
        self.matrix = matrix
        self.target = target
    }

    /// Bytes of all three in a file.
    var byteCount: Int { Self.byteCount(width: centre.count, dimension: target.count) }

    static func byteCount(width: Int, dimension: Int) -> Int { 4 * width + 2 * width * dimension + 4 * dimension }

    /// The upper half of the float32 that is nearest, of two the even one.
    /// - Precondition: the number is finite, and not so large that it would be rounded to infinity.
    static func half(_ number: Float) -> UInt16 {
        let bits = number.bitPattern
        return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
    }

    /// Whether tables can have it.
    var isFinite: Bool {
        centre.allSatisfy(\.isFinite) && target.allSatisfy(\.isFinite) && matrix.allSatisfy { Self.number($0).isFinite }
    }

    static func number(_ half: UInt16) -> Float { Float(bitPattern: UInt32(half) << 16) }

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
                let count = min(4, row.count - line)
                // In bounds: so many whole lines are left.
                let start = matrix.baseAddress! + line * vector.count
                if count == 4 {
                    add(start, row.baseAddress! + line, length, to: vector)
                } else {
                    for rest in 0..<count {
                        let factor = row[line + rest] / length
                        for column in vector.indices {
                            vector[column] += factor * Self.number(start[rest * vector.count + column])
                        }
                    }
                }
                line += count
            }
        }
    }

    /// Adds four lines at a time: the sum is in a register meanwhile, and its order the same.
    @inline(__always)
    private func add(
        _ lines: UnsafePointer<UInt16>, _ row: UnsafePointer<Float>, _ length: Float,
        to vector: UnsafeMutableBufferPointer<Float>
    ) {
        let (sums, width) = (vector.baseAddress!, vector.count)
        let (a, b, c, d) = (row[0] / length, row[1] / length, row[2] / length, row[3] / length)
        for column in 0..<width {
            var sum = sums[column] + a * Self.number(lines[column])
            sum += b * Self.number(lines[width &+ column])
            sum += c * Self.number(lines[2 &* width &+ column])
            sums[column] = sum + d * Self.number(lines[3 &* width &+ column])
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
        let matrix = (0..<rows.columns).flatMap { line in found.weights.map { half(Float($0[line])) } }
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

/// Vectors as the rows of one block of floats.
struct Matrix: Sendable {
    let rows: Int
    let columns: Int
    var values: [Float]

    init(rows: Int, columns: Int) {
        self.init(rows: rows, columns: columns, values: [Float](repeating: 0, count: rows * columns))
    }

    init(rows: Int, columns: Int, values: [Float]) {
        precondition(values.count == rows * columns)
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    /// The given rows, in the given order.
    func selecting(_ indices: [Int]) -> Matrix {
        var selected = Matrix(rows: indices.count, columns: columns)
        for (place, index) in indices.enumerated() {
            selected.values.replaceSubrange(
                place * columns..<(place + 1) * columns, with: values[index * columns..<(index + 1) * columns])
        }
        return selected
    }

    /// The dot product of a row of this and a row of another, summed in double precision, in order.
    func dot(_ row: Int, _ other: Matrix, _ otherRow: Int) -> Double {
        precondition(columns == other.columns)
        var sum = 0.0
        for column in 0..<columns {
            sum += Double(values[row * columns + column]) * Double(other.values[otherRow * columns + column])
        }
        return sum
    }

    /// The matrix with rows and columns exchanged, its rows padded with zeros to a multiple of eight: the right side
    /// of ``DenseProduct``.
    func transposed() -> (values: [Float], stride: Int) {
        let stride = (rows + 7) & ~7
        var result = [Float](repeating: 0, count: columns * stride)
        for row in 0..<rows {
            for column in 0..<columns { result[column * stride + row] = values[row * columns + column] }
        }
        return (result, stride)
    }
}

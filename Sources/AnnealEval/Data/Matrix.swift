import AnnealFormats

extension Matrix {
    /// The given rows, in the given order.
    func selecting(_ indices: [Int]) -> Matrix {
        let selected = Matrix(rows: indices.count, columns: columns)
        for (place, index) in indices.enumerated() { selected.row(place).update(from: row(index), count: columns) }
        return selected
    }

    /// The dot product of a row of this and a row of another, summed in double precision, in order.
    func dot(_ row: Int, _ other: Matrix, _ otherRow: Int) -> Double {
        precondition(columns == other.columns)
        let (left, right) = (self.row(row), other.row(otherRow))
        var sum = 0.0
        for column in 0..<columns { sum += Double(left[column]) * Double(right[column]) }
        return sum
    }

    /// The matrix with rows and columns exchanged, its rows padded with zeros to a multiple of eight: the right side
    /// of ``DenseProduct``.
    func transposed() -> (values: [Float], stride: Int) {
        let stride = (rows + 7) & ~7
        var result = [Float](repeating: 0, count: columns * stride)
        for row in 0..<rows {
            let values = self.row(row)
            for column in 0..<columns { result[column * stride + row] = values[column] }
        }
        return (result, stride)
    }
}

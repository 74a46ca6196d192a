/// Vectors as the rows of one block of floats, row major.
///
/// Sendable although it is mutable, because threads write to rows of their own only, as each caller says.
public final class Matrix: @unchecked Sendable {
    public let rows: Int
    public let columns: Int
    /// `rows * columns` numbers.
    public let storage: UnsafeMutablePointer<Float>

    /// A matrix of zeros.
    /// - Complexity: O(rows · columns).
    public init(rows: Int, columns: Int) {
        precondition(rows >= 0 && columns >= 0)
        self.rows = rows
        self.columns = columns
        storage = .allocate(capacity: max(1, rows * columns))
        storage.initialize(repeating: 0, count: rows * columns)
    }

    /// A matrix of numbers that are there, row by row.
    /// - Complexity: O(rows · columns).
    /// - Precondition: `values.count == rows * columns`.
    public convenience init(rows: Int, columns: Int, values: [Float]) {
        precondition(values.count == rows * columns)
        self.init(rows: rows, columns: columns)
        values.withUnsafeBufferPointer { values in
            if let base = values.baseAddress { storage.update(from: base, count: values.count) }
        }
    }

    deinit { storage.deallocate() }

    /// The numbers of one row.
    /// - Precondition: `0 <= row < rows`.
    @inlinable @inline(__always)
    public func row(_ row: Int) -> UnsafeMutablePointer<Float> {
        assert(row >= 0 && row < rows)
        return storage + row * columns
    }

    /// A copy whose writes are its own.
    public func copy() -> Matrix {
        let copy = Matrix(rows: rows, columns: columns)
        copy.storage.update(from: storage, count: rows * columns)
        return copy
    }
}

extension Matrix {
    /// The given rows, in the given order.
    package func selecting(_ indices: [Int]) -> Matrix {
        let selected = Matrix(rows: indices.count, columns: columns)
        for (place, index) in indices.enumerated() { selected.row(place).update(from: row(index), count: columns) }
        return selected
    }

    /// The dot product of a row of this and a row of another, summed in double precision, in order.
    package func dot(_ row: Int, _ other: Matrix, _ otherRow: Int) -> Double {
        precondition(columns == other.columns)
        let (left, right) = (self.row(row), other.row(otherRow))
        var sum = 0.0
        for column in 0..<columns { sum += Double(left[column]) * Double(right[column]) }
        return sum
    }

    /// The matrix with rows and columns exchanged, its rows padded with zeros to a multiple of eight: the right side
    /// of ``DenseProduct``.
    package func transposed() -> (values: [Float], stride: Int) {
        let stride = (rows + 7) & ~7
        var result = [Float](repeating: 0, count: columns * stride)
        for row in 0..<rows {
            let values = self.row(row)
            for column in 0..<columns { result[column * stride + row] = values[column] }
        }
        return (result, stride)
    }
}

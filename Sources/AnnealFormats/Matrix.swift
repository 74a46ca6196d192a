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

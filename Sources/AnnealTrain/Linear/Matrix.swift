/// A row-major matrix of 32-bit floats in memory of its own.
///
/// Sendable although it holds a pointer: who writes from several threads writes to different rows.
public final class Matrix: @unchecked Sendable {
    public let rows: Int
    public let columns: Int
    public let storage: UnsafeMutablePointer<Float>

    /// A matrix of zeros.
    public init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        storage = .allocate(capacity: max(rows * columns, 1))
        storage.initialize(repeating: 0, count: rows * columns)
    }

    deinit { storage.deallocate() }

    /// The first number of a row.
    /// - Precondition: `0 <= index < rows`.
    @inline(__always)
    public func row(_ index: Int) -> UnsafeMutablePointer<Float> { storage + index * columns }
}

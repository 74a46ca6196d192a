/// A view of a model's constants: rows of signed bytes, their scales, the gain table and the role diagonals.
///
/// The first ``tokenCount`` rows are the tokens' own; the rest are phrase and sense constants. A row's value is
/// `scale · byte · 2^-exponent`.
///
/// - Invariant: `rows` holds `rowCount * dimension` bytes, `scales` holds `rowCount` values in 1...12000, `gainTable` holds
///   256 values of at most 11184 with twelve fraction bits (4096 is a gain of one), `roles` holds
///   `roleCount * 3 * dimension` bytes with six fraction bits. Whoever opens the memory checks the values once.
/// - Note: unchecked `Sendable` because the memory is read-only while the view is in use; its owner (the mapped model)
///   outlives it.
public struct Constants: @unchecked Sendable {
    /// The largest number of dimensions a model may have.
    public static let dimensionLimit = 1024
    /// The largest scale of a row.
    public static let scaleLimit: Int16 = 12000
    /// The largest entry of the gain table: with the largest scale it stays within 16 bits, 32766.
    public static let gainLimit: UInt16 = 11184

    public let dimension: Int
    public let tokenCount: Int
    public let rowCount: Int
    public let rows: UnsafePointer<Int8>
    public let scales: UnsafePointer<Int16>
    public let gainTable: UnsafePointer<UInt16>
    public let roleCount: Int
    public let roles: UnsafePointer<Int8>
    /// A real value is its integer times `2^-exponent`.
    public let exponent: Int32

    /// Makes a view of memory that the caller keeps alive and unchanged.
    /// - Precondition: `dimension` is a multiple of 32 in 32...1024, `0 <= tokenCount <= rowCount`, `roleCount >= 0`, and
    ///   `exponent` is in 0...1000. `roles` is not read where `roleCount` is 0.
    public init(
        dimension: Int, tokenCount: Int, rowCount: Int, rows: UnsafePointer<Int8>, scales: UnsafePointer<Int16>,
        gainTable: UnsafePointer<UInt16>, roleCount: Int, roles: UnsafePointer<Int8>, exponent: Int32
    ) {
        precondition(dimension > 0 && dimension % 32 == 0 && dimension <= Constants.dimensionLimit)
        precondition(tokenCount >= 0 && tokenCount <= rowCount && rowCount <= Int(UInt32.max))
        precondition(roleCount >= 0)
        precondition(exponent >= 0 && exponent <= 1000)
        self.dimension = dimension
        self.tokenCount = tokenCount
        self.rowCount = rowCount
        self.rows = rows
        self.scales = scales
        self.gainTable = gainTable
        self.roleCount = roleCount
        self.roles = roles
        self.exponent = exponent
    }

    /// The fixed-point gain of a row under entry `gainIndex` of the gain table: `(scale · entry + 2048) >> 12`.
    /// - Precondition: `row < rowCount`, `gainIndex <= 255`.
    @inline(__always)
    func gain(row: UInt32, gainIndex: UInt16) -> Int16 {
        // At most (12000 * 11184 + 2048) >> 12 = 32766: the conversion keeps every bit.
        Int16(
            truncatingIfNeeded: (Int32(scales[Int(row)]) * Int32(gainTable[Int(gainIndex & 0xFF)]) + 2048) >> 12)
    }

    /// The real value of one unit of an accumulator, `2^-exponent`, exactly.
    var unit: Double { Double(sign: .plus, exponent: -Int(exponent), significand: 1) }
}

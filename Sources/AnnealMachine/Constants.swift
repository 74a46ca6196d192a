import CAnnealKernels

/// A view of a model's constants: rows of signed bytes, their scales, the gain table and the role diagonals.
///
/// The first ``tokenCount`` rows are the tokens' own; the rest are phrase and sense constants. A row's value is
/// `scale · byte · 2^-exponent`.
///
/// The first ``packedCount`` of the constants are packed: their bytes are multiples of 16, of which the upper halves are
/// stored. Where a row lies changes no bit of any result.
///
/// - Invariant: `rows` holds `(rowCount - packedCount) * dimension` bytes, `packedRows` holds `packedCount * dimension / 2`
///   bytes as the kernel's `accumulate_packed` reads them, `scales` holds `rowCount` values in 1...12000, `gainTable` holds
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
    /// The rows that are not packed: the tokens', then the other constants'.
    public let rows: UnsafePointer<Int8>
    /// How many rows are packed; row ``tokenCount`` is the first of them.
    public let packedCount: Int
    public let packedRows: UnsafePointer<UInt8>
    public let scales: UnsafePointer<Int16>
    public let gainTable: UnsafePointer<UInt16>
    public let roleCount: Int
    public let roles: UnsafePointer<Int8>
    /// A real value is its integer times `2^-exponent`.
    public let exponent: Int32

    /// Makes a view of memory that the caller keeps alive and unchanged.
    /// - Parameter packed: the rows that are packed, and how many they are; nil where none is.
    /// - Precondition: `dimension` is a multiple of 32 in 32...1024, `0 <= tokenCount <= rowCount`, at most
    ///   `rowCount - tokenCount` rows are packed, `roleCount >= 0`, and `exponent` is in 0...1000. `roles` is not read where `roleCount` is 0.
    public init(
        dimension: Int, tokenCount: Int, rowCount: Int, rows: UnsafePointer<Int8>,
        packed: (rows: UnsafePointer<UInt8>, count: Int)? = nil, scales: UnsafePointer<Int16>,
        gainTable: UnsafePointer<UInt16>, roleCount: Int, roles: UnsafePointer<Int8>, exponent: Int32
    ) {
        precondition(dimension > 0 && dimension % 32 == 0 && dimension <= Constants.dimensionLimit)
        precondition(tokenCount >= 0 && tokenCount <= rowCount && UInt64(rowCount) <= UInt64(UInt32.max))
        precondition(roleCount >= 0)
        precondition(exponent >= 0 && exponent <= 1000)
        self.dimension = dimension
        self.tokenCount = tokenCount
        self.rowCount = rowCount
        self.rows = rows
        packedCount = packed?.count ?? 0
        // Not read where no row is packed.
        packedRows = packed?.rows ?? UnsafeRawPointer(rows).assumingMemoryBound(to: UInt8.self)
        precondition(packedCount >= 0 && packedCount <= rowCount - tokenCount)
        self.scales = scales
        self.gainTable = gainTable
        self.roleCount = roleCount
        self.roles = roles
        self.exponent = exponent
    }

    /// Bytes of a packed row, which has two numbers in each.
    @inline(__always)
    var packedRowBytes: Int { dimension &>> 1 }

    /// The bytes of a row: where they lie, or unpacked into `scratch`.
    /// - Precondition: `0 <= row < rowCount`; `scratch` has room for ``dimension`` bytes.
    /// - Complexity: O(dimension) where the row is packed, else O(1).
    @inline(__always)
    public func bytes(of row: Int, scratch: UnsafeMutablePointer<Int8>) -> UnsafePointer<Int8> {
        let place = row &- tokenCount
        guard place >= 0 else { return rows + row &* dimension }
        guard place < packedCount else { return rows + (row &- packedCount) &* dimension }
        anneal_unpack_row(packedRows + place &* packedRowBytes, dimension, scratch)
        return UnsafePointer(scratch)
    }

    /// The same as an array.
    public func bytes(of row: Int) -> [Int8] {
        precondition(row >= 0 && row < rowCount)
        return [Int8](unsafeUninitializedCapacity: dimension) { scratch, count in
            scratch.baseAddress!.update(from: bytes(of: row, scratch: scratch.baseAddress!), count: dimension)
            count = dimension
        }
    }

    /// Where a row lies: whether it is packed, and its place among those that are or are not.
    /// - Precondition: `row < rowCount`.
    @inline(__always)
    public func place(of row: UInt32) -> (isPacked: Bool, index: UInt32) {
        let place = Int(row) &- tokenCount
        let isPacked = place >= 0 && place < packedCount
        let index = isPacked ? place : place < 0 ? Int(row) : Int(row) &- packedCount
        return (isPacked, UInt32(truncatingIfNeeded: index))
    }

    /// The fixed-point gain of a row under entry `gainIndex` of the gain table: `(scale · entry + 2048) >> 12`.
    /// - Precondition: `row < rowCount`, `gainIndex <= 255`.
    @inline(__always)
    public func gain(row: UInt32, gainIndex: UInt16) -> Int16 {
        // At most (12000 * 11184 + 2048) >> 12 = 32766: the conversion keeps every bit.
        Int16(
            truncatingIfNeeded: (Int32(scales[Int(row)]) * Int32(gainTable[Int(gainIndex & 0xFF)]) + 2048) >> 12)
    }

    /// The real value of one unit of an accumulator, `2^-exponent`, exactly.
    package var unit: Double { Double(sign: .plus, exponent: -Int(exponent), significand: 1) }
}

/// Where the parts of an EMBD file of version 1 lie. All numbers are little-endian.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 4 | magic, 0x454D4244 |
/// | 4, 8, 12, 16 | 4 each | version 1, entries N, dimension D, hash algorithm (1: XXH64 with seed 0) |
/// | 20 | 8 N | hashes of the entries' pieces, each larger than the one before |
/// | 20 + 8 N | 4 N D | rows of float32 |
/// | 20 + 8 N + 4 N D | 4 N | how often each piece was counted |
///
/// What is behind it is a ``LookupTrailer``, or nothing.
struct TableLayout: Hashable, Sendable {
    static let magic: UInt32 = 0x454D_4244
    static let version: UInt32 = 1
    static let xxh64: UInt32 = 1
    static let headerSize = 20
    static let dimensionLimit = 65_536

    let count: Int
    let dimension: Int

    /// - Precondition: counts of 32 bits, and at most ``dimensionLimit`` numbers a row: so no product overflows.
    init(count: Int, dimension: Int) {
        precondition(count >= 0 && count <= UInt32.max && dimension >= 0 && dimension <= Self.dimensionLimit)
        self.count = count
        self.dimension = dimension
    }

    var rowSize: Int { 4 * dimension }
    var rows: Int { Self.headerSize + 8 * count }
    var frequencies: Int { rows + rowSize * count }
    /// Behind the last byte.
    var end: Int { frequencies + 4 * count }

    func row(_ entry: Int) -> Int { rows + rowSize * entry }

    var header: [UInt8] {
        [Self.magic, Self.version, UInt32(count), UInt32(dimension), Self.xxh64].flatMap { field in
            (0..<4).map { UInt8(truncatingIfNeeded: field >> (8 * $0)) }
        }
    }
}

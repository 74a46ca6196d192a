import AnnealMachine
import AnnealPlatform

/// Owns the memory of random constants.
final class ConstantsFixture {
    let constants: Constants
    private let rows: UnsafeMutablePointer<Int8>
    private let packedRows: UnsafeMutablePointer<UInt8>
    private let scales: UnsafeMutablePointer<Int16>
    private let gainTable: UnsafeMutablePointer<UInt16>
    private let roles: UnsafeMutablePointer<Int8>

    /// - Parameters:
    ///   - packedCount: how many rows are packed, from the first behind the tokens' on.
    ///   - extreme: every row byte is -128 or 127 (packed ones -128 or 112) and every scale and gain the largest.
    init(
        dimension: Int, tokenCount: Int, rowCount: Int, packedCount: Int = 0, roleCount: Int = 3,
        exponent: Int32 = 20,
        extreme: Bool = false, using random: inout SplitMix64
    ) {
        rows = .allocate(capacity: dimension * rowCount)
        packedRows = .allocate(capacity: dimension * rowCount / 2)
        for index in 0..<dimension * rowCount / 2 {
            packedRows[index] = extreme ? (index % 2 == 0 ? 0x88 : 0x77) : UInt8(truncatingIfNeeded: random.next())
        }
        scales = .allocate(capacity: rowCount)
        gainTable = .allocate(capacity: 256)
        roles = .allocate(capacity: roleCount * 3 * dimension)
        for index in 0..<dimension * rowCount {
            rows[index] = extreme ? (index / dimension % 2 == 0 ? -128 : 127) : Int8(truncatingIfNeeded: random.next())
        }
        for index in 0..<rowCount {
            scales[index] = extreme ? Constants.scaleLimit : Int16(1 + random.next() % UInt64(Constants.scaleLimit))
        }
        for index in 0..<256 {
            gainTable[index] = extreme ? Constants.gainLimit : UInt16(random.next() % UInt64(Constants.gainLimit + 1))
        }
        gainTable[128] = extreme ? Constants.gainLimit : 4096
        for index in 0..<roleCount * 3 * dimension {
            roles[index] = extreme ? (random.next() % 2 == 0 ? -128 : 127) : Int8(truncatingIfNeeded: random.next())
        }
        constants = Constants(
            dimension: dimension, tokenCount: tokenCount, rowCount: rowCount, rows: rows,
            packed: (UnsafePointer(packedRows), packedCount), scales: scales, gainTable: gainTable,
            roleCount: roleCount, roles: roles, exponent: exponent)
    }

    /// Overwrites one row: for cases worked out by hand.
    func setRow(_ row: Int, scale: Int16, _ byte: (Int) -> Int8) {
        for position in 0..<constants.dimension { rows[row * constants.dimension + position] = byte(position) }
        scales[row] = scale
    }

    /// Overwrites the three diagonals of a role, each with one value throughout.
    func setRole(_ role: Int, _ a: Int8, _ b: Int8, _ c: Int8) {
        let dimension = constants.dimension
        for (which, value) in [a, b, c].enumerated() {
            for position in 0..<dimension { roles[(role * 3 + which) * dimension + position] = value }
        }
    }

    deinit {
        rows.deallocate()
        packedRows.deallocate()
        scales.deallocate()
        gainTable.deallocate()
        roles.deallocate()
    }
}

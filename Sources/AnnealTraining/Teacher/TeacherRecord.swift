import AnnealCodes
import AnnealFormats

/// One record of a store: a key of 8 bytes, then the vector.
///
/// As bytes a vector is a scale (a 32-bit float) and `round(x / scale)` for each number, the scale being the greatest
/// magnitude over 127. Of 673,109 vectors of all-MiniLM-L6-v2 the mean cosine with what was stored is in Docs/Decisions.
enum TeacherRecord {
    /// Appends a record.
    /// - Precondition: all numbers are finite, and not all zero.
    static func append(
        key: UInt64, _ vector: UnsafeBufferPointer<Float>, _ encoding: TeacherEncoding, to bytes: inout [UInt8]
    ) {
        bytes += littleEndianBytes(key)
        switch encoding {
        case .int8:
            let scale = SignedBytes.peak(vector) / Float(SignedBytes.top)
            bytes += littleEndianBytes(scale.bitPattern)
            withUnsafeTemporaryAllocation(of: Int8.self, capacity: max(1, vector.count)) { row in
                // Quotients of 32 bits and halves away from zero: stores that are added to hold such ones.
                SignedBytes.encode(vector, scale: scale, rule: .toNearestOrAwayFromZero, into: row.baseAddress!)
                bytes += row[..<vector.count].map { UInt8(bitPattern: $0) }
            }
        case .float16:
            for value in vector { bytes += littleEndianBytes(HalfPrecision.bits(value)) }
        }
    }

    /// Writes a record's vector.
    static func decode(
        _ record: UnsafeRawBufferPointer, _ description: TeacherDescription, into row: UnsafeMutablePointer<Float>
    ) {
        switch description.encoding {
        case .int8:
            let bytes = UnsafeRawBufferPointer(rebasing: record[12..<12 + description.width])
            SignedBytes.decode(
                bytes.bindMemory(to: Int8.self), step: Float(bitPattern: littleEndian(record, 8)), into: row)
        case .float16:
            HalfPrecision.table.withUnsafeBufferPointer { table in
                for index in 0..<description.width {
                    let bits: UInt16 = littleEndian(record, 8 + 2 * index)
                    row[index] = table[Int(bits)]
                }
            }
        }
    }
}

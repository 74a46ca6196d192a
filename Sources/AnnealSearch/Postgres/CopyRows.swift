/// Rows in the binary format of `COPY`: no quoting, and numbers keep their bits.
///
/// - Source: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format"; vectors: pgvector's `vector_send`,
///   two 16-bit integers (dimension, zero) and the numbers in 32 bits, all with the high byte first.
struct CopyRows: ~Copyable {
    private var bytes: [UInt8]

    init() {
        bytes = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00]
        // Flags, and the length of an extension of the header: none.
        bytes += [UInt8](repeating: 0, count: 8)
    }

    /// Begins a row.
    mutating func row(fields: Int) { append(Int16(fields)) }

    mutating func null() { append(Int32(-1)) }

    mutating func value(_ number: Int32) {
        append(Int32(4))
        append(number)
    }

    mutating func value(_ number: Int64) {
        append(Int32(8))
        append(number)
    }

    /// PostgreSQL's texts hold no zeros: they become U+FFFD.
    mutating func value(_ text: String) {
        let text = text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
        append(Int32(text.utf8.count))
        bytes += text.utf8
    }

    /// A vector; NULL for zeros, which are near to nothing.
    mutating func vector(_ numbers: UnsafeBufferPointer<Float>) {
        guard numbers.contains(where: { $0 != 0 }) else { return null() }
        append(Int32(4 + 4 * numbers.count))
        append(Int16(numbers.count))
        append(Int16(0))
        for number in numbers { append(number.bitPattern) }
    }

    /// The whole text of the `COPY`, with its end.
    consuming func finish() -> [UInt8] {
        append(Int16(-1))
        return bytes
    }

    private mutating func append(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.bigEndian) { bytes += $0 }
    }
}

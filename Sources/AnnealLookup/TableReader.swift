import AnnealContainer
import AnnealPlatform

/// Reads a table from its first byte to its last, once, and checks every field of it.
struct TableReader: ~Copyable {
    let file: RegularFile
    /// XXH64 of what was read, chained by pieces of the buffer.
    private(set) var hash: UInt64 = 0
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: LookupTable.readSize, alignment: 64)
    /// Where in the file the buffer begins, how many bytes of the file it has, and where in it reading goes on.
    private var start = 0
    private var filled = 0
    private var place = 0
    /// Where what is hashed ends: it is known when the header was read.
    private var end = TableLayout.headerSize

    var byteCount: Int { file.byteCount }

    init(_ path: Path) throws(LookupError) { file = try .open(path) }

    deinit { buffer.deallocate() }

    mutating func header() throws(LookupError) -> TableLayout {
        guard byteCount >= TableLayout.headerSize else {
            throw error("header", 0, "\(TableLayout.headerSize) bytes", "a file of \(byteCount)")
        }
        var fields: [UInt32] = []
        for _ in 0..<5 { fields.append(try next("header")) }
        guard fields[0] == TableLayout.magic else {
            let found = HexDigits.text(UInt64(fields[0]), width: 8)
            throw error("magic", 0, HexDigits.text(UInt64(TableLayout.magic), width: 8), found)
        }
        guard fields[1] == TableLayout.version else {
            throw error("version", 4, "\(TableLayout.version)", "\(fields[1])", .unsupported)
        }
        guard fields[4] == TableLayout.xxh64 else {
            throw error("hash algorithm", 16, "1, which is XXH64", "\(fields[4])", .unsupported)
        }
        guard fields[2] > 0 else { throw error("entry count", 8, "at least 1", "0") }
        guard fields[3] > 0, fields[3] <= TableLayout.dimensionLimit else {
            throw error("dimension", 12, "1 to \(TableLayout.dimensionLimit)", "\(fields[3])")
        }
        let layout = TableLayout(count: Int(fields[2]), dimension: Int(fields[3]))
        guard layout.end <= byteCount else {
            throw error(
                "entry count", 8, "entries that fit a file of \(byteCount) bytes",
                "\(layout.count) of \(layout.dimension) numbers, which take \(layout.end)")
        }
        end = layout.end
        return layout
    }

    mutating func hashes(_ layout: TableLayout) throws(LookupError) -> [UInt64] {
        var hashes: [UInt64] = []
        hashes.reserveCapacity(layout.count)
        for index in 0..<layout.count {
            let offset = start + place
            let low: UInt32 = try next("hash \(index)")
            let hash = UInt64(low) | UInt64(try next("hash \(index)") as UInt32) << 32
            if let last = hashes.last, hash <= last {
                throw error(
                    "hash \(index)", offset, "more than the one before, \(HexDigits.text(last, width: 16))",
                    HexDigits.text(hash, width: 16))
            }
            hashes.append(hash)
        }
        return hashes
    }

    /// - Returns: the rows one behind the other; nothing if they are not kept.
    mutating func rows(_ layout: TableLayout, keeps: Bool) throws(LookupError) -> [Float] {
        var rows: [Float] = []
        var left = layout.count * layout.dimension
        if keeps { rows.reserveCapacity(left) }
        while left > 0 {
            let done = layout.count * layout.dimension - left
            let piece = try piece(of: 4 * left, "row \(done / layout.dimension)")
            let first = start + place - piece.count
            var isFinite = true
            for offset in stride(from: 0, to: piece.count, by: 4) {
                let bits = UInt32(littleEndian: piece.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
                if bits & Self.exponent == Self.exponent { isFinite = false }
                if keeps { rows.append(Float(bitPattern: bits)) }
            }
            if !isFinite { throw notFinite(piece, at: first, done, layout) }
            left -= piece.count / 4
        }
        return rows
    }

    /// All its bits are set in infinities and what is no number.
    private static let exponent = Float.infinity.bitPattern

    private func notFinite(
        _ piece: UnsafeRawBufferPointer, at offset: Int, _ done: Int, _ layout: TableLayout
    ) -> LookupError {
        let numbers = stride(from: 0, to: piece.count, by: 4).map {
            Float(bitPattern: UInt32(littleEndian: piece.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
        }
        // There is one.
        let index = numbers.firstIndex { !$0.isFinite }!
        let (row, column) = (done + index).quotientAndRemainder(dividingBy: layout.dimension)
        return error(
            "row \(row), column \(column)", offset + 4 * index, "a finite number", "\(numbers[index])")
    }

    mutating func frequencies(_ layout: TableLayout) throws(LookupError) -> [UInt32] {
        var frequencies: [UInt32] = []
        frequencies.reserveCapacity(layout.count)
        for index in 0..<layout.count { frequencies.append(try next("frequency \(index)")) }
        return frequencies
    }

    /// What is behind the table.
    mutating func trailer(_ layout: TableLayout) throws(LookupError) -> LookupTrailer? {
        let count = byteCount - layout.end
        if count == 0 { return nil }
        // As long as the longest that its head may promise.
        let most = LookupTrailer.byteLimit(dimension: layout.dimension)
        guard count <= most else { throw error("trailer", layout.end, "at most \(most) bytes", "\(count)") }
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
        defer { bytes.deallocate() }
        var done = 0
        while done < count {
            let part = UnsafeMutableRawBufferPointer(
                rebasing: bytes[done..<min(count, done + LookupTable.readSize)])
            try file.fill(part, at: layout.end + done, "trailer")
            done += part.count
        }
        let content = UnsafeRawBufferPointer(bytes)
        let trailer = try LookupTrailer(content, path: file.path, offset: layout.end, dimension: layout.dimension)
        let said = LookupTrailer.tableHash(in: content)
        guard said == hash else {
            throw error(
                "trailer: hash of the table", layout.end + 32,
                "\(HexDigits.text(hash, width: 16)), as the table has", HexDigits.text(said, width: 16))
        }
        return trailer
    }

    /// The count of all tokens, which is no less than that of the entries.
    func total(
        _ layout: TableLayout, _ frequencies: [UInt32], _ trailer: LookupTrailer?
    ) throws(LookupError) -> UInt64 {
        // 2^32 counts of 32 bits stay below 2^64.
        let sum = frequencies.reduce(0 as UInt64) { $0 + UInt64($1) }
        guard let trailer else { return sum }
        guard trailer.total >= sum else {
            throw error(
                "trailer: total", layout.end + 16, "at least \(sum), the sum of the frequencies", "\(trailer.total)")
        }
        return trailer.total
    }

    /// The next four bytes: every field is a multiple of them.
    private mutating func next(_ field: @autoclosure () -> String) throws(LookupError) -> UInt32 {
        try UInt32(littleEndian: piece(of: 4, field()).loadUnaligned(as: UInt32.self))
    }

    /// As many of the next bytes as the buffer has, at most some number; valid until the next call.
    private mutating func piece(
        of most: Int, _ field: @autoclosure () -> String
    ) throws(LookupError) -> UnsafeRawBufferPointer {
        if place == filled { try fill(field()) }
        let end = min(filled, place + most)
        defer { place = end }
        return UnsafeRawBufferPointer(rebasing: buffer[place..<end])
    }

    private mutating func fill(_ field: @autoclosure () -> String) throws(LookupError) {
        start += filled
        place = 0
        // The header alone is read first: where the table ends is not known before.
        filled = min(LookupTable.readSize, end - start)
        let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<filled])
        try file.fill(part, at: start, field())
        hash = Checksum64.of(UnsafeRawBufferPointer(part), seed: hash)
    }

    private func error(
        _ field: String, _ offset: Int, _ expected: String, _ found: String, _ kind: LookupError.Kind = .malformed
    ) -> LookupError {
        LookupError(kind, file.path, field, offset, expected: expected, found: found)
    }
}

import AnnealContainer
import AnnealPlatform

extension LookupTrailer {
    private enum Flags {
        static let splitsIdentifiers: UInt32 = 1
        static let isAligned: UInt32 = 2
    }

    /// The trailer's bytes.
    /// - Parameter tableHash: XXH64 of the file before it.
    func bytes(tableHash: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount)
        func put(_ value: some FixedWidthInteger) {
            for index in 0..<value.bitWidth / 8 { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
        }
        func put(_ value: Float) { put(value.bitPattern) }
        put(Self.magic)
        put(Self.version)
        put(UInt64(byteCount))
        put(total)
        put(smoothing)
        put(UInt32(longestPiece))
        put(tableHash)
        put(modelPrint)
        put(UInt32(modelWidth))
        put(rowLength)
        put(UInt32(gramWeights.count))
        put((splitsIdentifiers ? Flags.splitsIdentifiers : 0) | (alignment == nil ? 0 : Flags.isAligned))
        bytes += alignment?.engine.bytes ?? [UInt8](repeating: 0, count: 32)
        for weight in gramWeights { put(weight) }
        if let map = alignment?.map {
            for number in map.centre { put(number) }
            for half in map.matrix { put(half) }
            for number in map.target { put(number) }
        }
        put(bytes.withUnsafeBytes { Checksum64.of($0) })
        return bytes
    }

    /// Reads a trailer.
    /// - Parameters:
    ///   - bytes: of the file, from `offset` to its end.
    ///   - dimension: of the table.
    /// - Returns: the trailer, and the hash that the table before it should have.
    init(
        _ bytes: UnsafeRawBufferPointer, path: Path, offset: Int, dimension: Int
    ) throws(LookupError) {
        let reader = TrailerReader(bytes: bytes, path: path, offset: offset)
        self = try reader.trailer(dimension: dimension)
    }

    /// The hash of the table before the trailer, as the trailer has it.
    static func tableHash(in bytes: UnsafeRawBufferPointer) -> UInt64 { bytes.littleEndian(at: 32) }
}

/// Reads the fields of a trailer, each of which may be wrong.
private struct TrailerReader {
    let bytes: UnsafeRawBufferPointer
    let path: Path
    let offset: Int

    func trailer(dimension: Int) throws(LookupError) -> LookupTrailer {
        guard bytes.count >= LookupTrailer.headSize + LookupTrailer.checksumSize else {
            let least = LookupTrailer.headSize + LookupTrailer.checksumSize
            throw error("trailer", 0, "nothing, or at least \(least) bytes", "\(bytes.count) behind the table")
        }
        try check("trailer magic", 0, LookupTrailer.magic)
        try check("trailer version", 4, LookupTrailer.version, .unsupported)
        let length: UInt64 = bytes.littleEndian(at: 8)
        guard length == UInt64(bytes.count) else {
            throw error("trailer length", 8, "\(bytes.count), the bytes up to the end of the file", "\(length)")
        }
        let body = UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - LookupTrailer.checksumSize)])
        let (said, actual) = (bytes.littleEndian(at: body.count) as UInt64, Checksum64.of(body))
        guard said == actual else {
            throw error(
                "trailer checksum", body.count, "\(HexDigits.text(actual, width: 16)) by the content",
                HexDigits.text(said, width: 16))
        }
        // What follows is as it was written, and who wrote it may have been wrong.
        let total: UInt64 = bytes.littleEndian(at: 16)
        let smoothing = try number("smoothing", 24)
        guard smoothing > 0, smoothing <= 1 else { throw error("smoothing", 24, "above 0, at most 1", "\(smoothing)") }
        let rowLength = try number("row length", 52)
        guard rowLength >= 0 else { throw error("row length", 52, "a length", "\(rowLength)") }
        let grams = Int(bytes.littleEndian(at: 56) as UInt32)
        guard grams == 0 || (grams.nonzeroBitCount == 1 && grams <= LookupTrailer.gramLimit) else {
            throw error("n-gram count", 56, "0 or a power of two up to \(LookupTrailer.gramLimit)", "\(grams)")
        }
        let flags: UInt32 = bytes.littleEndian(at: 60)
        guard flags < 4 else { throw error("flags", 60, "0 to 3", "\(flags)") }
        let isAligned = flags & 2 != 0
        let longest = Int(bytes.littleEndian(at: 28) as UInt32)
        guard (1...LookupTrailer.pieceLimit).contains(longest) else {
            throw error("longest piece", 28, "1 to \(LookupTrailer.pieceLimit)", "\(longest)")
        }
        let width = Int(bytes.littleEndian(at: 48) as UInt32)
        guard width >= 1, width <= TableLayout.dimensionLimit else {
            throw error("model width", 48, "1 to \(TableLayout.dimensionLimit)", "\(width)")
        }
        guard isAligned || width == dimension else {
            throw error("model width", 48, "\(dimension), as the table's rows are the model's", "\(width)")
        }
        let mapped = isAligned ? RowMap.byteCount(width: width, dimension: dimension) : 0
        let expected = LookupTrailer.headSize + 4 * grams + mapped + LookupTrailer.checksumSize
        guard bytes.count == expected else {
            throw error(
                "trailer length", 8, "\(expected) for \(grams) n-grams and a map of \(mapped) bytes", "\(length)")
        }
        var place = LookupTrailer.headSize
        let weights = try numbers("n-gram weights", grams, &place)
        var alignment: LookupAlignment?
        if isAligned {
            let centre = try numbers("map: centre", width, &place)
            let matrix = try halves("map: matrix", width * dimension, &place)
            let target = try numbers("map: target", dimension, &place)
            alignment = LookupAlignment(
                engine: ContentHash(bytes: Array(bytes[64..<96])),
                map: RowMap(centre: centre, matrix: matrix, target: target))
        }
        return LookupTrailer(
            total: total, smoothing: smoothing, longestPiece: longest,
            modelPrint: bytes.littleEndian(at: 40), modelWidth: width, rowLength: rowLength,
            splitsIdentifiers: flags & 1 != 0, gramWeights: weights, alignment: alignment)
    }

    private func numbers(_ field: String, _ count: Int, _ place: inout Int) throws(LookupError) -> [Float] {
        var numbers: [Float] = []
        numbers.reserveCapacity(count)
        for _ in 0..<count {
            numbers.append(try number(field, place))
            place += 4
        }
        return numbers
    }

    private func halves(_ field: String, _ count: Int, _ place: inout Int) throws(LookupError) -> [UInt16] {
        var halves: [UInt16] = []
        halves.reserveCapacity(count)
        for _ in 0..<count {
            let half: UInt16 = bytes.littleEndian(at: place)
            guard RowMap.number(half).isFinite else {
                throw error(field, place, "a finite number", "\(RowMap.number(half))")
            }
            halves.append(half)
            place += 2
        }
        return halves
    }

    private func number(_ field: String, _ place: Int) throws(LookupError) -> Float {
        let number = Float(bitPattern: bytes.littleEndian(at: place))
        guard number.isFinite else { throw error(field, place, "a finite number", "\(number)") }
        return number
    }

    private func check(
        _ field: String, _ place: Int, _ expected: UInt32, _ kind: LookupError.Kind = .malformed
    ) throws(LookupError) {
        let found: UInt32 = bytes.littleEndian(at: place)
        guard found == expected else {
            throw LookupError(kind, path, field, offset + place, expected: "\(expected)", found: "\(found)")
        }
    }

    private func error(_ field: String, _ place: Int, _ expected: String, _ found: String) -> LookupError {
        LookupError(.malformed, path, field, offset + place, expected: expected, found: found)
    }
}

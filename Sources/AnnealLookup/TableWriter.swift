import AnnealContainer
import AnnealPlatform

/// Writes a table from its first byte to its last; it appears under its name when it is complete.
struct TableWriter {
    private let file: AtomicFile
    private let layout: TableLayout
    private var buffer: [UInt8] = []
    private var hash: UInt64 = 0
    private var written = 0

    init(_ path: Path, layout: TableLayout) throws(LookupError) {
        do throws(FileError) { file = try AtomicFile(path) } catch { throw Self.error(error) }
        self.layout = layout
        buffer.reserveCapacity(LookupTable.readSize + 8)
        append(layout.header)
        // Who reads knows where the table ends when the header was read, and hashes it by itself.
        try flush()
    }

    mutating func append(hash value: UInt64) throws(LookupError) {
        append((0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) })
        try flushPieces()
    }

    mutating func append(_ number: Float) throws(LookupError) { try append(frequency: number.bitPattern) }

    mutating func append(frequency value: UInt32) throws(LookupError) {
        for index in 0..<4 { buffer.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
        try flushPieces()
    }

    /// Writes the trailer and has the file appear.
    mutating func commit(_ trailer: LookupTrailer) throws(LookupError) {
        try flush()
        precondition(written == layout.end, "a table is written whole")
        do throws(FileError) {
            try file.write(trailer.bytes(tableHash: hash))
            try file.commit()
        } catch {
            throw Self.error(error)
        }
    }

    private mutating func append(_ bytes: [UInt8]) { buffer += bytes }

    /// Pieces are as long as those that a reader reads, for they are hashed one by one.
    private mutating func flushPieces() throws(LookupError) {
        guard buffer.count >= LookupTable.readSize else { return }
        let rest = Array(buffer[LookupTable.readSize...])
        buffer.removeLast(rest.count)
        try flush()
        buffer += rest
    }

    private mutating func flush() throws(LookupError) {
        guard !buffer.isEmpty else { return }
        hash = buffer.withUnsafeBytes { Checksum64.of($0, seed: hash) }
        do throws(FileError) { try file.write(buffer) } catch { throw Self.error(error) }
        written += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    private static func error(_ error: FileError) -> LookupError {
        LookupError(error, expected: "a file that can be written")
    }
}

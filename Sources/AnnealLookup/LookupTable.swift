import AnnealContainer
import AnnealMachine
internal import CAnnealKernels
public import AnnealPlatform

/// An EMBD file: vectors of the most frequent pieces of a vocabulary, by the hashes of their texts.
///
/// Every field is checked on opening, which reads the file once, 64 KB at a time; nothing is mapped.
///
/// ```swift
/// let table = try LookupTable("words.embd")
/// let entry = table.find("\u{2581}light")
/// ```
///
/// Immutable, for any number of threads.
public final class LookupTable: Sendable {
    /// Where rows are.
    public enum Access: Sendable {
        /// In memory.
        case memory
        /// In the file, read by their places; hashes and frequencies are in memory.
        case positional
    }

    /// The most that one call of the system reads, in bytes.
    public static let readSize = 65_536

    /// The file as the caller named it.
    public let path: Path
    /// Bytes of the file.
    public let byteCount: Int
    /// Entries.
    public var count: Int { layout.count }
    /// Numbers of a row.
    public var dimension: Int { layout.dimension }
    /// What the file says of itself; nil for a plain file of version 1.
    public let trailer: LookupTrailer?
    /// XXH64 of the table without its trailer, chained: that of a piece of 64 KB is the seed of the next.
    public let tableHash: UInt64
    /// How many tokens were counted. A file without a trailer does not say how many its texts had beside the entries.
    public let total: UInt64

    let layout: TableLayout
    private let hashes: [UInt64]
    private let frequencies: [UInt32]
    private let rows: [Float]
    /// First entries by the upper bits of their hashes.
    private let starts: [UInt32]
    private let shift: UInt64
    private let file: RegularFile

    /// Opens a file and checks all of it.
    /// - Complexity: O(bytes).
    /// - Throws: ``LookupError``: `unreadable`, `malformed`, or `unsupported` for another version or hash.
    public init(_ path: Path, access: Access = .memory) throws(LookupError) {
        var reader = try TableReader(path)
        let layout = try reader.header()
        let hashes = try reader.hashes(layout)
        let rows = try reader.rows(layout, keeps: access == .memory)
        let frequencies = try reader.frequencies(layout)
        tableHash = reader.hash
        trailer = try reader.trailer(layout)
        total = try reader.total(layout, frequencies, trailer)
        self.path = path
        byteCount = reader.byteCount
        self.layout = layout
        self.hashes = hashes
        self.rows = rows
        self.frequencies = frequencies
        let bits = Int.bitWidth - layout.count.leadingZeroBitCount
        shift = UInt64(64 - bits)
        var starts = [UInt32](repeating: 0, count: (1 << bits) + 1)
        for hash in hashes { starts[Int(hash >> shift) + 1] += 1 }
        for index in 1..<starts.count { starts[index] += starts[index - 1] }
        self.starts = starts
        file = reader.file
    }

    /// The entry of a piece.
    /// - Complexity: O(bytes) for the hash, and O(1) expected; allocates nothing.
    public func find(_ piece: UnsafeBufferPointer<UInt8>) -> Int? {
        find(hash: Checksum64.of(UnsafeRawBufferPointer(piece)))
    }

    /// The entry of a piece's text.
    public func find(_ piece: String) -> Int? {
        var piece = piece
        return piece.withUTF8 { find($0) }
    }

    private func find(hash: UInt64) -> Int? {
        let bucket = Int(hash >> shift)
        var (low, high) = (Int(starts[bucket]), Int(starts[bucket + 1]))
        while low < high {
            let middle = (low + high) / 2
            if hashes[middle] < hash { low = middle + 1 } else { high = middle }
        }
        return low < Int(starts[bucket + 1]) && hashes[low] == hash ? low : nil
    }

    /// How often an entry's piece was counted in the texts.
    /// - Precondition: `entry < count`.
    public func frequency(of entry: Int) -> UInt32 { frequencies[entry] }

    /// What the row of a token counts in the vector of a text: `a / (a + frequency / total)`, the smooth inverse frequency
    /// of Arora, Liang and Ma 2017; 1 for what was never counted.
    public func weight(frequency: UInt32) -> Float {
        let smoothing = trailer?.smoothing ?? Self.smoothing
        guard frequency > 0 else { return 1 }
        return smoothing / (smoothing + Float(frequency) / Float(total))
    }

    /// Of files that do not say.
    public static let smoothing: Float = 1e-3

    /// Copies a row.
    /// - Complexity: O(dimension), and one read for each 64 KB where rows are not in memory; allocates nothing.
    /// - Throws: ``LookupError`` `changed` if the file was cut or written to; never where rows are in memory.
    /// - Precondition: `entry < count`, and `row.count == dimension`.
    public func readRow(_ entry: Int, into row: UnsafeMutableBufferPointer<Float>) throws(LookupError) {
        precondition(entry >= 0 && entry < count && row.count == dimension)
        if !rows.isEmpty {
            withRow(entry) { row.baseAddress!.update(from: $0, count: dimension) }
            return
        }
        let bytes = UnsafeMutableRawBufferPointer(row)
        var place = 0
        while place < bytes.count {
            let part = UnsafeMutableRawBufferPointer(
                rebasing: bytes[place..<min(bytes.count, place + Self.readSize)])
            try file.fill(part, at: layout.row(entry) + place, "row \(entry)")
            place += part.count
        }
        for index in row.indices {
            row[index] = Float(bitPattern: UInt32(littleEndian: row[index].bitPattern))
            guard row[index].isFinite else {
                throw LookupError(
                    .changed, path, "row \(entry)", layout.row(entry) + 4 * index,
                    expected: "a finite number, as when the file was opened", found: "\(row[index])")
            }
        }
    }

    /// Whether ``withRow(_:_:)`` may be called.
    var isInMemory: Bool { !rows.isEmpty }

    /// Asks for the beginning of a row that lies in memory and will be wanted: processors go on by themselves.
    @inline(__always)
    func prefetch(_ entry: Int) {
        withRow(entry) { anneal_prefetch_row($0, min(dimension * MemoryLayout<Float>.stride, 384)) }
    }

    /// Adds rows that lie in memory, each times its factor, to a sum: to each of its numbers in the order of the rows.
    /// - Parameter kernel: all give the same bits.
    /// - Complexity: O(entries · dimension); a number of the sum is read and written once for all rows.
    /// - Precondition: as many factors as entries, each entry below `count`, and `sum.count == dimension`.
    func add(
        _ entries: UnsafeBufferPointer<UInt32>, times factors: UnsafeBufferPointer<Float>,
        to sum: UnsafeMutableBufferPointer<Float>, kernel: Kernel = .fastest
    ) {
        guard let entry = entries.baseAddress, let factor = factors.baseAddress, let numbers = sum.baseAddress else {
            return
        }
        rows.withUnsafeBufferPointer {
            kernel.table.pointee.add_rows($0.baseAddress!, dimension, entry, factor, entries.count, numbers)
        }
    }

    /// Lends a row that lies in memory.
    @inline(__always)
    func withRow(_ entry: Int, _ body: (UnsafePointer<Float>) -> Void) {
        rows.withUnsafeBufferPointer { body($0.baseAddress! + entry * dimension) }
    }
}

extension RegularFile {
    /// Opens a file, or says why it cannot be read.
    static func open(_ path: Path) throws(LookupError) -> RegularFile {
        do throws(FileError) { return try RegularFile(path) } catch {
            throw LookupError(.unreadable, path, "the file", 0, expected: "a readable file", found: error.found)
        }
    }

    /// Fills a buffer from a place.
    func fill(
        _ buffer: UnsafeMutableRawBufferPointer, at offset: Int, _ field: @autoclosure () -> String
    ) throws(LookupError) {
        let count: Int
        do throws(SystemError) { count = try read(into: buffer, at: offset) } catch {
            throw LookupError(
                .unreadable, path, field(), offset, expected: "\(buffer.count) bytes", found: "\(error)")
        }
        guard count == buffer.count else {
            throw LookupError(
                .changed, path, field(), offset, expected: "\(buffer.count) bytes, as when the file was opened",
                found: "\(count): it has been cut")
        }
    }
}

import AnnealCodes
import AnnealPlatform
import GRDB
import GRDBSQLite

/// What an index has of its vectors, in one run of memory: bytes or codes, with the passages that they belong to.
///
/// Unchecked sendable: everything is set in `init` and only read after that.
final class VectorRows: @unchecked Sendable {
    let count: Int
    /// Bytes of a row.
    let size: Int
    let bytes: UnsafeMutablePointer<Int8>
    /// What the bytes of a row are worth; 0 for a passage without a known word.
    let scales: UnsafeMutablePointer<Double>
    /// In ascending order.
    let passages: UnsafeMutablePointer<Int64>

    /// Reads the rows.
    /// - Parameters:
    ///   - hasChecksums: whether the rows have checksums; then they are compared.
    ///   - expected: how many there must be, if that is known.
    /// - Complexity: O(vectors); about 0.3 s for a million of 256 bytes.
    /// - Throws: ``IndexError/damaged(path:message:)`` for a row of another size, another checksum, or out of order.
    init(_ db: Database, size: Int, path: String, hasChecksums: Bool, expected: Int?) throws {
        self.size = size
        // Counting the vectors would read all of them; passages are counted by their index. A wrong number is found below.
        let capacity = try expected ?? Int.fetchOne(db, sql: "SELECT count(*) FROM passage") ?? 0
        let fileBytes = try Int.fetchOne(
            db, sql: "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        guard (0...(fileBytes ?? 0) / size).contains(capacity) else {
            throw IndexError.damaged(
                path: path, message: "expected as many vectors as the file has room for, found \(capacity)")
        }
        bytes = .allocate(capacity: max(1, capacity * size))
        scales = .allocate(capacity: max(1, capacity))
        passages = .allocate(capacity: max(1, capacity))
        var count = 0
        let checksum = hasChecksums ? "checksum" : "0"
        let statement = try db.makeStatement(
            sql: "SELECT passage, scale, data, \(checksum) FROM vector ORDER BY passage")
        // GRDB's rows cost more than the copy; the statement is its own, stepped by hand.
        let handle = statement.sqliteStatement
        // The statement must outlive its last use here: who lets it go ends it.
        defer { withExtendedLifetime(statement) { _ = sqlite3_reset(handle) } }
        var status = sqlite3_step(handle)
        while status == SQLITE_ROW, count < capacity {
            guard Int(sqlite3_column_bytes(handle, 2)) == size, let data = sqlite3_column_blob(handle, 2) else {
                throw IndexError.damaged(
                    path: path,
                    message: "expected vectors of \(size) bytes, found \(sqlite3_column_bytes(handle, 2))")
            }
            let passage = sqlite3_column_int64(handle, 0)
            let scale = sqlite3_column_double(handle, 1)
            let row = UnsafeRawBufferPointer(start: data, count: size)
            guard count == 0 || passage > passages[count - 1],
                !hasChecksums
                    || RowChecksum.vector(passage: passage, scale: scale, data: row)
                        == sqlite3_column_int64(handle, 3)
            else {
                throw IndexError.damaged(
                    path: path, message: "the vector of passage \(passage) differs from its checksum")
            }
            // In bounds: `count < capacity`, and the blob was just seen to have `size` bytes.
            UnsafeMutableRawPointer(bytes + count * size).copyMemory(from: data, byteCount: size)
            passages[count] = passage
            scales[count] = scale
            count += 1
            status = sqlite3_step(handle)
        }
        self.count = count
        guard status == SQLITE_DONE || status == SQLITE_ROW else {
            throw DatabaseError(resultCode: ResultCode(rawValue: status), message: db.lastErrorMessage)
        }
        guard status == SQLITE_DONE, count == expected ?? count else {
            let found = status == SQLITE_ROW ? "more" : "\(count)"
            throw IndexError.damaged(path: path, message: "expected \(capacity) vectors, found \(found)")
        }
    }

    /// Takes vectors that are in memory already: for tests and benchmarks.
    init(vectors: [QuantizedVector], size: Int) {
        self.size = size
        count = vectors.count
        bytes = .allocate(capacity: max(1, count * size))
        scales = .allocate(capacity: max(1, count))
        passages = .allocate(capacity: max(1, count))
        for (row, vector) in vectors.enumerated() {
            precondition(vector.values.count == size)
            for (column, value) in vector.values.enumerated() { bytes[row * size + column] = value }
            scales[row] = vector.scale
            passages[row] = Int64(row)
        }
    }

    deinit {
        bytes.deallocate()
        scales.deallocate()
        passages.deallocate()
    }

    /// The row of a passage.
    /// - Complexity: O(log vectors).
    func row(of passage: Int64) -> Int? {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if passages[middle] < passage { low = middle + 1 } else { high = middle }
        }
        return low < count && passages[low] == passage ? low : nil
    }
}

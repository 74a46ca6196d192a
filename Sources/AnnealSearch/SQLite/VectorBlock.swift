import AnnealCodes
import AnnealPlatform
import GRDB
import GRDBSQLite

/// All vectors of an index in one run of memory, with the passages that they belong to.
///
/// Unchecked sendable: everything is set in `init` and only read after that.
final class VectorBlock: @unchecked Sendable {
    let count: Int
    let dimension: Int
    private let rows: UnsafeMutablePointer<Int8>
    private let scales: UnsafeMutablePointer<Double>
    private let passages: UnsafeMutablePointer<Int64>

    /// Rows that are scored at a time: their dots stay in the first-level cache.
    private static let stripe = 1024

    /// Reads the vectors.
    /// - Parameters:
    ///   - hasChecksums: whether the rows have checksums; then they are compared.
    ///   - expected: how many there must be, if that is known.
    /// - Complexity: O(vectors); about 0.3 s for a million of 256 dimensions.
    /// - Throws: ``IndexError/damaged(path:message:)`` for a vector of another size, another checksum, or out of order.
    init(_ db: Database, dimension: Int, path: String, hasChecksums: Bool, expected: Int?) throws {
        self.dimension = dimension
        // Counting the vectors would read all of them; passages are counted by their index. A wrong number is found below.
        let capacity = try expected ?? Int.fetchOne(db, sql: "SELECT count(*) FROM passage") ?? 0
        let fileBytes = try Int.fetchOne(
            db, sql: "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        guard (0...(fileBytes ?? 0) / dimension).contains(capacity) else {
            throw IndexError.damaged(
                path: path, message: "expected as many vectors as the file has room for, found \(capacity)")
        }
        rows = .allocate(capacity: max(1, capacity * dimension))
        scales = .allocate(capacity: max(1, capacity))
        passages = .allocate(capacity: max(1, capacity))
        var row = 0
        let checksum = hasChecksums ? "checksum" : "0"
        let statement = try db.makeStatement(
            sql: "SELECT passage, scale, data, \(checksum) FROM vector ORDER BY passage")
        // GRDB's rows cost more than the copy; the statement is its own, stepped by hand.
        let handle = statement.sqliteStatement
        // The statement must outlive its last use here: who lets it go ends it.
        defer { withExtendedLifetime(statement) { _ = sqlite3_reset(handle) } }
        var status = sqlite3_step(handle)
        while status == SQLITE_ROW, row < capacity {
            guard Int(sqlite3_column_bytes(handle, 2)) == dimension, let data = sqlite3_column_blob(handle, 2) else {
                throw IndexError.damaged(
                    path: path,
                    message: "expected vectors of \(dimension) bytes, found \(sqlite3_column_bytes(handle, 2))")
            }
            let passage = sqlite3_column_int64(handle, 0)
            let scale = sqlite3_column_double(handle, 1)
            let bytes = UnsafeRawBufferPointer(start: data, count: dimension)
            guard row == 0 || passage > passages[row - 1],
                !hasChecksums
                    || RowChecksum.vector(passage: passage, scale: scale, data: bytes)
                        == sqlite3_column_int64(handle, 3)
            else {
                throw IndexError.damaged(
                    path: path, message: "the vector of passage \(passage) differs from its checksum")
            }
            // In bounds: `row < capacity`, and the blob was just seen to have `dimension` bytes.
            UnsafeMutableRawPointer(rows + row * dimension).copyMemory(from: data, byteCount: dimension)
            passages[row] = passage
            scales[row] = scale
            row += 1
            status = sqlite3_step(handle)
        }
        count = row
        guard status == SQLITE_DONE || status == SQLITE_ROW else {
            throw DatabaseError(resultCode: ResultCode(rawValue: status), message: db.lastErrorMessage)
        }
        guard status == SQLITE_DONE, count == expected ?? count else {
            let found = status == SQLITE_ROW ? "more" : "\(count)"
            throw IndexError.damaged(path: path, message: "expected \(capacity) vectors, found \(found)")
        }
    }

    /// Takes vectors that are in memory already: for tests and benchmarks.
    init(vectors: [QuantizedVector], dimension: Int) {
        self.dimension = dimension
        count = vectors.count
        rows = .allocate(capacity: max(1, count * dimension))
        scales = .allocate(capacity: max(1, count))
        passages = .allocate(capacity: max(1, count))
        for (row, vector) in vectors.enumerated() {
            precondition(vector.values.count == dimension)
            for (column, value) in vector.values.enumerated() { rows[row * dimension + column] = value }
            scales[row] = vector.scale
            passages[row] = Int64(row)
        }
    }

    deinit {
        rows.deallocate()
        scales.deallocate()
        passages.deallocate()
    }

    /// The passages whose vectors have the largest dot products with a query's, best first; equals by passage.
    /// - Complexity: O(vectors · dimension), a stretch of the rows a thread.
    /// - Precondition: the query has the block's dimension; `limit > 0`, `threads > 0`.
    func nearest(
        _ query: QuantizedVector, limit: Int, threads: Int, kernel: ScanKernel = .available[0]
    ) -> [(passage: Int64, score: Double)] {
        precondition(query.values.count == dimension && threads > 0)
        guard count > 0 else { return [] }
        let stripes = (count + VectorBlock.stripe - 1) / VectorBlock.stripe
        let workers = min(threads, stripes)
        var found = [BestRows](repeating: BestRows(capacity: limit), count: workers)
        found.withUnsafeMutableBufferPointer { found in
            // Each worker writes its own place.
            nonisolated(unsafe) let places = found.baseAddress!
            Parallel.forEach(workers, threads: workers) { [self] _, worker in
                let range = stripes * worker / workers..<stripes * (worker + 1) / workers
                places[worker] = scan(range, query, limit, kernel)
            }
        }
        var best = BestRows(capacity: limit)
        for part in found { for entry in part.sorted { best.insert(entry) } }
        return best.sorted.map { (passages[$0.row], $0.score * query.scale) }
    }

    /// The dot products of some passages' vectors with a query's, to the last bit as ``nearest(_:limit:threads:kernel:)``
    /// gives them. A passage that is not there or has no known word has none.
    /// - Complexity: O(passages · (log vectors + dimension)).
    /// - Precondition: the query has the block's dimension.
    func cosines(
        of wanted: [Int64], with query: QuantizedVector, kernel: ScanKernel = .available[0]
    ) -> [Int64: Double] {
        precondition(query.values.count == dimension)
        var cosines: [Int64: Double] = [:]
        var dot: Int32 = 0
        for passage in wanted {
            guard let row = row(of: passage), scales[row] > 0 else { continue }
            query.values.withUnsafeBufferPointer { values in
                withUnsafeMutablePointer(to: &dot) { dot in
                    kernel.dots(
                        rows + row * dimension, query: values, into: UnsafeMutableBufferPointer(start: dot, count: 1))
                }
            }
            cosines[passage] = Double(dot) * scales[row] * query.scale
        }
        return cosines
    }

    private func row(of passage: Int64) -> Int? {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if passages[middle] < passage { low = middle + 1 } else { high = middle }
        }
        return low < count && passages[low] == passage ? low : nil
    }

    private func scan(_ stripes: Range<Int>, _ query: QuantizedVector, _ limit: Int, _ kernel: ScanKernel) -> BestRows {
        var best = BestRows(capacity: limit)
        var threshold = best.threshold
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: VectorBlock.stripe) { buffer in
            query.values.withUnsafeBufferPointer { values in
                for stripe in stripes {
                    let start = stripe * VectorBlock.stripe
                    let dots = UnsafeMutableBufferPointer(rebasing: buffer[..<min(VectorBlock.stripe, count - start)])
                    kernel.dots(rows + start * dimension, query: values, into: dots)
                    for (index, dot) in dots.enumerated() {
                        let score = Double(dot) * scales[start + index]
                        // A passage without a known word is near to nothing.
                        guard score > threshold, scales[start + index] > 0 else { continue }
                        best.insert(BestRows.Entry(row: start + index, score: score))
                        threshold = best.threshold
                    }
                }
            }
        }
        return best
    }
}

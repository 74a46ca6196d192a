import AnnealCodes
import AnnealPlatform

/// The vectors of an index in bytes, scanned one after the other.
struct VectorBlock: Sendable {
    private let rows: VectorRows

    var count: Int { rows.count }
    var dimension: Int { rows.size }

    /// Rows that are scored at a time: their dots stay in the first-level cache.
    private static let stripe = 1024

    init(_ rows: VectorRows) { self.rows = rows }

    /// Takes vectors that are in memory already: for tests and benchmarks.
    init(vectors: [QuantizedVector], dimension: Int) {
        rows = VectorRows(vectors: vectors, size: dimension)
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
            Parallel.forEach(workers, threads: workers) { _, worker in
                let range = stripes * worker / workers..<stripes * (worker + 1) / workers
                places[worker] = scan(range, query, limit, kernel)
            }
        }
        var best = BestRows(capacity: limit)
        for part in found { for entry in part.sorted { best.insert(entry) } }
        return best.sorted.map { (rows.passages[$0.row], $0.score * query.scale) }
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
            guard let row = rows.row(of: passage), rows.scales[row] > 0 else { continue }
            query.values.withUnsafeBufferPointer { values in
                withUnsafeMutablePointer(to: &dot) { dot in
                    kernel.dots(
                        rows.bytes + row * dimension, query: values,
                        into: UnsafeMutableBufferPointer(start: dot, count: 1))
                }
            }
            cosines[passage] = Double(dot) * rows.scales[row] * query.scale
        }
        return cosines
    }

    private func scan(_ stripes: Range<Int>, _ query: QuantizedVector, _ limit: Int, _ kernel: ScanKernel) -> BestRows {
        var best = BestRows(capacity: limit)
        var threshold = best.threshold
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: VectorBlock.stripe) { buffer in
            query.values.withUnsafeBufferPointer { values in
                for stripe in stripes {
                    let start = stripe * VectorBlock.stripe
                    let dots = UnsafeMutableBufferPointer(rebasing: buffer[..<min(VectorBlock.stripe, count - start)])
                    kernel.dots(rows.bytes + start * dimension, query: values, into: dots)
                    for (index, dot) in dots.enumerated() {
                        let score = Double(dot) * rows.scales[start + index]
                        // A passage without a known word is near to nothing.
                        guard score > threshold, rows.scales[start + index] > 0 else { continue }
                        best.insert(BestRows.Entry(row: start + index, score: score))
                        threshold = best.threshold
                    }
                }
            }
        }
        return best
    }
}

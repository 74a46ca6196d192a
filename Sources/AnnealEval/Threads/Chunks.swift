import AnnealPlatform

/// A range cut into pieces of a fixed size, which threads take in turn.
///
/// The pieces do not depend on the number of threads, so sums that are made piece by piece and added in order have
/// the same bits for any number.
struct Chunks {
    let total: Int
    let size: Int

    var count: Int { (total + size - 1) / size }

    func range(_ index: Int) -> Range<Int> { index * size..<min(total, (index + 1) * size) }

    /// Calls `body` once for every piece, on `threads` threads.
    func forEach(threads: Int, _ body: @escaping @Sendable (_ index: Int, _ range: Range<Int>) -> Void) {
        let workers = max(1, min(threads, count))
        let chunks = self
        WorkerThread.forEach(workers) { worker in
            for index in stride(from: worker, to: chunks.count, by: workers) { body(index, chunks.range(index)) }
        }
    }
}

import Dispatch
import Synchronization

/// Loops on several threads.
///
/// Pieces do not depend on the number of threads and each writes to places of its own, so that results have the same
/// bits for any number.
enum Parallel {
    /// Calls `body` once for each index in `0..<count`, on up to `threads` threads, and waits for all.
    /// - Parameter body: gets the number of the worker (below `threads`, for its scratch memory) and the index.
    static func forEach(_ count: Int, threads: Int, _ body: @Sendable (_ worker: Int, _ index: Int) -> Void) {
        precondition(threads > 0)
        if threads == 1 || count <= 1 {
            for index in 0..<max(0, count) { body(0, index) }
            return
        }
        let next = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: min(threads, count)) { worker in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                if index >= count { return }
                body(worker, index)
            }
        }
    }

    /// The same over pieces of a range: `body` gets each piece once.
    static func forEachChunk(
        of total: Int, size: Int, threads: Int, _ body: @Sendable (_ worker: Int, _ range: Range<Int>) -> Void
    ) {
        forEach((total + size - 1) / size, threads: threads) { worker, index in
            body(worker, index * size..<min(total, (index + 1) * size))
        }
    }
}

import Foundation
import Testing

@testable import AnnealPlatform

@Suite struct ThreadTests {
    @Test(arguments: [0, 1, 2, 7, 64]) func everyIndexIsRunOnce(_ count: Int) {
        let lock = Lock()
        nonisolated(unsafe) var runs = [Int](repeating: 0, count: count)
        WorkerThread.forEach(count) { index in
            // Uneven work.
            for _ in 0..<index % 3 { usleep(200) }
            lock.locked { runs[index] += 1 }
        }
        #expect(runs == [Int](repeating: 1, count: count))
    }

    @Test func missingThreadsChangeNoResult() {
        for available in 0...4 {
            let results = Partials<Int>(count: 8)
            var left = available
            WorkerThread.forEach(8, { results.set($0, $0 * $0) }) { body in
                left -= 1
                return left >= 0 ? WorkerThread(body) : nil
            }
            #expect(results.values == (0..<8).map { $0 * $0 })
        }
    }

    @Test func aThreadThatCannotStartIsNil() {
        // A stack that no address space has room for.
        #expect(WorkerThread(stackByteCount: 1 << 52, {}) == nil)
    }

    @Test func theForkLockKeepsThreadsApart() {
        nonisolated(unsafe) var count = 0
        WorkerThread.forEach(4) { _ in
            for _ in 0..<10_000 { ForkLock.locked { count += 1 } }
        }
        #expect(count == 40_000)
    }

    @Test func conditionsWakeWhoWaits() {
        let lock = Lock()
        let condition = Condition(lock)
        nonisolated(unsafe) var isReady = false
        let waiting = WorkerThread { lock.locked { while !isReady { condition.wait() } } }
        lock.locked { isReady = true }
        condition.broadcast()
        waiting?.join()
        #expect(waiting != nil)
    }
}

import Foundation
import Testing

@testable import AnnealPlatform

@Suite struct ThreadTests {
    @Test func aThreadThatCannotStartIsNil() {
        // A stack that no address space has room for.
        #expect(WorkerThread(stackByteCount: 1 << 52, {}) == nil)
    }

    @Test func theForkLockKeepsThreadsApart() {
        nonisolated(unsafe) var count = 0
        let threads = (0..<4).map { _ in
            WorkerThread { for _ in 0..<10_000 { ForkLock.locked { count += 1 } } }
        }
        for thread in threads { thread?.join() }
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

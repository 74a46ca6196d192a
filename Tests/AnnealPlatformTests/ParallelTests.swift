import Foundation
import Synchronization
import Testing

@testable import AnnealPlatform

@Suite struct ParallelTests {
    @Test(arguments: [0, 1, 2, 7, 64, 1000], [1, 2, 5, 300]) func everyIndexIsRunOnce(_ count: Int, _ threads: Int) {
        let lock = Lock()
        nonisolated(unsafe) var runs = [Int](repeating: 0, count: count)
        nonisolated(unsafe) var busy: Set<Int> = []
        Parallel.forEach(count, threads: threads) { worker, index in
            #expect((0..<threads).contains(worker))
            // A worker's scratch memory is used by one call at a time.
            #expect(lock.locked { busy.insert(worker).inserted })
            // Uneven work.
            if index % 3 == 0 { usleep(100) }
            lock.locked {
                runs[index] += 1
                busy.remove(worker)
            }
        }
        #expect(runs == [Int](repeating: 1, count: count))
    }

    @Test(arguments: [1, 2, 3, 16]) func resultsStandInTheirOrder(_ threads: Int) {
        #expect(Parallel.map(1000, threads: threads) { $0 * $0 } == (0..<1000).map { $0 * $0 })
        let pieces = Parallel.mapChunks(of: 103, size: 10, threads: threads) { $0 }
        #expect(pieces == stride(from: 0, to: 103, by: 10).map { $0..<min(103, $0 + 10) })
        let lock = Lock()
        nonisolated(unsafe) var seen: [Int] = []
        Parallel.forEachChunk(of: 103, size: 10, threads: threads) { _, range in lock.locked { seen += range } }
        #expect(seen.sorted() == Array(0..<103))
    }

    /// Ends only if more than one thread takes part: both calls wait until the other has begun.
    private static func twoTakePart() -> Bool {
        let lock = Lock()
        let condition = Condition(lock)
        nonisolated(unsafe) var begun = 0
        Parallel.forEach(2, threads: 2) { _, _ in
            lock.locked {
                begun += 1
                condition.broadcast()
                while begun < 2 { condition.wait() }
            }
        }
        return begun == 2
    }

    @Test func callsRunAtTheSameTime() { #expect(Self.twoTakePart()) }

    private struct Failure: Error, Equatable { let index: Int }

    @Test(arguments: [1, 2, 8]) func theLowestFailureEndsTheLoop(_ threads: Int) {
        for _ in 0..<50 {
            let calls = Atomic<Int>(0)
            #expect(throws: Failure(index: 20)) {
                try Parallel.forEach(100_000, threads: threads) { (_, index) throws(Failure) in
                    calls.wrappingAdd(1, ordering: .relaxed)
                    if index >= 20 { throw Failure(index: index) }
                }
            }
            #expect(calls.load(ordering: .relaxed) < 100_000)
        }
    }

    @Test func loopsInsideLoopsEnd() {
        let sums = Parallel.map(20, threads: 8) { outer in
            Parallel.map(20, threads: 8) { inner in
                Parallel.map(5, threads: 4) { outer * inner * $0 }.reduce(0, +)
            }.reduce(0, +)
        }
        #expect(sums == (0..<20).map { $0 * 190 * 10 })
    }

    @Test func loopsOfManyThreadsShareTheKeptOnes() {
        let threads = (0..<8).map { number in
            WorkerThread {
                for _ in 0..<200 {
                    #expect(Parallel.map(9, threads: 3) { $0 + number } == (number..<number + 9).map { $0 })
                }
            }
        }
        for thread in threads { thread?.join() }
    }

    /// What a loop holds is let go of when it is over, though its threads stay.
    @Test func nothingOutlivesALoop() {
        final class Held: Sendable { let number = 7 }
        weak var left: Held?
        do {
            let held = Held()
            left = held
            Parallel.forEach(64, threads: 4) { _, _ in #expect(held.number == 7) }
        }
        #expect(left == nil)
    }

    /// A child of `fork` has none of the threads that wait here.
    @Test func aChildHasThreadsOfItsOwn() {
        #expect(Self.twoTakePart())
        for _ in 0..<20 {
            let child = forkProcess()
            if child == 0 {
                // A child that waits for a thread of its parent's is ended by this.
                alarm(20)
                _exit(Self.twoTakePart() ? 42 : 1)
            }
            #expect(child > 0)
            var status: Int32 = 0
            #expect(waitpid(child, &status, 0) == child)
            #expect(status >> 8 & 0xFF == 42 && status & 0x7F == 0)
        }
    }
}

/// Swift hides `fork` on some systems, for good reasons that the test is about.
@_silgen_name("fork") private func forkProcess() -> Int32

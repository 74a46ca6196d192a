import Anneal
import CAllocationCounter
import Testing

/// The promise that a warm session allocates nothing, counted by a malloc that stands before glibc's.
@Suite(.serialized) struct AllocationTests {
    @Test("the counter counts", .enabled(if: allocation_counter_works() != 0))
    func positiveControl() {
        let before = allocation_count()
        let block = UnsafeMutablePointer<Float>.allocate(capacity: 1_000)
        block.initialize(repeating: 1, count: 1_000)
        let after = allocation_count()
        block.deallocate()
        #expect(after == before + 1)
    }

    @Test(
        "no allocation for a text after warm-up", .enabled(if: allocation_counter_works() != 0),
        arguments: Mode.allCases)
    func warmSession(mode: Mode) throws {
        let engine = try Engine()
        var session = try engine.makeSession(mode: mode)
        // The texts lie ready, so that nothing but the session can allocate between the two readings.
        let texts = Samples.all.map { text in
            let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.count)
            _ = copy.initialize(from: text)
            return UnsafeBufferPointer(copy)
        }
        defer { for text in texts { text.deallocate() } }
        var vector = [Float](repeating: 0, count: engine.dimension)
        var row = vector.mutableSpan
        var counted: [UInt64] = []
        for round in 0..<3 {
            for text in texts {
                let before = allocation_count()
                session.embed(text.span, into: &row)
                let after = allocation_count()
                if round > 0 { counted.append(after - before) }
            }
        }
        #expect(counted.allSatisfy { $0 == 0 }, "allocations by text: \(counted)")
    }
}

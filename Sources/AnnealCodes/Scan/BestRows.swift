/// The best rows of a scan, at most a fixed number: a heap with the worst of them on top.
///
/// Higher scores are better; of equal scores the lower row is better, so the result does not depend on the order of the
/// scan.
package struct BestRows: Sendable {
    package struct Entry: Equatable, Sendable {
        package let row: Int
        package let score: Double

        package init(row: Int, score: Double) {
            self.row = row
            self.score = score
        }

        package func isWorse(than other: Entry) -> Bool {
            score != other.score ? score < other.score : row > other.row
        }
    }

    private let capacity: Int
    private var heap: [Entry] = []

    /// - Precondition: `capacity > 0`.
    package init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
        heap.reserveCapacity(capacity)
    }

    /// What a score must exceed to be of interest; rows must come in ascending order for ties to be right.
    package var threshold: Double { heap.count < capacity ? -.infinity : heap[0].score }

    /// - Complexity: O(log capacity).
    package mutating func insert(_ entry: Entry) {
        if heap.count < capacity {
            heap.append(entry)
            var child = heap.count - 1
            while child > 0, heap[child].isWorse(than: heap[(child - 1) / 2]) {
                heap.swapAt(child, (child - 1) / 2)
                child = (child - 1) / 2
            }
        } else if heap[0].isWorse(than: entry) {
            heap[0] = entry
            sink()
        }
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var worst = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].isWorse(than: heap[worst]) {
                worst = child
            }
            if worst == parent { return }
            heap.swapAt(parent, worst)
            parent = worst
        }
    }

    /// The best first.
    package var sorted: [Entry] { heap.sorted { $1.isWorse(than: $0) } }
}

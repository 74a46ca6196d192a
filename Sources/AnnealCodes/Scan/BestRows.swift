/// The best rows of a scan, at most a fixed number.
///
/// Higher scores are better; of equal scores the lower row is better, so the result does not depend on the order of the
/// scan. Twice as many as are wanted are kept before those that are not among the best are dropped, so that a row costs no
/// more when many are wanted: a heap of a thousand took as long as the scan itself.
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
    /// In the order in which they came.
    private var entries: [Entry] = []
    /// The worst of the best when there last were too many.
    private var limit: Entry?

    /// - Precondition: `capacity > 0`.
    package init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
    }

    /// What a score must exceed to be of interest, or less; rows must come in ascending order for ties to be right.
    package var threshold: Double { limit?.score ?? -.infinity }

    /// - Complexity: O(1), taken over many.
    package mutating func insert(_ entry: Entry) {
        if let limit, entry.isWorse(than: limit) { return }
        entries.append(entry)
        if entries.count == 2 * capacity { drop() }
    }

    private mutating func drop() {
        guard entries.count > capacity else { return }
        let worst = Self.best(capacity, of: entries)
        entries.removeAll { $0.isWorse(than: worst) }
        limit = worst
    }

    /// The worst of the best so many entries: the half that it is in is divided again, by the middle one of three.
    /// - Precondition: there are as many, and all differ.
    private static func best(_ count: Int, of all: [Entry]) -> Entry {
        var entries = all
        return entries.withUnsafeMutableBufferPointer { entries in
            var (low, high) = (0, entries.count - 1)
            while low < high {
                let (first, middle, last) = (entries[low], entries[(low + high) / 2], entries[high])
                let pivot =
                    first.isWorse(than: middle)
                    ? (middle.isWorse(than: last) ? middle : first.isWorse(than: last) ? last : first)
                    : (first.isWorse(than: last) ? first : middle.isWorse(than: last) ? last : middle)
                var (left, right) = (low, high)
                while left <= right {
                    while pivot.isWorse(than: entries[left]) { left += 1 }
                    while entries[right].isWorse(than: pivot) { right -= 1 }
                    if left <= right {
                        entries.swapAt(left, right)
                        left += 1
                        right -= 1
                    }
                }
                if count - 1 <= right {
                    high = right
                } else if count - 1 >= left {
                    low = left
                } else {
                    break
                }
            }
            return entries[count - 1]
        }
    }

    /// The best in the order in which they came.
    package var inOrder: [Entry] {
        var copy = self
        copy.drop()
        return copy.entries
    }

    /// The best first.
    package var sorted: [Entry] { inOrder.sorted { $1.isWorse(than: $0) } }
}

/// A binary heap of candidates, the best on top.
struct CandidateHeap {
    private var items: [Candidate]

    /// - Complexity: O(n log n).
    init(_ candidates: [Candidate]) { items = candidates.sorted(by: Candidate.precedes) }

    /// The best candidate.
    var first: Candidate? { items.first }

    /// All candidates, the best first.
    var ranked: [Candidate] { items.sorted(by: Candidate.precedes) }

    /// - Complexity: O(log n).
    mutating func insert(_ candidate: Candidate) {
        items.append(candidate)
        var child = items.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard Candidate.precedes(items[child], items[parent]) else { return }
            items.swapAt(child, parent)
            child = parent
        }
    }

    /// - Complexity: O(log n).
    mutating func popFirst() -> Candidate? {
        guard let top = items.first, let last = items.popLast() else { return nil }
        guard !items.isEmpty else { return top }
        items[0] = last
        var parent = 0
        while true {
            var best = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < items.count && Candidate.precedes(items[child], items[best]) {
                best = child
            }
            if best == parent { return top }
            items.swapAt(parent, best)
            parent = best
        }
    }
}

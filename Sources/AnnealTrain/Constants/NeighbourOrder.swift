import AnnealThreads

/// An order of texts in which neighbours, in the teacher's eyes, come together.
///
/// Among texts taken at random hardly two are alike, so that the structure of a batch says little about degrees of
/// likeness. Texts are divided by the plane between two of them, again and again, until few are left; these small groups
/// are then shuffled. Each epoch has other planes.
enum NeighbourOrder {
    /// - Parameters:
    ///   - texts: rows of `targets`, in any order.
    ///   - group: the most texts of a group; at most 1 leaves the order as it is.
    /// - Returns: the same texts in another order, the same one for any number of threads.
    /// - Complexity: O(texts · log(texts / group) · dimension).
    static func order(
        _ texts: [Int], targets: Matrix, group: Int, seed: UInt64, threads: Int, kernel: TrainingKernel
    ) -> [Int] {
        guard group > 1, texts.count > group else { return texts }
        var open = [texts]
        var groups: [[Int]] = []
        var level: UInt64 = 0
        while !open.isEmpty {
            let parts = Partials<([Int], [Int])>(count: open.count)
            let (segments, salt) = (open, seed &+ level &* 0xD134_2543_DE82_EF95)
            Parallel.forEach(segments.count, threads: threads) { _, index in
                var random = SplitMix64(seed: salt ^ UInt64(index) &* 0x9E37_79B9_7F4A_7C15)
                parts.set(index, split(segments[index], targets, &random, kernel))
            }
            open.removeAll(keepingCapacity: true)
            for (left, right) in parts.values {
                for half in [left, right] where !half.isEmpty {
                    if half.count <= group { groups.append(half) } else { open.append(half) }
                }
            }
            level += 1
        }
        var order = Array(groups.indices)
        var random = SplitMix64(seed: seed)
        random.shuffle(&order)
        return order.flatMap { groups[$0] }
    }

    /// Divides texts by the plane that is as far from one random text as from another.
    private static func split(
        _ texts: [Int], _ targets: Matrix, _ random: inout SplitMix64, _ kernel: TrainingKernel
    ) -> ([Int], [Int]) {
        let width = targets.columns
        let one = targets.row(texts[Int(random.next() % UInt64(texts.count))])
        let other = targets.row(texts[Int(random.next() % UInt64(texts.count))])
        var left: [Int] = []
        var right: [Int] = []
        withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { memory in
            let direction = memory.baseAddress!
            for index in 0..<width { direction[index] = one[index] - other[index] }
            // Targets are of unit length: the plane goes through the origin.
            for text in texts {
                if dot(direction, targets.row(text), width, kernel) > 0 {
                    left.append(text)
                } else {
                    right.append(text)
                }
            }
        }
        // Equal texts cannot be told apart: any division will do.
        if left.isEmpty || right.isEmpty {
            return (Array(texts[..<(texts.count / 2)]), Array(texts[(texts.count / 2)...]))
        }
        return (left, right)
    }
}

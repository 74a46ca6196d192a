public import AnnealFormats
import AnnealPlatform

/// Learns token classes: k-means over the directions of token vectors, in two sizes.
///
/// Spherical k-means (Dhillon and Modha 2001): centres are the normalised sums of their members, similarity is the
/// cosine. Started from tokens drawn with a seed; ties go to the lower class; deterministic for any number of threads.
public struct ClassLearner: Sendable {
    public var fineCount = 1024
    public var coarseCount = 64
    public var rounds = 8
    public var seed: UInt64 = 1
    public var threads = 2

    public init() {}

    /// Classes for the tokens whose vectors are not zero.
    /// - Parameter vectors: a row a token.
    /// - Complexity: O(tokens · classes · dimension · rounds).
    public func learn(_ vectors: Matrix) -> TokenKnowledge {
        let directions = Matrix(rows: vectors.rows, columns: vectors.columns)
        var members: [Int] = []
        for token in 0..<vectors.rows {
            let row = vectors.row(token)
            let length = RowLoops.dot(row, row, vectors.columns).squareRoot()
            guard length > 0, length.isFinite else { continue }
            RowLoops.add(row, times: 1 / length, to: directions.row(token), vectors.columns)
            members.append(token)
        }
        let fineCount = min(fineCount, members.count)
        let coarseCount = min(coarseCount, members.count)
        let fine = cluster(directions, members, fineCount, stream: 0)
        let coarse = cluster(directions, members, coarseCount, stream: 1)
        let none = TokenKnowledge.noClass
        return TokenKnowledge(
            fine: fine.map { $0 < 0 ? none : UInt16($0) },
            coarse: coarse.map { $0 < 0 ? none : UInt16(Int($0) + fineCount) }, fineCount: fineCount,
            coarseCount: coarseCount, vectors: vectors)
    }

    /// The cluster of each row, or -1 for one that is no member.
    func cluster(_ directions: Matrix, _ members: [Int], _ count: Int, stream: Int) -> [Int32] {
        var assigned = [Int32](repeating: -1, count: directions.rows)
        guard count > 0 else { return assigned }
        let width = directions.columns
        let centres = Matrix(rows: count, columns: width)
        var random = SplitMix64(seed: seed, stream: stream)
        var drawn = members
        for index in 0..<count {
            drawn.swapAt(index, index + random.below(drawn.count - index))
            centres.row(index).update(from: directions.row(drawn[index]), count: width)
        }
        for _ in 0..<max(rounds, 1) {
            assign(directions, members, centres, &assigned)
            centres.storage.update(repeating: 0, count: count * width)
            for member in members {
                RowLoops.add(directions.row(member), times: 1, to: centres.row(Int(assigned[member])), width)
            }
            for index in 0..<count {
                let row = centres.row(index)
                let length = RowLoops.dot(row, row, width).squareRoot()
                guard length > 0 else { continue }
                for place in 0..<width { row[place] /= length }
            }
        }
        return assigned
    }

    private func assign(_ directions: Matrix, _ members: [Int], _ centres: Matrix, _ assigned: inout [Int32]) {
        assigned.withUnsafeMutableBufferPointer { buffer in
            // In bounds and without races: each member is written by the one worker that took its share.
            nonisolated(unsafe) let assigned = buffer
            Parallel.forEachChunk(of: members.count, size: 64, threads: max(threads, 1)) { _, range in
                for member in members[range] {
                    var best: Float = -.infinity
                    for index in 0..<centres.rows {
                        let cosine = RowLoops.dot(directions.row(member), centres.row(index), centres.columns)
                        if cosine > best { (best, assigned[member]) = (cosine, Int32(index)) }
                    }
                }
            }
        }
    }
}

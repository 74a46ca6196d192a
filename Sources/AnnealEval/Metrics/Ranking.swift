import AnnealFormats
import AnnealPlatform

/// Documents ranked by the dot product with a query.
enum Ranking {
    /// The best `count` documents of each query, best first; equal scores in the order of the documents.
    /// - Complexity: O(queries · documents · dimension).
    static func top(_ count: Int, of documents: Matrix, for queries: Matrix, threads: Int) -> [[Int]] {
        let (right, stride) = documents.transposed()
        return Parallel.mapChunks(of: queries.rows, size: 32, threads: threads) { range in
            var scores = [Float](repeating: 0, count: range.count * stride)
            right.withUnsafeBufferPointer { right in
                DenseProduct.multiply(
                    queries.row(range.lowerBound), rows: range.count, inner: queries.columns, right.baseAddress!,
                    stride: stride, into: &scores)
            }
            return range.map { row in
                let start = (row - range.lowerBound) * stride
                return best(count, scores[start..<start + documents.rows])
            }
        }.flatMap { $0 }
    }

    private static func best(_ count: Int, _ scores: ArraySlice<Float>) -> [Int] {
        var best: [(score: Float, index: Int)] = []
        for (index, score) in scores.enumerated() {
            if best.count == count, score <= best[count - 1].score { continue }
            let place = best.firstIndex { $0.score < score } ?? best.count
            best.insert((score, index), at: place)
            if best.count > count { best.removeLast() }
        }
        return best.map(\.index)
    }
}

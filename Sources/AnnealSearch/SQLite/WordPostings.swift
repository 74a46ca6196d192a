import CSearchSQLite
import Foundation

/// What is left of the list of one word's passages.
///
/// Good as long as the `index_words` that it was taken from.
struct WordPostings {
    /// The word's inverse document frequency.
    let weight: Double
    private let passages: UnsafePointer<Int64>?
    private let times: UnsafePointer<Int32>?
    private let count: Int
    private var next = 0

    /// - Parameter all: how many passages there are.
    init(_ postings: index_postings, passages all: Int64) {
        passages = UnsafePointer(postings.passages)
        times = UnsafePointer(postings.times)
        count = postings.count
        let holding = Double(count)
        let frequency = log((Double(all) - holding + 0.5) / (holding + 0.5))
        // In more than half of the passages: FTS5 lets such a word count next to nothing.
        weight = frequency > 0 ? frequency : 1e-6
    }

    /// The next passage, and how often it holds the word.
    var first: (passage: Int64, times: Double)? {
        // In bounds: both have `count` places, and none if they are null.
        guard next < count, let passages, let times else { return nil }
        return (passages[next], Double(times[next]))
    }

    mutating func removeFirst() { next += 1 }
}

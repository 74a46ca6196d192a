import AnnealPassages
import CSearchKernels

/// What a query finds in each passage, before anything is known of all of them: a row a passage, some tens of bytes.
struct Signals {
    /// How a passage declares a name that the query has.
    enum Definition: UInt8, Comparable {
        case none
        /// It has the name but for case and underscores.
        case folded
        /// The name is declared inside it.
        case member
        case exact

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    struct Row {
        var file: UInt32
        var passage: UInt32
        var group: UInt32
        var length: UInt32
        /// Which words of the query are in the name, and in the names around it.
        var nameMask: UInt32 = 0
        var enclosingMask: UInt32 = 0
        var cosine: Float
        var nature: UInt8
        var nameWords: UInt8
        var defines = Definition.none
        /// Whether it goes on with what is declared elsewhere.
        var isContinuation: Bool
        /// Whether it declares nothing: what stands between declarations.
        var isText: Bool
    }

    private static let continuations = [Span.Kind.part, .reopening].map { UInt32($0.rawValue) }

    let query: Query
    private(set) var rows: [Row] = []
    /// How often each word occurs in each passage: `query.words.count` numbers a row.
    private(set) var counts: [UInt8] = []
    private var dots: [Int32] = []

    init(_ query: Query) { self.query = query }

    /// Adds the passages of a file.
    /// - Complexity: O(passages · (dimension + words)).
    mutating func add(_ digest: FileDigest, file: Int) {
        let count = digest.passageCount
        guard count > 0 else { return }
        let base = rows.count
        let width = query.words.count
        dots.removeAll(keepingCapacity: true)
        dots.append(contentsOf: repeatElement(0, count: count))
        // There is one kernel at least, and the buffers are not empty: the dimension is not zero.
        index_kernel_available(0)!.pointee.dots(
            digest.vectors.baseAddress!, count, digest.dimension, query.vector, &dots)
        for index in 0..<count {
            let passage = digest.passage(index)
            let row = Row(
                file: UInt32(file), passage: UInt32(index), group: passage.group, length: passage.length,
                cosine: Float(dots[index]) * passage.scale * query.scale,
                nature: UInt8(truncatingIfNeeded: digest.nature),
                nameWords: UInt8(clamping: passage.nameWords),
                isContinuation: Self.continuations.contains(passage.kind),
                isText: passage.kind == UInt32(Span.Kind.text.rawValue))
            rows.append(row)
        }
        counts.append(contentsOf: repeatElement(0, count: count * width))
        for (number, word) in query.words.enumerated() {
            digest.forEachPosting(of: word) { posting in
                let row = base + posting.passage
                counts[row * width + number] = UInt8(posting.count)
                if posting.inName { rows[row].nameMask |= 1 << UInt32(number) }
                if posting.inEnclosing { rows[row].enclosingMask |= 1 << UInt32(number) }
            }
        }
        for name in query.exactNames {
            digest.forEachPosting(of: name) { define(base + $0.passage, $0.inName ? .exact : .member) }
        }
        for name in query.foldedNames {
            digest.forEachPosting(of: name) { if $0.inName { define(base + $0.passage, .folded) } }
        }
    }

    private mutating func define(_ row: Int, _ definition: Definition) {
        rows[row].defines = max(rows[row].defines, definition)
    }

    /// Adds what another thread has found.
    mutating func append(_ other: Signals) {
        rows += other.rows
        counts += other.counts
    }
}

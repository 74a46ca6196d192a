import GRDB

/// How many words each passage of an index has, headings and text together, as FTS5 has counted them. A passage is at a
/// row, in the order of their numbers.
struct PassageLengths {
    let words: [Int32]
    private let firstPassage: Int64
    /// Ascending; empty if their numbers have no gaps, as those of an index that was made at one go.
    private let passages: [Int64]
    /// Over the rows as they are stored.
    let checksum: UInt64

    /// Reads them from the table that FTS5 keeps them in: one number a column, in SQLite's variable-length form.
    /// - Complexity: O(passages).
    /// - Throws: ``IndexError/damaged(path:message:)`` for a row that is no lengths.
    /// - Source: https://sqlite.org/fts5.html#fts5_data_structures (docsize), https://sqlite.org/fileformat2.html#varint
    init(_ db: Database, path: String) throws {
        var passages: [Int64] = []
        var words: [Int32] = []
        var sum: UInt64 = 0
        try RowReader.read(db, "SELECT id, sz FROM passage_text_docsize ORDER BY id") { passage, bytes in
            guard let count = PassageLengths.sum(bytes), passage > passages.last ?? .min else {
                throw IndexError.damaged(path: path, message: "expected the lengths of a passage, found other bytes")
            }
            passages.append(passage)
            words.append(count)
            sum = RowChecksum.next(passage, bytes, after: sum)
        }
        self.words = words
        checksum = sum
        firstPassage = passages.first ?? 0
        // They ascend, so the subtraction cannot leave 64 bits where the count is equal.
        let hasGaps = (passages.last ?? 0) &- firstPassage &+ 1 != passages.count
        self.passages = hasGaps ? passages : []
    }

    var count: Int { words.count }

    /// - Precondition: `row` is in `0..<count`.
    func passage(at row: Int) -> Int64 { passages.isEmpty ? firstPassage + Int64(row) : passages[row] }

    /// The row of a passage or of the next one that is there; nil after the last.
    /// - Complexity: O(1) if there are no gaps, else O(log count).
    func row(from passage: Int64) -> Int? {
        if passages.isEmpty {
            if passage <= firstPassage { return words.isEmpty ? nil : 0 }
            let (row, overflow) = passage.subtractingReportingOverflow(firstPassage)
            return !overflow && row < words.count ? Int(row) : nil
        }
        var low = 0
        var high = passages.count
        while low < high {
            let middle = (low + high) / 2
            if passages[middle] < passage { low = middle + 1 } else { high = middle }
        }
        return low < passages.count ? low : nil
    }

    /// The sum of two numbers in SQLite's form: seven bits a byte, the highest first; nil for other bytes. A length has
    /// at most five bytes.
    private static func sum(_ bytes: UnsafeRawBufferPointer) -> Int32? {
        guard bytes.count <= 10 else { return nil }
        var sum: UInt64 = 0
        var number: UInt64 = 0
        var numbers = 0
        for byte in bytes {
            number = number << 7 | UInt64(byte & 0x7F)
            guard byte < 0x80 else { continue }
            sum &+= number
            number = 0
            numbers += 1
        }
        return numbers == 2 ? Int32(exactly: sum) : nil
    }
}

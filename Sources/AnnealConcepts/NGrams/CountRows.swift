import AnnealContainer

/// Counts of words in rows: how often each word follows what the row stands for. A mapped table, its rows sorted by word.
///
/// A row may have an entry for ``Vocabulary/begin``, which follows nothing: it counts what was seen and is not in the table.
struct CountRows: Sendable {
    private let starts: SectionIntegers<UInt32>
    private let words: SectionIntegers<UInt16>
    private let codes: SectionIntegers<UInt8>
    private let values: [Float]

    /// - Throws: unless rows lie one behind the other, and the words of each ascend below `vocabulary`.
    init(
        _ container: OpenContainer, starts: SectionTag, words: SectionTag, counts: SectionTag, rows: Int,
        vocabulary: Int
    ) throws(CompletionError) {
        self.starts = try SectionIntegers(container, starts, count: rows + 1)
        let entries = Int(self.starts[rows])
        self.words = try SectionIntegers(container, words, count: entries)
        codes = try SectionIntegers(container, counts, count: entries)
        values = CountCode.values.map { Float($0) }
        guard self.starts[0] == 0 else {
            throw .value(starts, what: "start of the first row", expected: "0", found: "\(self.starts[0])")
        }
        for row in 0..<rows {
            guard self.starts[row] <= self.starts[row + 1], Int(self.starts[row + 1]) <= entries else {
                throw .value(
                    starts, what: "end of row \(row)", expected: "\(self.starts[row]) to \(entries)",
                    found: "\(self.starts[row + 1])")
            }
            var least = 0
            for entry in self.row(row) {
                let word = Int(self.words[entry])
                guard word >= least, word < vocabulary else {
                    throw .value(
                        words, what: "entry \(entry)", expected: "\(least) to \(vocabulary - 1)", found: "\(word)")
                }
                least = word + 1
            }
        }
    }

    var entryCount: Int { words.count }

    /// The entries of a row.
    @inline(__always)
    func row(_ row: Int) -> Range<Int> { Int(starts[row])..<Int(starts[row + 1]) }

    @inline(__always)
    func word(_ entry: Int) -> Int { Int(words[entry]) }

    @inline(__always)
    func count(_ entry: Int) -> Float { values[Int(codes[entry])] }

    /// The entry of a word in a row.
    /// - Complexity: O(log entries).
    func entry(of word: UInt16, in row: Int) -> Int? {
        var range = self.row(row)
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if words[middle] == word { return middle }
            range = words[middle] < word ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }
}

/// The bytes of rows that are made one after the other.
struct CountRowsWriter {
    private(set) var starts: [UInt32] = [0]
    private(set) var words: [UInt16] = []
    private(set) var codes: [UInt8] = []

    /// - Precondition: a greater word than the one before in the row; `count > 0`.
    mutating func add(_ word: UInt16, _ count: Int) {
        words.append(word)
        codes.append(CountCode.code(count))
    }

    mutating func endRow() { starts.append(UInt32(words.count)) }
}

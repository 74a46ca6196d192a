/// The occurrences of a batch, sorted by the row that they use: so that each row's gradient is summed by one thread, in
/// the order of the batch, whatever the number of threads.
///
/// Sendable although it is mutable: it is filled by one thread and then read by several.
final class RowGroups: @unchecked Sendable {
    /// Rows that occur, in the order of their first occurrence.
    private(set) var rows: [UInt32] = []
    /// Group `g` has the occurrences `order[starts[g]..<starts[g + 1]]`.
    private(set) var starts: [Int32] = []
    let order: UnsafeMutablePointer<UInt32>
    /// By row: its count, then the place of its next occurrence; all zero between batches.
    private let places: UnsafeMutablePointer<Int32>
    private let rowCount: Int

    init(rowCount: Int, capacity: Int) {
        self.rowCount = rowCount
        order = .allocate(capacity: max(1, capacity))
        places = .allocate(capacity: max(1, rowCount))
        places.initialize(repeating: 0, count: rowCount)
    }

    deinit {
        order.deallocate()
        places.deallocate()
    }

    /// Sorts `count` occurrences by row; those of a row that is not below the number of rows, and those whose opcode is
    /// `leavingOut`, are no occurrences.
    /// - Complexity: O(count).
    func fill(
        _ rowOf: UnsafePointer<UInt32>, _ opcodes: UnsafePointer<UInt8>, leavingOut: UInt8, count: Int
    ) {
        rows.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        for occurrence in 0..<count where rowOf[occurrence] < rowCount && opcodes[occurrence] != leavingOut {
            let row = Int(rowOf[occurrence])
            if places[row] == 0 { rows.append(rowOf[occurrence]) }
            places[row] += 1
        }
        var start: Int32 = 0
        for row in rows {
            starts.append(start)
            let size = places[Int(row)]
            places[Int(row)] = start
            start += size
        }
        starts.append(start)
        for occurrence in 0..<count where rowOf[occurrence] < rowCount && opcodes[occurrence] != leavingOut {
            let row = Int(rowOf[occurrence])
            // In bounds: the places run up to the number of occurrences.
            order[Int(places[row])] = UInt32(truncatingIfNeeded: occurrence)
            places[row] += 1
        }
        for row in rows { places[Int(row)] = 0 }
    }
}

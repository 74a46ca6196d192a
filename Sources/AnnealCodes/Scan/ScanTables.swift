import CCodeKernels

/// What the bits of a code add to a sum, as tables that are looked up: one for each six bits of the code.
///
/// A step looks at eight bits, so that all steps that end within the same six bits depend on thirteen: one look-up says
/// what they add together. Entries are whole numbers in one unit, small enough for all that a code adds to fit 16 bits, so
/// that every kernel comes to the same sums. A table of 16 KB lies in the fastest memory while a block of codes goes by.
///
/// `@unchecked Sendable`: written in `init`, and after that read only.
final class ScanTables: @unchecked Sendable {
    /// Bits of a code from one table to the next. Fewer need more look-ups, more need tables that are no longer near.
    private static let stride = 6
    private static let size = Int(CODE_TABLE_ENTRIES)
    private static let windowBits = Int(CODE_WINDOW_BITS)
    private static let stateBits = 8

    let windows: [code_table]
    /// A sum is worth `start + unit · sum`.
    let start: Float
    let unit: Float
    private let entries: UnsafeMutablePointer<UInt16>

    deinit { entries.deallocate() }

    /// - Parameters:
    ///   - steps: in the order of their ends.
    ///   - byteCount: bytes of the codes.
    ///   - start: what no bit changes.
    /// - Complexity: O(16,384 · tables).
    init(_ steps: [CodeStep], byteCount: Int, start: Float) {
        let (size, bits) = (Self.size, 8 * byteCount)
        // Windows end so many bits after the first, but for the last one; those where no step ends need no table.
        var groups: [(end: Int, steps: ArraySlice<CodeStep>)] = []
        var first = 0
        for end in Swift.stride(from: Self.stride, to: bits + Self.stride, by: Self.stride).map({ min($0, bits) }) {
            let last = steps[first...].firstIndex { $0.end > end } ?? steps.count
            if last > first { groups.append((end, steps[first..<last])) }
            first = last
        }
        var sums = [Float](repeating: 0, count: size * groups.count)
        var least = [Float](repeating: 0, count: groups.count)
        var range = 0.0
        sums.withUnsafeMutableBufferPointer { sums in
            guard var table = sums.baseAddress else { return }
            for (index, group) in groups.enumerated() {
                Self.fill(table, group.steps, end: group.end)
                var (low, high) = (table[0], table[0])
                for window in 1..<size {
                    low = min(low, table[window])
                    high = max(high, table[window])
                }
                least[index] = low
                range += Double(high) - Double(low)
                table += size
            }
        }
        // Each entry is rounded by half a unit at most.
        let top = Double(UInt16.max) - Double(groups.count)
        let scale = range > 0 ? Float(top / range) : 0
        unit = range > 0 ? Float(range / top) : 0
        self.start = start + least.reduce(0, +)
        let entries = UnsafeMutablePointer<UInt16>.allocate(capacity: max(1, size * groups.count))
        for (index, low) in least.enumerated() {
            for place in index * size..<(index + 1) * size {
                // Not negative, and at most the top: the conversion cannot fail.
                entries[place] = UInt16(truncatingIfNeeded: Int32((sums[place] - low) * scale + 0.5))
            }
        }
        self.entries = entries
        windows = groups.indices.map { index in
            let end = groups[index].end
            let column = (end - 1) / 8
            return code_table(
                column: UInt32(column), shift: UInt32(8 * (column + 1) - end), entries: entries + index * size)
        }
    }

    /// The sums of some steps, for each window: from the step that ends first on, each with more bits than the one before.
    private static func fill(_ table: UnsafeMutablePointer<Float>, _ steps: ArraySlice<CodeStep>, end: Int) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: size) { room in
            guard let before = room.baseAddress else { return }
            var bits = 0
            for step in steps {
                let known = windowBits - (end - step.end)
                precondition(known >= stateBits && step.values.count == 1 << stateBits)
                widen(table, from: bits, to: known, by: before)
                step.values.withUnsafeBufferPointer { values in
                    for first in Swift.stride(from: 0, to: 1 << known, by: values.count) {
                        for state in 0..<values.count { table[first + state] += values[state] }
                    }
                }
                bits = known
            }
            widen(table, from: bits, to: windowBits, by: before)
        }
    }

    /// Has a table that knows some bits know more of them, by way of room for a copy. One of no bits is of zeros.
    private static func widen(
        _ table: UnsafeMutablePointer<Float>, from few: Int, to many: Int, by copy: UnsafeMutablePointer<Float>
    ) {
        if few == many { return }
        if few == 0 { return table.update(repeating: 0, count: 1 << many) }
        copy.update(from: table, count: 1 << few)
        let times = 1 << (many - few)
        for index in 0..<1 << few {
            for offset in 0..<times { table[index * times + offset] = copy[index] }
        }
    }
}

import CCodeKernels

/// What the bits of a code add to a sum, as tables that are looked up: one for each six bits of the code.
///
/// A step looks at eight bits, so that all steps that end within the same six bits depend on thirteen: one look-up says
/// what they add together. Entries are sums of whole numbers in one unit, small enough for all that a code adds to fit 16
/// bits, so that every kernel comes to the same. A table of 16 KB lies in the fastest memory while a block of codes goes by.
///
/// `@unchecked Sendable`: written in `init`, and after that read only.
final class ScanTables: @unchecked Sendable {
    /// Bits of a code from one table to the next. Fewer need more look-ups, more need tables that are no longer near.
    private static let stride = 6
    private static let size = Int(CODE_TABLE_ENTRIES)
    private static let windowBits = Int(CODE_WINDOW_BITS)
    private static let stateBits = 8
    private static let states = 1 << stateBits

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
        var groups: [(end: Int, steps: Range<Int>)] = []
        var first = 0
        for end in Swift.stride(from: Self.stride, to: bits + Self.stride, by: Self.stride).map({ min($0, bits) }) {
            let last = steps[first...].firstIndex { $0.end > end } ?? steps.count
            if last > first { groups.append((end, first..<last)) }
            first = last
        }
        let ranges = steps.map { step in
            step.values.reduce((low: Float.infinity, high: -Float.infinity)) {
                ($1 < $0.low ? $1 : $0.low, $1 > $0.high ? $1 : $0.high)
            }
        }
        let range = ranges.reduce(0.0) { $0 + Double($1.high) - Double($1.low) }
        // What steps add is rounded by half a unit at most, and together they stay below 2^16.
        let top = Double(UInt16.max) - Double(steps.count)
        let scale = range > 0 ? Float(top / range) : 0
        unit = range > 0 ? Float(range / top) : 0
        self.start = start + ranges.reduce(0) { $0 + $1.low }
        let entries = UnsafeMutablePointer<UInt16>.allocate(capacity: max(1, size * groups.count))
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: size + Self.states) { room in
            guard let copy = room.baseAddress else { return }
            let values = copy + size
            for (index, group) in groups.enumerated() {
                let table = entries + index * size
                var known = 0
                for (step, range) in zip(steps[group.steps], ranges[group.steps]) {
                    // Not negative, and at most the top: the conversion cannot fail.
                    for state in 0..<Self.states {
                        values[state] = UInt16((step.values[state] - range.low) * scale + 0.5)
                    }
                    let bits = Self.windowBits - (group.end - step.end)
                    precondition(bits >= Self.stateBits && bits > known)
                    Self.add(values, to: table, from: known, to: bits, by: copy)
                    known = bits
                }
                values.update(repeating: 0, count: Self.states)
                if known < Self.windowBits { Self.add(values, to: table, from: known, to: Self.windowBits, by: copy) }
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

    /// Has a table that knows the first `few` of its bits know `many`, and adds what the last eight of these stand for.
    /// - Parameter copy: room for the table as it was.
    private static func add(
        _ values: UnsafePointer<UInt16>, to table: UnsafeMutablePointer<UInt16>, from few: Int, to many: Int,
        by copy: UnsafeMutablePointer<UInt16>
    ) {
        let size = 1 << many
        guard few > 0 else {
            for first in Swift.stride(from: 0, to: size, by: states) {
                (table + first).update(from: values, count: states)
            }
            return
        }
        copy.update(from: table, count: 1 << few)
        let new = many - few
        for first in Swift.stride(from: 0, to: size, by: states) {
            let (before, after) = (copy + (first >> new), table + first)
            if new == 1 {
                // Most steps read one bit.
                for index in 0..<states / 2 {
                    after[2 * index] = before[index] &+ values[2 * index]
                    after[2 * index + 1] = before[index] &+ values[2 * index + 1]
                }
            } else {
                for index in 0..<states { after[index] = before[index >> new] &+ values[index] }
            }
        }
    }
}

import AnnealProgram
import CAnnealKernels

/// Rows with their gains, in two arrays, as the kernels read them. Its owner deallocates it.
struct RowList {
    let index: UnsafeMutablePointer<UInt32>
    let gain: UnsafeMutablePointer<Int16>
    var count = 0

    /// Room for three rows for each item of a window.
    init() {
        index = .allocate(capacity: 3 * Program.windowLimit)
        gain = .allocate(capacity: 3 * Program.windowLimit)
    }

    func deallocate() {
        index.deallocate()
        gain.deallocate()
    }

    /// - Precondition: fewer than three rows an item of a window are in the list.
    @inline(__always)
    mutating func append(_ row: UInt32, _ gain: Int16) {
        index[count] = row
        self.gain[count] = gain
        count &+= 1
    }

    /// Adds all rows to the accumulators.
    /// - Parameter packed: whether the rows are packed ones, counted from the first of those.
    /// - Complexity: O(rows · dimension).
    @inline(__always)
    func add(_ constants: Constants, _ kernel: Kernel, to accumulators: UnsafeMutablePointer<Int32>, packed: Bool) {
        guard count > 0 else { return }
        if packed {
            kernel.table.pointee.accumulate_packed(
                constants.packedRows, constants.dimension, index, gain, count, accumulators)
        } else {
            kernel.table.pointee.accumulate(constants.rows, constants.dimension, index, gain, count, accumulators)
        }
    }
}

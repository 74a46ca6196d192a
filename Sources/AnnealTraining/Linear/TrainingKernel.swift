package import CAnnealTraining

/// The loops of training, chosen once for the processor.
///
/// Sendable although it holds a pointer: the table is constant.
package struct TrainingKernel: @unchecked Sendable {
    package typealias Table = anneal_training_kernel

    /// The numbers of every row are a multiple of this.
    package static let lanes = Int(ANNEAL_TRAINING_LANES)

    package let table: UnsafePointer<Table>

    /// Those that this processor runs, fastest first, the portable one last. Never empty.
    package static let available: [TrainingKernel] = {
        var kernels: [TrainingKernel] = []
        while let table = anneal_training_kernel_available(kernels.count) {
            kernels.append(TrainingKernel(table: table))
        }
        return kernels
    }()

    /// The fastest that this processor runs.
    package static let fastest = available[0]

    /// The least multiple of ``lanes`` that is not below a width.
    package static func padded(_ width: Int) -> Int { (width + lanes - 1) / lanes * lanes }
}

/// `y += a · x`.
/// - Precondition: `count` is a multiple of ``TrainingKernel/lanes``.
@inline(__always)
func addScaled(
    _ y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, _ a: Float, _ count: Int, _ kernel: TrainingKernel
) {
    kernel.table.pointee.add_scaled(y, x, a, count)
}

/// The dot product of two rows.
/// - Precondition: `count` is a multiple of ``TrainingKernel/lanes``.
@inline(__always)
func dot(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ count: Int, _ kernel: TrainingKernel
) -> Float {
    kernel.table.pointee.dot(x, y, count)
}

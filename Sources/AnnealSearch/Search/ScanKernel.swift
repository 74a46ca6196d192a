import CSearchKernels

/// The dot products of one instruction set. All give the same integers.
public struct ScanKernel: Sendable {
    /// The kernels that this processor runs, fastest first. Never empty.
    public static let available: [ScanKernel] = {
        var kernels: [ScanKernel] = []
        while let kernel = index_kernel_available(kernels.count) { kernels.append(ScanKernel(kernel: kernel)) }
        return kernels
    }()

    // A constant with static storage in the C target: never written, never freed.
    nonisolated(unsafe) let kernel: UnsafePointer<index_kernel>

    public var name: String { String(cString: kernel.pointee.name) }

    /// `dots[i] = Σ rows[i · dimension + j] · query[j]`
    /// - Precondition: `rows` holds `dots.count · query.count` numbers, `query.count <= 4096`.
    public func dots(
        _ rows: UnsafePointer<Int8>, query: UnsafeBufferPointer<Int8>, into dots: UnsafeMutableBufferPointer<Int32>
    ) {
        precondition(query.count <= Int(INDEX_DIMENSION_LIMIT))
        guard let start = query.baseAddress, let out = dots.baseAddress else { return }
        kernel.pointee.dots(rows, dots.count, query.count, start, out)
    }
}

import CCodeKernels

/// The sums of table entries of one instruction set. All give the same integers.
package struct CodeKernel: Sendable {
    /// The kernels that this processor runs, fastest first. Never empty.
    package static let available: [CodeKernel] = {
        var kernels: [CodeKernel] = []
        while let kernel = code_kernel_available(kernels.count) { kernels.append(CodeKernel(kernel: kernel)) }
        return kernels
    }()

    /// Codes of a block: byte `j` of all of them lies together, at `j · block`.
    static let block = Int(CODE_BLOCK)

    // A constant with static storage in the C target: never written, never freed.
    nonisolated(unsafe) private let kernel: UnsafePointer<code_kernel>

    package var name: String { String(cString: kernel.pointee.name) }

    /// What tables say of each code of a block.
    /// - Parameters:
    ///   - codes: as many columns as the tables are of, of ``block`` bytes each.
    ///   - sums: room for ``block`` numbers, of which the first `count` are set.
    /// - Complexity: O(count · tables).
    func sums(_ codes: UnsafePointer<UInt8>, count: Int, _ tables: ScanTables, into sums: UnsafeMutablePointer<UInt16>)
    {
        precondition(count <= Self.block)
        tables.windows.withUnsafeBufferPointer { windows in
            guard let start = windows.baseAddress else { return sums.update(repeating: 0, count: count) }
            kernel.pointee.sums(codes, count, start, windows.count, sums)
        }
    }
}

package import CAnnealKernels

/// The integer loops of one instruction set. All kernels give the same bits; they differ in speed only.
///
///     let kernel = try Kernel.fromEnvironment()   // ANNEAL_KERNEL=portable forces the plain C one
///     print(kernel.name)                          // "avx2"
public struct Kernel: Sendable {
    /// The names of all kernels, of this processor or not.
    public static let knownNames: [String] = {
        var names: [String] = []
        while let name = anneal_kernel_known(names.count) { names.append(String(cString: name)) }
        return names
    }()

    /// The kernels that this processor runs, fastest first. Never empty.
    public static let available: [Kernel] = {
        var kernels: [Kernel] = []
        while let table = anneal_kernel_available(kernels.count) { kernels.append(Kernel(table)) }
        return kernels
    }()

    /// The fastest kernel that this processor runs; asked of the processor once.
    public static let fastest: Kernel = available[0]

    // A constant table with static storage in the C target: it is never written and never freed.
    package nonisolated(unsafe) let table: UnsafePointer<anneal_kernel>

    init(_ table: UnsafePointer<anneal_kernel>) {
        self.table = table
    }

    /// The name that ``select(named:)`` and `ANNEAL_KERNEL` understand.
    public var name: String { String(cString: table.pointee.name) }

    /// The kernel of that name.
    /// - Throws: ``KernelError`` where the name is unknown or this processor cannot run the kernel. There is no fallback:
    ///   who forces a kernel wants that one.
    public static func select(named name: String) throws(KernelError) -> Kernel {
        if let table = anneal_kernel_named(name) { return Kernel(table) }
        guard knownNames.contains(name) else { throw .unknown(name: name, known: knownNames) }
        throw .unsupported(name: name, available: available.map { $0.name })
    }

    /// The kernel that the environment variable `ANNEAL_KERNEL` names, or the fastest where it is unset or empty.
    /// - Throws: ``KernelError``, as ``select(named:)``.
    public static func fromEnvironment() throws(KernelError) -> Kernel {
        guard let forced = anneal_kernel_forced_name() else { return fastest }
        return try select(named: String(cString: forced))
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Memory for tables that are read at random places. Asks the system for large pages, where it has them on request
/// (Linux), so that an access costs no search of the page tables as well.
enum LargePages {
    static let size = 2 << 20

    /// Zeroed memory, aligned to a large page.
    /// - Parameter byteCount: a multiple of `size`.
    static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: size)
        #if os(Linux)
            // Advice only: nothing depends on whether it is taken.
            _ = madvise(memory, byteCount, 14 /* MADV_HUGEPAGE */)
        #endif
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        return memory
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Zeroed memory for tables that are read at random places. Asks the system for large pages, where it has them on
/// request (Linux), so that an access costs no search of the page tables as well.
///
/// The memory is zeroed by the system when it is first touched: a process that embeds one text touches little of it.
struct LargePages: ~Copyable {
    static let size = 2 << 20

    /// `byteCount` bytes, aligned to a large page.
    let memory: UnsafeMutableRawPointer
    private let block: UnsafeMutableRawPointer

    /// - Parameter byteCount: a multiple of `size`.
    init(byteCount: Int) {
        precondition(byteCount % Self.size == 0)
        // Blocks of this size come fresh from the system, so calloc writes nothing; the rest of the block, behind or
        // before the aligned part, is never touched.
        guard let block = calloc(byteCount + Self.size, 1) else { fatalError("out of memory: \(byteCount) bytes") }
        self.block = block
        memory = block.alignedUp(toMultipleOf: Self.size)
        #if os(Linux)
            // Advice only: nothing depends on whether it is taken.
            _ = madvise(memory, byteCount, 14 /* MADV_HUGEPAGE */)
        #endif
    }

    deinit { free(block) }
}

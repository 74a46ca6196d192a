#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Zeroed memory for tables that are read at random places. Large tables lie on large pages, where the system has them
/// on request (Linux): an access costs no search of the page tables as well, and a first touch brings 2 MiB and not
/// 4 KiB.
///
/// What the system zeroes when it is first touched costs nothing before: a process that embeds one text touches little.
package enum ZeroedPages {
    package static let largePage = 2 << 20
    /// From here on a table has pages of its own.
    private static let ownPagesMin = largePage / 2

    /// Zeroed memory, aligned to a large page if it is large, to 64 bytes if it is small.
    /// - Parameter isDense: whether most of it will be touched; else it gets no large pages.
    /// - Precondition: `byteCount > 0`.
    package static func allocate(byteCount: Int, isDense: Bool = true) -> UnsafeMutableRawPointer {
        guard byteCount >= ownPagesMin else {
            let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
            memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
            return memory
        }
        let length = mapped(byteCount)
        // One page more than needed, so that an aligned part lies inside; what is before and behind it is given back.
        let flags = MAP_PRIVATE | anonymous
        guard let block = mmap(nil, length + largePage, PROT_READ | PROT_WRITE, flags, -1, 0), block != MAP_FAILED
        else { fatalError("out of memory: \(byteCount) bytes") }
        let memory = block.alignedUp(toMultipleOf: largePage)
        let before = memory - block
        if before > 0 { munmap(block, before) }
        munmap(memory + length, largePage - before)
        #if os(Linux)
            // Advice only: nothing depends on whether it is taken.
            if isDense { _ = madvise(memory, length, 14 /* MADV_HUGEPAGE */) }
        #endif
        return memory
    }

    /// - Parameter byteCount: what was asked for.
    package static func deallocate(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
        if byteCount < ownPagesMin { memory.deallocate() } else { munmap(memory, mapped(byteCount)) }
    }

    private static func mapped(_ byteCount: Int) -> Int { (byteCount + largePage - 1) / largePage * largePage }

    #if canImport(Darwin)
        private static let anonymous = MAP_ANON
    #else
        private static let anonymous = Int32(MAP_ANONYMOUS)
    #endif
}

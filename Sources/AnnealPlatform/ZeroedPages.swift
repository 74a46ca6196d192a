import CAnnealPlatform

/// Zeroed memory for tables that are read at random places. Large tables lie on large pages, where the system has them
/// on request (Linux): an access costs no search of the page tables as well, and a first touch brings 2 MiB and not
/// 4 KiB.
///
/// What the system zeroes when it is first touched costs nothing before: a process that embeds one text touches little.
public enum ZeroedPages {
    public static let largePage = 2 << 20
    /// From here on a table has pages of its own.
    private static let ownPagesMin = largePage / 2

    /// Zeroed memory, aligned to a large page if it is large, to 64 bytes if it is small.
    /// - Parameter isDense: whether most of it will be touched; else it gets no large pages.
    /// - Precondition: `byteCount > 0`.
    public static func allocate(byteCount: Int, isDense: Bool = true) -> UnsafeMutableRawPointer {
        guard byteCount >= ownPagesMin else {
            let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
            memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
            return memory
        }
        guard let memory = anneal_map_zeroed(mapped(byteCount), largePage) else {
            fatalError("out of memory: \(byteCount) bytes")
        }
        if isDense { anneal_advise(memory, mapped(byteCount), anneal_advice_large_pages) }
        return memory
    }

    /// - Parameter byteCount: what was asked for.
    public static func deallocate(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
        if byteCount < ownPagesMin { memory.deallocate() } else { anneal_unmap(memory, mapped(byteCount)) }
    }

    private static func mapped(_ byteCount: Int) -> Int { (byteCount + largePage - 1) / largePage * largePage }
}

/// Memory of the C library, for what grows by moving its pages instead of copying them, and for what C code frees.
public enum CMemory {
    /// Memory with the content of `memory` as far as it fits; nil is none yet.
    public static func resize(_ memory: UnsafeMutableRawPointer?, to byteCount: Int) -> UnsafeMutableRawPointer {
        anneal_resize(memory, byteCount)
    }

    public static func free(_ memory: UnsafeMutableRawPointer?) { anneal_free_memory(memory) }

    /// The place of the first such byte; nil if there is none.
    /// - Complexity: O(bytes), by vector instructions.
    public static func place(of byte: UInt8, in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let start = bytes.baseAddress else { return nil }
        let place = anneal_find_byte(start, bytes.count, byte)
        return place < bytes.count ? place : nil
    }
}

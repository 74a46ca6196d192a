#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The bytes of a model: a file mapped read-only, or an aligned copy in memory.
///
/// `@unchecked Sendable`: the bytes are never written after `init`, and the memory lives as long as the object.
/// The mapping shares its pages with every process that opens the same file. A file that another program cuts short
/// while it is mapped makes later reads fault; ``ModelWriter`` never does that, it replaces files by renaming.
final class FileStorage: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer
    private let isMapped: Bool

    deinit {
        guard let base = bytes.baseAddress else { return }
        if isMapped {
            munmap(UnsafeMutableRawPointer(mutating: base), bytes.count)
        } else {
            UnsafeMutableRawPointer(mutating: base).deallocate()
        }
    }

    /// Maps a file.
    /// - Throws: ``ModelError/notFound(path:)``, ``ModelError/isDirectory(path:)``, ``ModelError/emptyFile(path:)`` or
    ///   ``ModelError/unreadable(path:operation:code:)``.
    init(mapping path: String) throws(ModelError) {
        // Without O_NONBLOCK, opening a pipe that nobody writes would wait for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let code = errno
            throw code == ENOENT || code == ENOTDIR
                ? .notFound(path: path) : .unreadable(path: path, operation: "open", code: code)
        }
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0 else {
            throw .unreadable(path: path, operation: "fstat", code: errno)
        }
        let kind = information.st_mode & S_IFMT
        guard kind != S_IFDIR else { throw .isDirectory(path: path) }
        guard kind == S_IFREG else { throw .unreadable(path: path, operation: "mmap", code: ENODEV) }
        guard information.st_size > 0 else { throw .emptyFile(path: path) }
        let count = Int(information.st_size)
        guard let base = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
            throw .unreadable(path: path, operation: "mmap", code: errno)
        }
        #if os(Linux)
            // Advice only. Where the file system has large pages, whoever reads the file first through a mapping with this
            // advice brings it in by 2 MB: every process after that maps it in tens of steps instead of thousands.
            _ = madvise(base, count, 14 /* MADV_HUGEPAGE */)
        #endif
        bytes = UnsafeRawBufferPointer(start: base, count: count)
        isMapped = true
    }

    /// Copies bytes to memory with the alignment that the sections need.
    init(copying source: UnsafeRawBufferPointer) {
        let copy = UnsafeMutableRawBufferPointer.allocate(
            byteCount: source.count, alignment: SectionEntry.alignment)
        copy.copyMemory(from: source)
        bytes = UnsafeRawBufferPointer(copy)
        isMapped = false
    }

    /// Maps the pages of a part, which is about to be read by its checksum, in one call instead of a fault every 64 KB.
    /// - Precondition: `part` lies inside `bytes`.
    func populate(_ part: UnsafeRawBufferPointer) {
        #if os(Linux)
            guard isMapped, part.count > 1 << 16, let base = part.baseAddress else { return }
            let page = Int(sysconf(Int32(_SC_PAGESIZE)))
            let start = Int(bitPattern: base) / page * page
            // Advice only, and unknown before Linux 5.14: pages that are not mapped are when they are read.
            _ = madvise(
                UnsafeMutableRawPointer(bitPattern: start), Int(bitPattern: base) + part.count - start,
                22 /* MADV_POPULATE_READ */)
        #endif
    }

    /// Hands the pages of a mapped part back to the system: they stay readable, and are mapped anew if they are read.
    /// - Precondition: `part` lies inside `bytes`.
    func release(_ part: UnsafeRawBufferPointer?) {
        guard isMapped, let part, let base = part.baseAddress else { return }
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        // Whole pages only: the neighbours' bytes on a shared page are still in use.
        let start = (Int(bitPattern: base) + page - 1) / page * page
        let end = (Int(bitPattern: base) + part.count) / page * page
        guard end > start else { return }
        // Advice only: the mapping is private and never written, so that nothing is lost, whatever comes of it.
        _ = madvise(UnsafeMutableRawPointer(bitPattern: start), end - start, Int32(MADV_DONTNEED))
    }
}

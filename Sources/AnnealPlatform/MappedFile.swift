import CAnnealPlatform

/// The bytes of a file, mapped read-only: they share their pages with every process that opens the same file.
///
/// `@unchecked Sendable`: the bytes are never written after `init`, and the memory lives as long as the object. A file
/// that another program cuts short while it is mapped makes later reads fault; ``AtomicFile`` never does that.
public final class MappedFile: @unchecked Sendable {
    /// Without a base if the file is empty.
    public let bytes: UnsafeRawBufferPointer

    /// Maps a file.
    /// - Parameter prefersLargePages: advice for a file that is read at random places. Where the file system has large
    ///   pages, whoever reads the file first brings it in by 2 MB: every process after that maps it in tens of steps
    ///   instead of thousands.
    /// - Throws: ``SystemError/isFolder`` for a folder, ``SystemError/noDevice`` for what else has no bytes to map.
    public init(_ path: Path, prefersLargePages: Bool = false) throws(FileError) {
        let file = try FileDescriptor.open(path, .readWithoutWaiting)
        // Nothing is written: closing has nothing to tell.
        defer { try? file.close() }
        let status: FileStatus
        do throws(SystemError) { status = try file.status() } catch { throw FileError(path, "fstat", error) }
        switch status.kind {
        case .file: break
        case .folder: throw FileError(path, "mmap", .isFolder)
        case .link, .other: throw FileError(path, "mmap", .noDevice)
        }
        guard status.byteCount > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        var code: Int32 = 0
        guard let start = anneal_map_file(file.number, status.byteCount, &code) else {
            throw FileError(path, "mmap", SystemError(code: code))
        }
        if prefersLargePages { anneal_advise(start, status.byteCount, anneal_advice_large_pages) }
        bytes = UnsafeRawBufferPointer(start: start, count: status.byteCount)
    }

    deinit {
        if let start = bytes.baseAddress { anneal_unmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
    }

    /// Maps the pages of a part that is about to be read in one call, instead of a fault every 64 KB.
    /// - Precondition: `part` lies inside `bytes`.
    public func populate(_ part: UnsafeRawBufferPointer) {
        guard part.count > 1 << 16, let start = part.baseAddress else { return }
        let page = Int(anneal_page_size())
        let first = UnsafeMutableRawPointer(mutating: start).alignedDown(toMultipleOf: page)
        anneal_advise(first, start + part.count - UnsafeRawPointer(first), anneal_advice_populate)
    }

    /// Hands the pages of a part back to the system: they stay readable, and are mapped anew if they are read.
    /// - Precondition: `part` lies inside `bytes`.
    public func release(_ part: UnsafeRawBufferPointer) {
        guard let start = part.baseAddress else { return }
        let page = Int(anneal_page_size())
        // Whole pages only: the neighbours' bytes on a shared page are still in use.
        let first = UnsafeMutableRawPointer(mutating: start).alignedUp(toMultipleOf: page)
        let last = UnsafeMutableRawPointer(mutating: start + part.count).alignedDown(toMultipleOf: page)
        // Nothing is lost, whatever comes of it: the mapping is private and never written.
        if last > first { anneal_advise(first, last - first, anneal_advice_release) }
    }

    /// Hands all pages back.
    public func release() { release(bytes) }

    /// A part of the bytes.
    public subscript(range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[range]) }

    /// A copy of all bytes as text; what is no UTF-8 becomes U+FFFD.
    /// - Complexity: O(bytes).
    public var text: String {
        // The mapping must outlive the copying, which an object that nobody names afterwards need not.
        withExtendedLifetime(self) { String(decoding: bytes, as: UTF8.self) }
    }

    /// Where each line begins and ends, without its line feed; a last line need not have one.
    /// - Complexity: O(bytes).
    public func lines() -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        while start < bytes.count {
            let length = CMemory.place(of: 0x0A, in: self[start..<bytes.count]) ?? bytes.count - start
            lines.append(start..<start + length)
            start += length + 1
        }
        return lines
    }
}

import AnnealPlatform

/// The bytes of a container: a file mapped read-only, an aligned copy in memory, or memory of somebody else's.
///
/// `@unchecked Sendable`: the bytes are never written after `init`, and the memory lives as long as the object.
package final class FileStorage: @unchecked Sendable {
    package let bytes: UnsafeRawBufferPointer
    /// What the bytes belong to, if it is a file.
    private let file: MappedFile?
    private let isCopy: Bool

    deinit {
        if isCopy { UnsafeMutableRawPointer(mutating: bytes.baseAddress)?.deallocate() }
    }

    /// Maps a file.
    /// - Throws: ``ContainerError/notFound(path:)``, ``ContainerError/isDirectory(path:)``, ``ContainerError/emptyFile(path:)`` or
    ///   ``ContainerError/unreadable(path:operation:code:)``.
    package init(mapping path: String) throws(ContainerError) {
        let file: MappedFile
        do throws(FileError) { file = try MappedFile(Path(argument: path), prefersLargePages: true) } catch {
            if error.error.isMissing { throw .notFound(path: path) }
            if error.error == .isFolder { throw .isDirectory(path: path) }
            throw .unreadable(path: path, operation: error.operation, code: error.error.code)
        }
        if file.bytes.isEmpty { throw .emptyFile(path: path) }
        self.file = file
        isCopy = false
        bytes = file.bytes
    }

    /// Takes bytes where they lie.
    /// - Precondition: they begin at a multiple of ``SectionEntry/alignment``, outlive this, and never change.
    package init(borrowing source: UnsafeRawBufferPointer) {
        precondition(UInt(bitPattern: source.baseAddress) % UInt(SectionEntry.alignment) == 0)
        bytes = source
        file = nil
        isCopy = false
    }

    /// Copies bytes to memory with the alignment that the sections need.
    package init(copying source: UnsafeRawBufferPointer) {
        let copy = UnsafeMutableRawBufferPointer.allocate(
            byteCount: source.count, alignment: SectionEntry.alignment)
        copy.copyMemory(from: source)
        bytes = UnsafeRawBufferPointer(copy)
        file = nil
        isCopy = true
    }

    /// Maps the pages of a part, which is about to be read by its checksum, in one call instead of a fault every 64 KB.
    /// - Precondition: `part` lies inside `bytes`.
    package func populate(_ part: UnsafeRawBufferPointer) { file?.populate(part) }

    /// Hands the pages of a mapped part back to the system: they stay readable, and are mapped anew if they are read.
    /// - Precondition: `part` lies inside `bytes`.
    package func release(_ part: UnsafeRawBufferPointer?) {
        if let part { file?.release(part) }
    }
}

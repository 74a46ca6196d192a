/// A file of a disk, open for reading by places, and closed when nobody has it any more.
public final class RegularFile: Sendable {
    public let path: Path
    /// Bytes of the file when it was opened.
    public let byteCount: Int
    private let descriptor: FileDescriptor

    /// Opens a file.
    /// - Throws: ``FileError``: ``SystemError/isFolder`` for a folder, ``SystemError/noDevice`` for what else has no places,
    ///   as a pipe: opening it does not wait for a writer.
    public init(_ path: Path) throws(FileError) {
        let opened = try FileDescriptor.open(path, .readWithoutWaiting)
        let reason: FileError
        do throws(SystemError) {
            let status = try opened.status()
            if status.kind == .file {
                (self.path, descriptor, byteCount) = (path, opened, status.byteCount)
                return
            }
            reason = FileError(path, "read", status.kind == .folder ? .isFolder : .noDevice)
        } catch {
            reason = FileError(path, "fstat", error)
        }
        // What is told is why the file is of no use.
        try? opened.close()
        throw reason
    }

    // Nothing was written: closing has nothing to tell.
    deinit { try? descriptor.close() }

    /// Reads bytes at a place; fewer than there is room for only where the file ends.
    public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemError) -> Int {
        try descriptor.read(into: buffer, at: offset)
    }
}

extension FileError {
    /// What stands where a readable file was expected, in words.
    public var found: String {
        switch error {
        case .isFolder: "a folder"
        case .noDevice: "a pipe or a device"
        default: "\(error)"
        }
    }
}

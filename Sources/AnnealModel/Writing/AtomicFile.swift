#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that appears under its name only when it is complete.
///
/// Written beside the target as `NAME.partial-PID`, flushed to the disk, renamed over the target, and the folder
/// flushed too. If anything fails, the file beside the target is removed.
struct AtomicFile: ~Copyable {
    private let path: String
    private let descriptor: Int32

    /// Creates the file, runs `body` to fill it, and puts it in place.
    static func write(
        to path: String, _ body: (borrowing AtomicFile) throws(ModelError) -> Void
    ) throws(ModelError) {
        var information = stat()
        if stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFDIR {
            throw .isDirectory(path: path)
        }
        let partial = "\(path).partial-\(getpid())"
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw .unwritable(path: path, operation: "open", code: errno)
        }
        do throws(ModelError) {
            do throws(ModelError) {
                try body(AtomicFile(path: path, descriptor: descriptor))
                guard fsync(descriptor) == 0 else {
                    throw .unwritable(path: path, operation: "fsync", code: errno)
                }
            } catch {
                close(descriptor)
                throw error
            }
            guard close(descriptor) == 0 else {
                throw .unwritable(path: path, operation: "close", code: errno)
            }
            guard rename(partial, path) == 0 else {
                throw .unwritable(path: path, operation: "rename", code: errno)
            }
        } catch {
            unlink(partial)
            throw error
        }
        flushFolder(of: path)
    }

    /// Appends bytes, however many calls the system makes of it.
    borrowing func append(_ bytes: [UInt8]) throws(ModelError) {
        let failure = bytes.withUnsafeBytes { source -> Int32? in
            guard var cursor = source.baseAddress else { return nil }
            var left = source.count
            while left > 0 {
                let written = systemWrite(descriptor, cursor, left)
                if written < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                cursor += written
                left -= written
            }
            return nil
        }
        if let failure {
            throw .unwritable(path: path, operation: "write", code: failure)
        }
    }

    /// Flushes the folder's entry. A file system that cannot do that has the file in place all the same.
    private static func flushFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}

/// The system's `write`: inside the type the name means the method.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

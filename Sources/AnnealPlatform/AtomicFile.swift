import CAnnealPlatform

/// A file that appears under its name only when it is complete.
///
/// The bytes go to a file beside it, with a random name; ``commit()`` flushes that to the disk, gives it the name asked
/// for and flushes the folder. What is not committed is removed. A process that is killed leaves the file beside, which
/// is in nobody's way.
///
/// A file that is replaced keeps its permissions and, where the system allows that, its owner. Of a symbolic link the
/// target is replaced. A device or a pipe is written in place.
public final class AtomicFile {
    /// What is written to: to be filled, and not to be closed.
    public let descriptor: FileDescriptor
    /// The file as the caller named it.
    public let path: Path
    /// Whether the file is a device or a pipe, whose bytes are out at once.
    public var isInPlace: Bool { partial == nil }

    private let target: Path
    private let partial: Path?
    /// What makes a signal remove the file; nil once nothing is to be removed.
    private var token: UnsafeMutableRawPointer?
    private var isOpen = true

    /// Makes the file beside, or opens what is written in place.
    /// - Throws: an error that names `path`; ``SystemError/isFolder`` for a folder.
    public init(_ path: Path) throws(FileError) {
        let replaced = try Self.status(ofReplaced: path)
        self.path = path
        guard replaced == nil || replaced?.kind == .file else {
            descriptor = try FileDescriptor.open(path, .write)
            (target, partial, token) = (path, nil, nil)
            return
        }
        target = try Self.followingLinks(path)
        // Readable for nobody else until it has the permissions of the file that it replaces.
        let mode = replaced.map { $0.mode & 0o600 } ?? 0o666
        let made = try Self.makeBeside(target, path, mode: mode)
        (descriptor, partial, token) = (made.descriptor, made.partial, made.token)
        guard let replaced else { return }
        // An owner that cannot be kept is no reason not to write; the permissions come after it, which it resets.
        try? descriptor.setOwner(replaced.user, replaced.group)
        do throws(SystemError) { try descriptor.setMode(replaced.mode) } catch {
            // `deinit` removes the file.
            throw FileError(path, "fchmod", error)
        }
    }

    private static func status(ofReplaced path: Path) throws(FileError) -> FileStatus? {
        let status: FileStatus
        do throws(FileError) { status = try Files.status(of: path) } catch {
            if error.error.isMissing { return nil }
            throw error
        }
        if status.kind == .folder { throw FileError(path, "open", .isFolder) }
        return status
    }

    private static func makeBeside(
        _ target: Path, _ path: Path, mode: UInt32
    ) throws(FileError) -> (descriptor: FileDescriptor, partial: Path, token: UnsafeMutableRawPointer) {
        while true {
            let partial = target.folder.appending(try partialName(path))
            // The file is remembered before it exists, or a signal in between would leave it.
            let token = partial.withCString { anneal_partial_remember($0) }
            do throws(FileError) {
                return (try FileDescriptor.open(partial, .create, mode: mode), partial, token)
            } catch {
                anneal_partial_forget(token)
                // Another name is drawn, one of 2^64.
                if error.error == .exists { continue }
                throw FileError(path, error.operation, error.error)
            }
        }
    }

    deinit { discard() }

    /// Writes a file and puts it in place.
    public static func write(_ bytes: [UInt8], to path: Path) throws(FileError) {
        let file = try AtomicFile(path)
        try file.write(bytes)
        try file.commit()
    }

    /// Appends bytes.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        do throws(SystemError) { try descriptor.write(bytes) } catch { throw FileError(path, "write", error) }
    }

    public func write(_ bytes: [UInt8]) throws(FileError) {
        do throws(SystemError) { try descriptor.write(bytes) } catch { throw FileError(path, "write", error) }
    }

    /// Makes the file appear under its name. Nothing may be written afterwards.
    /// - Throws: an error that names the file as the caller did; what was there before is there still.
    public func commit() throws(FileError) {
        precondition(isOpen, "a file is committed once")
        do throws(SystemError) {
            if !isInPlace { try descriptor.sync() }
        } catch {
            discard()
            throw FileError(path, "fsync", error)
        }
        isOpen = false
        do throws(SystemError) { try descriptor.close() } catch {
            // Some file systems report a full disk only here.
            discard()
            throw FileError(path, "close", error)
        }
        guard let partial else { return }
        do throws(FileError) { try Files.rename(partial, to: target) } catch {
            discard()
            throw FileError(path, error.operation, error.error)
        }
        forget()
        Self.syncFolder(target.folder)
    }

    /// Has interrupt, termination and hang-up remove the half-written files of this process before they end it. For
    /// programs: a library leaves the signals to its user. A limit on the size of files then is an error of a write.
    public static func removePartialFilesOnSignals() { anneal_partial_watch_signals() }

    private func discard() {
        // Nothing is to be kept: what closing and removing have to tell changes nothing.
        if isOpen { try? descriptor.close() }
        isOpen = false
        guard let partial, token != nil else { return }
        try? Files.remove(partial)
        forget()
    }

    private func forget() {
        if let token { anneal_partial_forget(token) }
        token = nil
    }

    /// The file behind symbolic links, which need not be there.
    private static func followingLinks(_ path: Path) throws(FileError) -> Path {
        var found = path
        for _ in 0..<40 {
            let status: FileStatus
            do throws(FileError) { status = try Files.status(of: found, followsLinks: false) } catch {
                guard error.error == .missing else { throw FileError(path, error.operation, error.error) }
                return found
            }
            guard status.kind == .link else { return found }
            let target: Path
            do throws(FileError) { target = try Files.target(ofLink: found) } catch {
                throw FileError(path, error.operation, error.error)
            }
            found = target.isAbsolute ? target : found.folder.appending(target.bytes)
        }
        throw FileError(path, "open", .linkLoop)
    }

    /// Short, so that it fits wherever a name of a file fits, and hidden.
    private static func partialName(_ path: Path) throws(FileError) -> String {
        do throws(SystemError) {
            let digits = Array("0123456789abcdef")
            let random = try SystemRandom.bytes(8).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
            return ".anneal-" + String(random) + ".partial"
        } catch {
            throw FileError(path, "getrandom", error)
        }
    }

    /// Flushes the folder's entry. A file system that cannot do that has the file in place all the same.
    private static func syncFolder(_ folder: Path) {
        guard let opened = try? FileDescriptor.open(folder, .read) else { return }
        try? opened.sync()
        try? opened.close()
    }
}

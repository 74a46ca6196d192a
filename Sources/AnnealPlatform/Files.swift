import CAnnealPlatform

/// What the system knows of a file.
public struct FileStatus: Hashable, Sendable {
    public enum Kind: Sendable { case file, folder, link, other }

    public let kind: Kind
    public let byteCount: Int
    /// Bits of permission, as `chmod` takes them.
    public let mode: UInt32
    public let user: UInt32
    public let group: UInt32
    /// Together these two are the same for two names of one file, and different for two files.
    public let device: UInt64
    public let file: UInt64
    /// Nanoseconds since 1970 when the content was last written, and when content or status was.
    public let modified: Int64
    public let changed: Int64

    init(_ status: anneal_status) {
        kind =
            switch status.kind {
            case anneal_kind_file: .file
            case anneal_kind_folder: .folder
            case anneal_kind_link: .link
            default: .other
            }
        byteCount = Int(clamping: status.byte_count)
        mode = status.mode
        user = status.user
        group = status.group
        device = status.device
        file = status.file
        modified = status.modified
        changed = status.changed
    }
}

/// An open file, pipe or terminal. It is a number of the system's, and does not close itself.
public struct FileDescriptor: Hashable, Sendable {
    public enum Access: Sendable {
        case read
        /// As read, and opening a pipe that nobody writes does not wait.
        case readWithoutWaiting
        /// Write what is there.
        case write
        /// Make a file that is not there yet.
        case create
        case writeOrCreate
        /// Write behind what is there.
        case append
    }

    public static let standardInput = FileDescriptor(number: 0)
    public static let standardOutput = FileDescriptor(number: 1)
    public static let standardError = FileDescriptor(number: 2)

    public let number: Int32

    public init(number: Int32) { self.number = number }

    /// - Parameter mode: the permissions of a file that is made, less those that the process' mask takes away.
    public static func open(
        _ path: Path, _ access: Access, mode: UInt32 = 0o666
    ) throws(FileError) -> FileDescriptor {
        let kind =
            switch access {
            case .read: anneal_access_read
            case .readWithoutWaiting: anneal_access_read_without_waiting
            case .write: anneal_access_write
            case .create: anneal_access_create
            case .writeOrCreate: anneal_access_write_or_create
            case .append: anneal_access_append
            }
        return FileDescriptor(
            number: try Files.call(path, "open") { anneal_file_open($0, kind, mode) })
    }

    /// A file without a name in a folder, for reading and writing: nothing is left of it, however the process ends.
    public static func unnamed(in folder: Path) throws(FileError) -> FileDescriptor {
        FileDescriptor(number: try Files.call(folder, "mkstemp") { anneal_file_unnamed($0) })
    }

    /// - Throws: what the system could not write before, where it says so only now.
    public func close() throws(SystemError) { try checked(anneal_file_close(number)) }

    /// Reads some bytes; 0 only at the end.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        guard let start = buffer.baseAddress else { return 0 }
        return Int(try checked(anneal_file_read(number, start, buffer.count)))
    }

    /// Reads bytes at a place; fewer than there is room for only where the file ends.
    public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemError) -> Int {
        guard let start = buffer.baseAddress else { return 0 }
        return Int(try checked(anneal_file_read_at(number, start, buffer.count, Int64(offset))))
    }

    /// Reads to the end.
    public func readAll() throws(SystemError) -> [UInt8] {
        var content: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = try block.withUnsafeMutableBufferPointer { (room) throws(SystemError) in
                try read(into: UnsafeMutableRawBufferPointer(room))
            }
            if count == 0 { return content }
            content += block[..<count]
        }
    }

    /// Writes all bytes.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        guard let start = bytes.baseAddress else { return }
        try checked(anneal_file_write(number, start, bytes.count))
    }

    public func write(_ bytes: [UInt8]) throws(SystemError) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(SystemError) in try write(UnsafeRawBufferPointer(bytes)) }
    }

    /// Writes all bytes at a place.
    public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SystemError) {
        guard let start = bytes.baseAddress else { return }
        try checked(anneal_file_write_at(number, start, bytes.count, Int64(offset)))
    }

    /// The place where the next byte is read or written, after moving it by a distance.
    /// - Throws: where there is no such place, as in a pipe.
    @discardableResult
    public func seek(by distance: Int = 0) throws(SystemError) -> Int {
        Int(try checked(anneal_file_seek(number, Int64(distance))))
    }

    public func seek(to offset: Int) throws(SystemError) { try checked(anneal_file_seek_to(number, Int64(offset))) }

    public func truncate(to byteCount: Int) throws(SystemError) {
        try checked(anneal_file_truncate(number, Int64(byteCount)))
    }

    /// Waits until what was written is on the disk.
    public func sync() throws(SystemError) { try checked(anneal_file_sync(number)) }

    /// Takes the file's lock against other processes, which ends with the descriptor.
    /// - Throws: at once if another has it.
    public func lock() throws(SystemError) { try checked(anneal_file_lock(number)) }

    public func status() throws(SystemError) -> FileStatus {
        var status = anneal_status()
        try checked(anneal_file_status(number, &status))
        return FileStatus(status)
    }

    public func setMode(_ mode: UInt32) throws(SystemError) { try checked(anneal_file_set_mode(number, mode)) }

    func setOwner(_ user: UInt32, _ group: UInt32) throws(SystemError) {
        try checked(anneal_file_set_owner(number, user, group))
    }

    /// Whether a person is looking at it.
    public var isTerminal: Bool { anneal_file_is_terminal(number) }

    /// Whether every write goes to the end, wherever it was asked to go.
    public var appends: Bool { anneal_file_appends(number) }

    /// Whether reading would have to wait for somebody to write.
    public var wouldWait: Bool { anneal_file_would_wait(number) }
}

/// What is done with files by their names.
public enum Files {
    /// - Parameter followsLinks: whether of a link its target's status is wanted.
    public static func status(of path: Path, followsLinks: Bool = true) throws(FileError) -> FileStatus {
        var status = anneal_status()
        _ = try call(path, "stat") { anneal_path_status($0, followsLinks, &status) }
        return FileStatus(status)
    }

    public static func isReadable(_ path: Path) -> Bool { path.withCString { anneal_path_is_readable($0) } == 0 }

    /// - Throws: why a file cannot be read.
    public static func checkReadable(_ path: Path) throws(FileError) {
        _ = try call(path, "access") { anneal_path_is_readable($0) }
    }

    public static func isExecutable(_ path: Path) -> Bool { path.withCString { anneal_path_is_executable($0) } == 0 }

    /// The names in a folder, without `.` and `..`, in no order.
    public static func names(in folder: Path) throws(FileError) -> [[UInt8]] {
        var code: Int32 = 0
        let opened = folder.withCString { anneal_folder_open($0, &code) }
        guard let opened else { throw FileError(folder, "opendir", SystemError(code: code)) }
        defer { anneal_folder_close(opened) }
        var names: [[UInt8]] = []
        while let name = anneal_folder_next(opened, &code) { names.append(Path(cString: name).bytes) }
        if code != 0 { throw FileError(folder, "readdir", SystemError(code: code)) }
        return names
    }

    /// The whole content.
    public static func content(of path: Path) throws(FileError) -> [UInt8] {
        let file = try FileDescriptor.open(path, .read)
        let content: Result<[UInt8], SystemError>
        do throws(SystemError) { content = .success(try file.readAll()) } catch { content = .failure(error) }
        // Nothing was written: closing has nothing to tell.
        try? file.close()
        do throws(SystemError) { return try content.get() } catch { throw FileError(path, "read", error) }
    }

    public static func remove(_ path: Path) throws(FileError) {
        _ = try call(path, "unlink") { anneal_path_remove($0) }
    }

    /// Makes a folder and those above it that are missing. One that is there already stays.
    public static func makeFolders(_ path: Path) throws(FileError) {
        do throws(FileError) {
            _ = try call(path, "mkdir") { anneal_path_make_folder($0) }
        } catch {
            switch error.error {
            case .exists where (try? status(of: path).kind) == .folder: return
            case .missing where path.folder != path:
                try makeFolders(path.folder)
                _ = try call(path, "mkdir") { anneal_path_make_folder($0) }
            default: throw error
            }
        }
    }

    /// Gives a file another name; a file of that name is replaced.
    /// - Throws: an error that names `target`.
    public static func rename(_ path: Path, to target: Path) throws(FileError) {
        _ = try call(target, "rename") { target in path.withCString { anneal_path_rename($0, target) } }
    }

    /// The absolute path without links of a file that is there.
    public static func realPath(of path: Path) throws(FileError) -> Path {
        var code: Int32 = 0
        return try owned(path.withCString { anneal_path_real($0, &code) }, path, "realpath", code)
    }

    /// What a symbolic link names.
    public static func target(ofLink path: Path) throws(FileError) -> Path {
        var code: Int32 = 0
        return try owned(path.withCString { anneal_path_link($0, &code) }, path, "readlink", code)
    }

    private static func owned(
        _ found: UnsafeMutablePointer<CChar>?, _ path: Path, _ operation: String, _ code: Int32
    ) throws(FileError) -> Path {
        guard let found else { throw FileError(path, operation, SystemError(code: code)) }
        defer { anneal_free_memory(found) }
        return Path(cString: found)
    }

    static func call(
        _ path: Path, _ operation: String, _ body: (UnsafePointer<CChar>) -> Int32
    ) throws(FileError) -> Int32 {
        let value = path.withCString(body)
        if value < 0 { throw FileError(path, operation, SystemError(code: -value)) }
        return value
    }
}

import AnnealPlatform

/// The names by which SQLite opens an index file. It gives some a meaning of its own: `:memory:`, and what begins with
/// `file:`, in which any byte can be written.
///
/// - Source: https://sqlite.org/uri.html, https://sqlite.org/wal.html#use_of_wal_without_shared_memory
enum SQLiteFile {
    /// The name for a file that is read and written.
    static func name(of path: Path) -> String {
        path.text.map { path.isAbsolute ? $0 : "./" + $0 } ?? address(of: path)
    }

    /// How a file is opened.
    enum Access {
        case readAndWrite
        /// As one that nobody writes: without locks and without files beside it, where none may be made.
        case immutable
        /// As that, with the log that lies beside it. What SQLite keeps of the log in a file that programs share is in memory
        /// then, for it takes an exclusive lock, and the lock is none.
        case immutableWithLog
    }

    static func name(of path: Path, _ access: Access) -> String {
        switch access {
        case .readAndWrite: name(of: path)
        case .immutable: address(of: path) + "?mode=ro&immutable=1"
        case .immutableWithLog: address(of: path) + "?mode=ro&vfs=unix-none"
        }
    }

    /// The log that SQLite keeps beside a file, and its index.
    static func log(of path: Path) -> Path { Path(bytes: path.bytes + Array("-wal".utf8)) }
    static func logIndex(of path: Path) -> Path { Path(bytes: path.bytes + Array("-shm".utf8)) }

    private static func address(of path: Path) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-".utf8)
        let escaped = path.bytes.map { byte in
            plain.contains(byte)
                ? String(Unicode.Scalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "file:" + (path.isAbsolute ? "//" : "./") + escaped.joined()
    }
}

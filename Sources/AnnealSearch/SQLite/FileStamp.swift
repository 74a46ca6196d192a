import GRDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What changes when an index file does: by who writes to it, or because another file lies at its path.
struct FileStamp: Equatable {
    /// What the system says. Zeros for a file that is not there: whoever opens it says so.
    struct File: Equatable {
        private let device: Int
        private let number: Int
        private let size: Int
        private let modifiedNanoseconds: Int
        /// Whether a log with changes lies beside it.
        let hasLog: Bool

        init(_ path: String) {
            let found = File.status(path)
            #if canImport(Darwin)
                let modified = found.st_mtimespec
            #else
                let modified = found.st_mtim
            #endif
            device = Int(truncatingIfNeeded: found.st_dev)
            number = Int(truncatingIfNeeded: found.st_ino)
            size = Int(found.st_size)
            modifiedNanoseconds = Int(modified.tv_sec) * 1_000_000_000 + Int(modified.tv_nsec)
            hasLog = File.status(path + "-wal").st_size > 0
        }

        private static func status(_ path: String) -> stat {
            var found = stat()
            return stat(path, &found) == 0 ? found : stat()
        }
    }

    private let file: File
    /// SQLite's own, which another connection's changes change: https://sqlite.org/pragma.html#pragma_data_version
    private let version: Int?

    init(_ db: Database, _ file: File) throws {
        self.file = file
        version = try Int.fetchOne(db, sql: "PRAGMA data_version")
    }
}

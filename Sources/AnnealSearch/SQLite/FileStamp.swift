import AnnealPlatform
import GRDB

/// What changes when an index file does: by who writes to it, or because another file lies at its path.
struct FileStamp: Equatable {
    /// What the system says. Zeros for a file that is not there: whoever opens it says so.
    struct File: Equatable {
        private let device: UInt64
        private let number: UInt64
        private let size: Int
        private let modifiedNanoseconds: Int64
        /// Whether a log with changes lies beside it.
        let hasLog: Bool

        init(_ path: Path) {
            let found = try? Files.status(of: path)
            device = found?.device ?? 0
            number = found?.file ?? 0
            size = found?.byteCount ?? 0
            modifiedNanoseconds = found?.modified ?? 0
            let log = try? Files.status(of: SQLiteFile.log(of: path))
            hasLog = log.map { $0.byteCount > 0 } ?? false
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

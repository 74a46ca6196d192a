import AnnealPlatform
import GRDB

/// What changes when an index file does: by who writes to it, or because another file lies at its path.
struct FileStamp: Equatable {
    /// What the system says. Zeros for a file that is not there: whoever opens it says so.
    struct File: Equatable {
        private let device: UInt64
        private let number: UInt64
        let size: Int
        private let modifiedNanoseconds: Int64

        init(_ path: Path) {
            let found = try? Files.status(of: path)
            device = found?.device ?? 0
            number = found?.file ?? 0
            size = found?.byteCount ?? 0
            modifiedNanoseconds = found?.modified ?? 0
        }
    }

    private let file: File
    /// The log beside it, where SQLite itself does not tell of others' changes.
    private let log: File?
    /// SQLite's own, which another connection's changes change: https://sqlite.org/pragma.html#pragma_data_version
    private let version: Int?

    init(_ db: Database, _ file: File, log: File?) throws {
        self.file = file
        self.log = log
        version = try Int.fetchOne(db, sql: "PRAGMA data_version")
    }
}

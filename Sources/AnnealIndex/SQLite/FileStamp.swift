import Foundation
import GRDB

/// What changes when an index file does: by who writes to it, or because another file lies at its path.
struct FileStamp: Equatable {
    /// What the system says.
    struct File: Equatable {
        private let device: Int?
        private let number: Int?
        private let size: Int?
        private let modified: Date?
        /// Whether a log with changes lies beside it.
        let hasLog: Bool

        init(_ path: String) {
            func status(_ path: String) -> [FileAttributeKey: Any] {
                // Nothing is known of a file that is not there; whoever opens it says so.
                (try? FileManager.default.attributesOfItem(atPath: path)) ?? [:]
            }
            let found = status(path)
            device = found[.systemNumber] as? Int
            number = found[.systemFileNumber] as? Int
            size = found[.size] as? Int
            modified = found[.modificationDate] as? Date
            hasLog = status(path + "-wal")[.size] as? Int ?? 0 > 0
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

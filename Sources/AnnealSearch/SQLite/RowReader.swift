import GRDB
import GRDBSQLite

/// Steps through a query of a number and bytes by hand: GRDB's rows cost more than what is done with them.
enum RowReader {
    /// - Parameter body: called with the two columns of each row. The bytes are good until it returns.
    /// - Throws: what SQLite reports, and what the body throws.
    static func read(
        _ db: Database, _ sql: String, _ body: (_ number: Int64, _ bytes: UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let statement = try db.makeStatement(sql: sql)
        let handle = statement.sqliteStatement
        // The statement must outlive its last use here: who lets it go ends it.
        defer { withExtendedLifetime(statement) { _ = sqlite3_reset(handle) } }
        var status = sqlite3_step(handle)
        while status == SQLITE_ROW {
            // As many bytes as SQLite says, until the next step. The blob first: asking for it may convert it.
            let start = sqlite3_column_blob(handle, 1)
            let count = Int(sqlite3_column_bytes(handle, 1))
            try body(sqlite3_column_int64(handle, 0), UnsafeRawBufferPointer(start: start, count: count))
            status = sqlite3_step(handle)
        }
        guard status == SQLITE_DONE else {
            throw DatabaseError(resultCode: ResultCode(rawValue: status), message: db.lastErrorMessage)
        }
    }
}

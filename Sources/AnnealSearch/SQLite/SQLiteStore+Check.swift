import GRDB

extension SQLiteStore {
    /// Reads the whole file and compares all of it with its checksums.
    /// - Complexity: O(index).
    /// - Throws: ``IndexError/damaged(path:message:)`` with the first fault.
    func check() throws(IndexError) -> IndexCheck {
        // FTS5's check is a write to SQLite, though it changes nothing: nothing is kept of this transaction.
        var result: IndexCheck?
        try write { db in
            try checkDatabase(db)
            let passages = try checkRows(db)
            let seal = hasChecksums ? try WordSeal(stored: db, path: place) : nil
            let lengths = try lengths(db)
            guard lengths.count == passages else {
                throw fault("expected the words of \(passages) passages, found those of \(lengths.count)")
            }
            let documents = try Int.fetchOne(db, sql: "SELECT count(*) FROM document") ?? 0
            result = IndexCheck(documents: documents, passages: passages, isSealed: seal != nil)
        }
        guard let result else { throw fault("expected a result of the check, found none") }
        return result
    }

    /// SQLite's own checks: the pages, the references between tables, FTS5's tables against the texts.
    private func checkDatabase(_ db: Database) throws {
        let found = try String.fetchOne(db, sql: "PRAGMA integrity_check(1)")
        guard found == "ok" else { throw fault(found ?? "the integrity check found nothing") }
        if let row = try Row.fetchOne(db, sql: "PRAGMA foreign_key_check") {
            throw fault("a reference to nothing: \(row)")
        }
        try db.execute(sql: "INSERT INTO passage_text(passage_text, rank) VALUES ('integrity-check', 1)")
    }

    /// The rows against their checksums.
    /// - Returns: how many passages there are, each with a vector.
    private func checkRows(_ db: Database) throws -> Int {
        for table in RowTable.allCases {
            for id in try Int64.fetchAll(db, sql: "SELECT \(table.key) FROM \(table)") {
                guard try table.row(db, id, path: place, hasChecksums: hasChecksums) != nil else {
                    throw fault("expected \(table) \(id), found none")
                }
            }
        }
        return try vectorRows(db, expected: Int.fetchOne(db, sql: "SELECT count(*) FROM passage")).count
    }

    private func fault(_ message: String) -> IndexError { .damaged(path: place, message: message) }
}

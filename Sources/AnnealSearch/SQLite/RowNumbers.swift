import GRDB

/// The highest numbers that documents and passages of an index file have ever had. Those of what is gone never come
/// back: a search that is open keeps the vectors that it has read, by the numbers of their passages, and another
/// program's list of documents to be forgotten may be older than what is there.
///
/// Settings keep them, in the transactions that give the numbers out. SQLite's AUTOINCREMENT would do the same for
/// tables that were made with it only.
struct RowNumbers: Equatable {
    private(set) var last: [RowTable: Int64]

    /// Tables whose numbers are given out. A vector has its passage's.
    private static let tables: [RowTable] = [.document, .passage]

    private static func setting(_ table: RowTable) -> String { "last \(table)" }

    /// Reads them. To be called before a transaction's first change: in an index of a program that did not keep them,
    /// the highest that are there count.
    /// - Throws: ``IndexError/damaged(path:message:)`` for a setting that is no number.
    init(_ db: Database, path: String) throws {
        last = [:]
        for table in RowNumbers.tables {
            let there = try Int64.fetchOne(db, sql: "SELECT coalesce(max(\(table.key)), 0) FROM \(table)") ?? 0
            let kept = try String.fetchOne(
                db, sql: "SELECT value FROM setting WHERE name = ?", arguments: [RowNumbers.setting(table)])
            guard let number = Int64(kept ?? "0"), number >= 0 else {
                throw IndexError.damaged(
                    path: path, message: "expected the last number of a \(table), found \(kept ?? "none")")
            }
            last[table] = max(there, number)
        }
    }

    /// The next one.
    mutating func next(_ table: RowTable) -> Int64 {
        last[table, default: 0] += 1
        return last[table, default: 0]
    }

    /// Keeps them, in the transaction that is open.
    func store(_ db: Database) throws {
        let set = try db.cachedStatement(sql: "INSERT OR REPLACE INTO setting VALUES (?, ?)")
        for (table, number) in last { try set.execute(arguments: [RowNumbers.setting(table), "\(number)"]) }
    }
}

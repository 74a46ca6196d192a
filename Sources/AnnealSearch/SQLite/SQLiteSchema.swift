import AnnealCodes
import AnnealPlatform
import CSearchSQLite
import Foundation
import GRDB
import GRDBSQLite

/// The tables of an index file.
enum SQLiteSchema {
    /// "ANIX": what `file` and SQLite tools show as the application.
    static let applicationID = 0x414E_4958
    /// Changes when a program that knows an older one would misread the tables.
    static let version = 3
    /// The first one with checksums. An older one is searched as it is, and gets them when it is next written to. An index
    /// without codes has this one still: programs that know no codes read it.
    static let versionWithChecksums = 2

    /// Makes the tables in a new file.
    /// - Parameter codes: nil to keep vectors in bytes.
    static func create(_ db: Database, model: ModelIdentity, codes: IndexCodes?) throws {
        try db.execute(
            sql: """
                CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

                CREATE TABLE document(
                    id INTEGER PRIMARY KEY,
                    path TEXT NOT NULL UNIQUE,
                    kind TEXT NOT NULL,
                    size INTEGER NOT NULL,
                    modified_ns INTEGER NOT NULL,
                    changed_ns INTEGER NOT NULL DEFAULT 0,
                    hash TEXT NOT NULL,
                    checksum INTEGER NOT NULL);

                CREATE TABLE passage(
                    id INTEGER PRIMARY KEY,
                    document INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE,
                    line INTEGER NOT NULL,
                    heading TEXT NOT NULL,
                    text TEXT NOT NULL,
                    checksum INTEGER NOT NULL);
                CREATE INDEX passage_document ON passage(document);

                -- In a table of its own, so that reading all vectors reads nothing else.
                CREATE TABLE vector(
                    passage INTEGER PRIMARY KEY REFERENCES passage(id) ON DELETE CASCADE,
                    scale REAL NOT NULL,
                    data BLOB NOT NULL,
                    checksum INTEGER NOT NULL);

                CREATE VIRTUAL TABLE passage_text USING fts5(
                    heading, text, content='passage', content_rowid='id',
                    tokenize='porter unicode61 remove_diacritics 2');
                CREATE TRIGGER passage_added AFTER INSERT ON passage BEGIN
                    INSERT INTO passage_text(rowid, heading, text) VALUES (new.id, new.heading, new.text);
                END;
                CREATE TRIGGER passage_removed AFTER DELETE ON passage BEGIN
                    INSERT INTO passage_text(passage_text, rowid, heading, text)
                    VALUES ('delete', old.id, old.heading, old.text);
                END;
                """)
        for (name, value) in model.settings + [(WordSeal.setting, WordSeal.open)] {
            try db.execute(sql: "INSERT INTO setting VALUES (?, ?)", arguments: [name, value])
        }
        if let codes {
            try db.execute(sql: "CREATE TABLE codec(id INTEGER PRIMARY KEY, data BLOB NOT NULL)")
            try db.execute(sql: "INSERT INTO codec VALUES (1, ?)", arguments: [Data(codes.bytes)])
            try db.execute(sql: "INSERT INTO setting VALUES (?, ?)", arguments: [codesSetting, "\(codes.length)"])
        }
        let version = codes == nil ? versionWithChecksums : version
        try db.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
    }

    /// The setting that has the length of codes.
    private static let codesSetting = "codes"

    /// The codes that an index keeps instead of vectors; nil for one that keeps vectors.
    /// - Throws: ``IndexError/damaged(path:message:)`` for a codec that is none.
    static func codes(_ db: Database, _ settings: [String: String], path: String) throws -> IndexCodes? {
        guard let length = settings[codesSetting] else { return nil }
        let data = try db.tableExists("codec") ? Data.fetchOne(db, sql: "SELECT data FROM codec WHERE id = 1") : nil
        guard let length = Int(length), let data else {
            throw IndexError.damaged(path: path, message: "expected a codec and the length of its codes, found none")
        }
        do throws(CodecError) { return try IndexCodes(codec: Array(data), length: length) } catch {
            throw IndexError.damaged(path: path, message: "the codec: \(error)")
        }
    }

    /// Drops everything, in the transaction that is open: readers see the old index until it ends.
    static func drop(_ db: Database) throws {
        try db.execute(
            sql: """
                DROP TABLE passage_text; DROP TABLE vector; DROP TABLE passage; DROP TABLE document; DROP TABLE setting;
                DROP TABLE IF EXISTS codec
                """)
    }

    /// Brings an index of version 1 to this one: checksums of what is there, in the transaction that is open.
    /// - Complexity: O(index).
    /// - Throws: ``IndexError/damaged(path:message:)`` for values that are none.
    static func addChecksums(_ db: Database, path: String) throws {
        guard try !hasChecksums(db) else { return }
        for table in ["document", "passage", "vector"] {
            try db.execute(sql: "ALTER TABLE \(table) ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0")
        }
        for table in RowTable.allCases {
            let set = try db.makeStatement(sql: "UPDATE \(table) SET checksum = ? WHERE \(table.key) = ?")
            // All numbers first: what reads a table while it changes may see a row twice.
            for id in try Int64.fetchAll(db, sql: "SELECT \(table.key) FROM \(table)") {
                guard let row = try table.row(db, id, path: path, hasChecksums: false) else { continue }
                try set.execute(arguments: [table.checksum(row), id])
            }
        }
        try db.execute(sql: "INSERT INTO setting VALUES (?, ?)", arguments: [WordSeal.setting, WordSeal.open])
        try db.execute(sql: "PRAGMA user_version = \(versionWithChecksums)")
    }

    /// Adds the column to an index of a program that did not have it: its files are read again. A program that does not
    /// know the column can write to the index still.
    static func addChangeTimes(_ db: Database) throws {
        guard try !db.columns(in: "document").contains(where: { $0.name == "changed_ns" }) else { return }
        try db.execute(sql: "ALTER TABLE document ADD COLUMN changed_ns INTEGER NOT NULL DEFAULT 0")
    }

    /// Whether a file says that it is an index, read without SQLite: for files that SQLite does not open.
    static func isOurs(_ path: Path) -> Bool {
        guard let file = try? FileDescriptor.open(path, .read) else { return false }
        // Nothing was written: closing has nothing to tell.
        defer { try? file.close() }
        var header = [UInt8](repeating: 0, count: 72)
        let count = try? header.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
        // The application is at byte 68, the highest byte first: https://sqlite.org/fileformat2.html#the_database_header
        return count == header.count && header.suffix(4).reduce(0) { $0 << 8 | Int($1) } == applicationID
    }

    static func hasChecksums(_ db: Database) throws -> Bool {
        try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0 >= versionWithChecksums
    }

    /// Adds the function that words are read by. Every connection needs it.
    static func addFunctions(_ db: Database) throws {
        // The connection is open while GRDB prepares it.
        let status = db.sqliteConnection.map(index_words_register) ?? SQLITE_MISUSE
        guard status == SQLITE_OK else {
            throw DatabaseError(resultCode: ResultCode(rawValue: status), message: "expected SQLite with FTS5")
        }
    }

    /// - Throws: ``IndexError`` for a file that is no index, or a newer one.
    static func check(_ db: Database, path: String) throws {
        let application = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        guard application == applicationID else {
            throw IndexError.notAnIndex(path: path, found: "an SQLite database of another program")
        }
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard found <= version else { throw IndexError.newerVersion(path: path, supported: version, found: found) }
    }

    static func settings(_ db: Database, path: String) throws -> [String: String] {
        let rows = try Row.fetchAll(db, sql: "SELECT name, value FROM setting").map { FileRow(row: $0, path: path) }
        return Dictionary(try rows.map { (try $0.text(0), try $0.text(1)) }) { first, _ in first }
    }
}

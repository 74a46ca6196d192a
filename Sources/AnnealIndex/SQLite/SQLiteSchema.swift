import GRDB

/// The tables of an index file.
enum SQLiteSchema {
    /// "ANIX": what `file` and SQLite tools show as the application.
    static let applicationID = 0x414E_4958
    /// Changes when a program that knows an older one would misread the tables.
    static let version = 1

    /// Makes the tables in a new file.
    static func create(_ db: Database, model: ModelIdentity) throws {
        try db.execute(
            sql: """
                CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

                CREATE TABLE document(
                    id INTEGER PRIMARY KEY,
                    path TEXT NOT NULL UNIQUE,
                    kind TEXT NOT NULL,
                    size INTEGER NOT NULL,
                    modified_ns INTEGER NOT NULL,
                    hash TEXT NOT NULL);

                CREATE TABLE passage(
                    id INTEGER PRIMARY KEY,
                    document INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE,
                    line INTEGER NOT NULL,
                    heading TEXT NOT NULL,
                    text TEXT NOT NULL);
                CREATE INDEX passage_document ON passage(document);

                -- In a table of its own, so that reading all vectors reads nothing else.
                CREATE TABLE vector(
                    passage INTEGER PRIMARY KEY REFERENCES passage(id) ON DELETE CASCADE,
                    scale REAL NOT NULL,
                    data BLOB NOT NULL);

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
        for (name, value) in model.settings {
            try db.execute(sql: "INSERT INTO setting VALUES (?, ?)", arguments: [name, value])
        }
        try db.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
    }

    /// Drops everything and makes the tables again, in the transaction that is open: readers see the old index until it
    /// ends.
    static func recreate(_ db: Database, model: ModelIdentity) throws {
        try db.execute(
            sql: """
                DROP TABLE passage_text; DROP TABLE vector; DROP TABLE passage; DROP TABLE document; DROP TABLE setting
                """)
        try create(db, model: model)
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

    static func settings(_ db: Database) throws -> [String: String] {
        let rows = try Row.fetchAll(db, sql: "SELECT name, value FROM setting")
        return Dictionary(rows.map { ($0[0], $0[1]) }) { first, _ in first }
    }
}

import GRDB

/// The tables of a lineage file.
enum LineageSchema {
    /// Written to `user_version`; a file with another is refused.
    static let version = 1

    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE run (
                    id INTEGER PRIMARY KEY CHECK (id = 1), settings TEXT NOT NULL, digest TEXT NOT NULL,
                    hash TEXT NOT NULL, started TEXT NOT NULL);
                CREATE TABLE generation (
                    number INTEGER PRIMARY KEY, parent TEXT NOT NULL, hash TEXT NOT NULL, births INTEGER NOT NULL,
                    born INTEGER NOT NULL, population INTEGER NOT NULL, accepted INTEGER NOT NULL,
                    refused INTEGER NOT NULL, rules INTEGER NOT NULL, best_worth REAL NOT NULL, energy REAL NOT NULL,
                    held_out_energy REAL NOT NULL, seconds REAL NOT NULL, finished TEXT NOT NULL);
                CREATE TABLE rule (
                    ordinal INTEGER PRIMARY KEY, generation INTEGER NOT NULL REFERENCES generation (number),
                    birth INTEGER NOT NULL, pattern TEXT NOT NULL, shared_with INTEGER NOT NULL,
                    sites INTEGER NOT NULL, texts INTEGER NOT NULL, squares REAL NOT NULL, gain REAL NOT NULL,
                    cross_gain REAL NOT NULL, held_out_sites INTEGER NOT NULL, held_out_gain REAL NOT NULL,
                    fired INTEGER NOT NULL, constant BLOB NOT NULL);
                CREATE TABLE birth (
                    birth INTEGER PRIMARY KEY, generation INTEGER NOT NULL, parent1 INTEGER NOT NULL,
                    parent2 INTEGER NOT NULL, genome BLOB NOT NULL);
                CREATE TABLE population (generation INTEGER PRIMARY KEY, candidates BLOB NOT NULL);
                CREATE TABLE step (
                    number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, parent TEXT NOT NULL,
                    detail TEXT NOT NULL, seconds REAL NOT NULL, finished TEXT NOT NULL);
                PRAGMA user_version = \(version);
                """)
    }
}

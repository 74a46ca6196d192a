import Anneal
import Foundation
import GRDB

/// An index file: documents, passages, their words and their vectors in one SQLite database.
///
/// SQLite's transactions are what makes it safe to be killed at any point: a document is there with all its passages,
/// words and vectors, or not at all. While it is written, SQLite keeps a log beside the file, which the next program
/// to open the file replays; it is folded into the file when the last program closes it.
struct IndexStore {
    let path: String
    let queue: DatabaseQueue
    let model: ModelIdentity

    /// How long a program waits for another that writes.
    private static let busySeconds = 30.0

    /// Opens an index that exists.
    /// - Throws: ``IndexError``.
    init(opening path: String) throws(IndexError) {
        guard FileManager.default.fileExists(atPath: path) else { throw .notFound(path: path) }
        do {
            let queue = try DatabaseQueue(path: path, configuration: IndexStore.configuration())
            model = try queue.read { db in
                try IndexSchema.check(db, path: path)
                return try ModelIdentity(reading: db, path: path)
            }
            self.queue = queue
        } catch {
            throw .of(error, path: path)
        }
        self.path = path
    }

    /// Opens an index for a model, and makes it first if there is none.
    /// - Parameters:
    ///   - anyModel: whether an index of another model is taken, to be made anew.
    ///   - pagesMax: the most pages that the file may grow to, for tests of a full disk; nil for no limit.
    /// - Throws: ``IndexError``, also for an index of another model.
    init(path: String, engine: Engine, mode: Mode, anyModel: Bool, pagesMax: Int?) throws(IndexError) {
        let identity = ModelIdentity(engine, mode: mode)
        do {
            let queue = try DatabaseQueue(path: path, configuration: IndexStore.configuration(pagesMax: pagesMax))
            try queue.write { db in
                let isNew =
                    try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0
                    && Int.fetchOne(db, sql: "PRAGMA application_id") == 0
                if isNew { try IndexSchema.create(db, model: identity) }
                try IndexSchema.check(db, path: path)
                let found = try ModelIdentity(reading: db, path: path)
                guard anyModel || found == identity else {
                    throw IndexError.otherModel(path: path, expected: found.hash, found: identity.hash)
                }
            }
            // Readers go on while the index is written. Only now that the file is known to be ours.
            try queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA journal_mode = WAL") }
            self.queue = queue
        } catch {
            throw .of(error, path: path)
        }
        self.path = path
        model = identity
    }

    private static func configuration(pagesMax: Int? = nil) -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(busySeconds)
        configuration.prepareDatabase { db in
            // Only before the first table is made; large pages, because vectors and texts are read in runs.
            try db.execute(sql: "PRAGMA page_size = 16384; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536")
            if let pagesMax { try db.execute(sql: "PRAGMA max_page_count = \(pagesMax)") }
        }
        return configuration
    }

    /// Reads, with errors of the index.
    func read<Value>(_ body: (Database) throws -> Value) throws(IndexError) -> Value {
        do {
            return try queue.read(body)
        } catch {
            throw .of(error, path: path)
        }
    }

    /// Writes in one transaction: all of it happens or nothing.
    func write<Value>(_ body: (Database) throws -> Value) throws(IndexError) -> Value {
        do {
            return try queue.write(body)
        } catch {
            throw .of(error, path: path)
        }
    }

    /// Closes the file; the log beside it is folded in, if no other program has it open.
    func close() throws(IndexError) {
        do {
            try queue.close()
        } catch {
            throw .of(error, path: path)
        }
    }

    /// Passages and documents.
    func counts() throws(IndexError) -> (documents: Int, passages: Int) {
        try read { db in
            (
                try Int.fetchOne(db, sql: "SELECT count(*) FROM document") ?? 0,
                try Int.fetchOne(db, sql: "SELECT count(*) FROM vector") ?? 0
            )
        }
    }
}

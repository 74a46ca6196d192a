import AnnealCodes
import AnnealPlatform
import CSearchSQLite
import GRDB

/// An index file: documents, passages, their words and their vectors in one SQLite database.
///
/// SQLite's transactions are what makes it safe to be killed at any point: a document is there with all its passages,
/// words and vectors, or not at all. While it is written, SQLite keeps a log beside the file, which the next program
/// to open the file replays; it is folded into the file when the last program closes it.
final class SQLiteStore: IndexStore {
    private let path: Path
    let model: ModelIdentity
    private let queue: DatabaseQueue
    let hasChecksums: Bool
    private let access: SQLiteFile.Access
    /// The file and its content as they were when it was opened.
    private var stamp: FileStamp?
    let codes: IndexCodes?
    /// The vectors or their codes, once a search has asked for them.
    private var block: Block?
    /// What ranks words, once a search has asked for them.
    private var ranking: WordRanking?

    private enum Block {
        case bytes(VectorBlock)
        case codes(CodeBlock)
    }

    var place: String { "\(path)" }

    /// How long a program waits for another that writes.
    private static let busySeconds = 30.0

    /// Opens an index that exists.
    /// - Throws: ``IndexError``.
    init(opening path: Path) throws(IndexError) {
        do throws(FileError) { _ = try Files.status(of: path) } catch {
            throw error.error.isMissing
                ? .notFound(path: "\(path)") : .unreadable(path: "\(path)", message: "\(error.error)")
        }
        // Before it is opened: a file that is replaced in between looks changed.
        let seen = SQLiteStore.seen(path)
        do {
            do {
                (queue, model, codes, hasChecksums, access, stamp) = try SQLiteStore.opened(path, .readAndWrite, seen)
            } catch let error as DatabaseError
                where [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode.primaryResultCode)
            {
                // SQLite wants to write a file beside the index even to read it. Where it may not, the index is read as one
                // that nobody writes; should somebody all the same, the stamp tells.
                (queue, model, codes, hasChecksums, access, stamp) = try SQLiteStore.opened(
                    path, seen.log.size > 0 ? .immutableWithLog : .immutable, seen)
            }
        } catch {
            throw .of(error, path: "\(path)")
        }
        self.path = path
    }

    private static func seen(_ path: Path) -> (file: FileStamp.File, log: FileStamp.File) {
        (FileStamp.File(path), FileStamp.File(SQLiteFile.log(of: path)))
    }

    private static func opened(
        _ path: Path, _ access: SQLiteFile.Access, _ seen: (file: FileStamp.File, log: FileStamp.File)
    ) throws -> (DatabaseQueue, ModelIdentity, IndexCodes?, Bool, SQLiteFile.Access, FileStamp) {
        let queue = try DatabaseQueue(
            path: SQLiteFile.name(of: path, access), configuration: SQLiteStore.configuration(access))
        let place = "\(path)"
        return try queue.read { db in
            try SQLiteSchema.check(db, path: place)
            let settings = try SQLiteSchema.settings(db, path: place)
            return (
                queue, try ModelIdentity(settings: settings, place: place),
                try SQLiteSchema.codes(db, settings, path: place), try SQLiteSchema.hasChecksums(db), access,
                try stamp(db, access, seen)
            )
        }
    }

    private static func stamp(
        _ db: Database, _ access: SQLiteFile.Access, _ seen: (file: FileStamp.File, log: FileStamp.File)
    ) throws -> FileStamp {
        try FileStamp(db, seen.file, log: access == .readAndWrite ? nil : seen.log)
    }

    /// Another file may lie at the path, or another program may have changed this one.
    func hasChanged() throws(IndexError) -> Bool {
        guard let stamp else { return false }
        let seen = SQLiteStore.seen(path)
        return try read { db in try SQLiteStore.stamp(db, access, seen) != stamp }
    }

    /// Opens an index for a model, and makes it first if there is none.
    /// - Parameters:
    ///   - vectors: how they are kept; nil for as the index has them.
    ///   - anyModel: whether an index of another model is taken, to be made anew.
    ///   - pagesMax: the most pages that the file may grow to, for tests of a full disk; nil for no limit.
    /// - Throws: ``IndexError``, also for an index of another model, or that keeps vectors otherwise.
    init(
        path: Path, model: ModelIdentity, vectors: VectorStorage?, anyModel: Bool, pagesMax: Int?
    ) throws(IndexError) {
        do {
            (queue, codes) = try SQLiteStore.queue(path, model, vectors, anyModel, pagesMax)
        } catch {
            guard anyModel, case .damaged = error, SQLiteSchema.isOurs(path) else { throw error }
            // Damaged so that it cannot be opened, and to be made anew all the same.
            try SQLiteStore.reset(path)
            (queue, codes) = try SQLiteStore.queue(path, model, vectors, anyModel, pagesMax)
        }
        self.path = path
        self.model = model
        hasChecksums = true
        access = .readAndWrite
    }

    private static func queue(
        _ path: Path, _ model: ModelIdentity, _ vectors: VectorStorage?, _ anyModel: Bool, _ pagesMax: Int?
    ) throws(IndexError) -> (DatabaseQueue, IndexCodes?) {
        let place = "\(path)"
        if let found = vectors?.codes?.file.codec.dimension, found != model.dimension {
            throw .codec(path: place, .dimension(expected: model.dimension, found: found))
        }
        do {
            let queue = try DatabaseQueue(
                path: SQLiteFile.name(of: path), configuration: configuration(pagesMax: pagesMax))
            let codes: IndexCodes? = try queue.write { db in
                let isNew =
                    try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0
                    && Int.fetchOne(db, sql: "PRAGMA application_id") == 0
                if isNew { try SQLiteSchema.create(db, model: model, codes: vectors?.codes) }
                try SQLiteSchema.check(db, path: place)
                if anyModel { return vectors?.codes }
                let settings = try SQLiteSchema.settings(db, path: place)
                let found = try ModelIdentity(settings: settings, place: place)
                guard found == model else {
                    throw IndexError.otherModel(path: place, expected: found.hash, found: model.hash)
                }
                let codes = try SQLiteSchema.codes(db, settings, path: place)
                if let vectors, !vectors.isSame(as: codes) {
                    throw IndexError.otherStorage(
                        path: place, expected: VectorStorage(codes).description, found: vectors.description)
                }
                try SQLiteSchema.addChecksums(db, path: place)
                try SQLiteSchema.addChangeTimes(db)
                return codes
            }
            // Readers go on while the index is written. Only now that the file is known to be ours.
            try queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA journal_mode = WAL") }
            return (queue, codes)
        } catch {
            throw .of(error, path: place)
        }
    }

    /// Empties a damaged file.
    private static func reset(_ path: Path) throws(IndexError) {
        let status = index_reset(SQLiteFile.name(of: path))
        guard status == 0 else {
            throw .of(DatabaseError(resultCode: ResultCode(rawValue: status)), path: "\(path)")
        }
    }

    private static func configuration(_ access: SQLiteFile.Access = .readAndWrite, pagesMax: Int? = nil)
        -> Configuration
    {
        var configuration = Configuration()
        configuration.readonly = access != .readAndWrite
        configuration.busyMode = .timeout(busySeconds)
        configuration.prepareDatabase { db in
            // Before anything is read.
            if access == .immutableWithLog { try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
            // Only before the first table is made; large pages, because vectors and texts are read in runs.
            try db.execute(sql: "PRAGMA page_size = 16384; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536")
            // What waits to be written: some thousand texts.
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            try SQLiteSchema.addFunctions(db)
            if let pagesMax { try db.execute(sql: "PRAGMA max_page_count = \(pagesMax)") }
        }
        return configuration
    }

    func change(_ body: (any IndexWriter) throws -> Void) throws(IndexError) {
        try write { db in try body(SQLiteWriter(db: db, dimension: model.dimension, codes: codes, path: place)) }
    }

    func renew(_ body: (any IndexWriter) throws -> Void) throws(IndexError) {
        do {
            try write { db in
                let numbers = try RowNumbers(db, path: place)
                try SQLiteSchema.drop(db)
                try SQLiteSchema.create(db, model: model, codes: codes)
                try body(SQLiteWriter(db: db, dimension: model.dimension, codes: codes, path: place, numbers: numbers))
            }
        } catch {
            guard case .damaged = error else { throw error }
            // Of a damaged index nothing can be kept, and what is left of it must not stop the new one.
            try SQLiteStore.reset(path)
            try write { db in
                try SQLiteSchema.create(db, model: model, codes: codes)
                try body(SQLiteWriter(db: db, dimension: model.dimension, codes: codes, path: place))
            }
        }
    }

    func counts() throws(IndexError) -> (documents: Int, passages: Int) {
        try read { db in
            (
                try Int.fetchOne(db, sql: "SELECT count(*) FROM document") ?? 0,
                try Int.fetchOne(db, sql: "SELECT count(*) FROM vector") ?? 0
            )
        }
    }

    /// What words and vectors need lies in different tables: two threads read both in the time of the vectors.
    func load(vectors: Bool, words: Bool, threads: Int) throws(IndexError) {
        guard vectors, words, threads > 1, block == nil, ranking == nil else {
            if vectors { _ = try loadedBlock(threads: threads) }
            if words { _ = try loadedRanking() }
            return
        }
        // A connection is one thread's.
        let other = try SQLiteStore(opening: path)
        var failures = [IndexError?](repeating: nil, count: 2)
        failures.withUnsafeMutableBufferPointer { failures in
            // Each thread has its own place and its own store; both are joined before this goes on.
            nonisolated(unsafe) let places = failures.baseAddress!
            nonisolated(unsafe) let stores = (self, other)
            Parallel.forEach(2, threads: 2) { _, worker in
                do throws(IndexError) {
                    if worker == 0 {
                        _ = try stores.0.loadedBlock(threads: 1)
                    } else {
                        _ = try stores.1.loadedRanking()
                    }
                } catch {
                    places[worker] = error
                }
            }
        }
        for case let failure? in failures { throw failure }
        ranking = other.ranking
        try other.close()
    }

    /// Scans all vectors or codes, as they were when they were read.
    /// - Complexity: O(passages · dimension).
    func nearest(_ vector: [Float], limit: Int, threads: Int) throws(IndexError) -> [Scored] {
        switch try loadedBlock(threads: threads) {
        case .bytes(let block): return block.nearest(QuantizedVector(vector), limit: limit, threads: threads)
        case .codes(let block):
            do throws(CodecError) { return try block.nearest(vector, limit: limit, threads: threads) } catch {
                throw .codec(path: place, error)
            }
        }
    }

    func cosines(of passages: [Int64], with vector: [Float]) throws(IndexError) -> [Int64: Double]? {
        guard case .bytes(let block) = try loadedBlock(threads: 1) else { return nil }
        return block.cosines(of: passages, with: QuantizedVector(vector))
    }

    private func loadedBlock(threads: Int) throws(IndexError) -> Block {
        if let block { return block }
        let rows = try read { db in
            try vectorRows(db, expected: hasChecksums ? WordSeal(stored: db, path: place)?.passages : nil)
        }
        let read: Block
        if let codes {
            do throws(CodecError) { read = .codes(try CodeBlock(rows, codes, threads: threads)) } catch {
                throw .codec(path: place, error)
            }
        } else {
            read = .bytes(VectorBlock(rows))
        }
        block = read
        return read
    }

    /// The table of vectors.
    func vectorRows(_ db: Database, expected: Int?) throws -> VectorRows {
        try VectorRows(
            db, size: codes?.length ?? model.dimension, path: place, hasChecksums: hasChecksums, expected: expected)
    }

    /// Ranks by BM25.
    func worded(
        _ query: String, limit: Int, others: [Int64], besideVectors: Bool
    ) throws(IndexError) -> [Scored] {
        guard let words = WordQuery.matching(query) else { return [] }
        let ranking = try loadedRanking()
        return try read { db in
            try ranking.best(db, words, limit: limit, others: others, besideVectors: besideVectors)
        }
    }

    private func loadedRanking() throws(IndexError) -> WordRanking {
        if let ranking { return ranking }
        let read = try read { db in WordRanking(lengths: try lengths(db)) }
        ranking = read
        return read
    }

    /// The passages' lengths, once all that ranks words has been compared with its seal.
    func lengths(_ db: Database) throws -> PassageLengths {
        let lengths = try PassageLengths(db, path: place)
        if hasChecksums, let seal = try WordSeal(stored: db, path: place) {
            guard try WordSeal(of: db, lengths: lengths) == seal else {
                throw IndexError.damaged(path: place, message: "the words differ from their checksum")
            }
        }
        return lengths
    }

    func passages(_ ids: [Int64]) throws(IndexError) -> [Int64: (path: Path, passage: Passage)] {
        try read { db in
            var found: [Int64: (path: Path, passage: Passage)] = [:]
            for id in ids {
                let passage = try RowTable.passage.row(db, id, path: place, hasChecksums: hasChecksums)
                let document = try passage.flatMap { passage in
                    try RowTable.document.row(db, passage.number(1), path: place, hasChecksums: hasChecksums)
                }
                guard let passage, let document else {
                    // One that was replaced since it was ranked has no vector either.
                    let hasVector = try RowTable.vector.row(db, id, path: place, hasChecksums: hasChecksums) != nil
                    if !hasVector { continue }
                    throw IndexError.damaged(
                        path: place, message: "expected passage \(id) and its document, found none")
                }
                found[id] = (
                    Path(stored: try document.text(1)),
                    Passage(heading: try passage.text(3), text: try passage.text(4), line: Int(try passage.number(2)))
                )
            }
            return found
        }
    }

    /// Closes the file. After writing the log beside it is folded in and emptied, whoever else has the file open: a file
    /// that is put in this one's place later must not meet the log of another.
    func close() throws(IndexError) {
        do {
            if stamp == nil {
                // Where a reader is in the way for longer, or the disk is full, all is in the log still.
                try? queue.writeWithoutTransaction { db in
                    try db.execute(sql: "PRAGMA busy_timeout = 2000; PRAGMA wal_checkpoint(TRUNCATE)")
                }
            }
            try queue.close()
        } catch {
            throw .of(error, path: place)
        }
    }

    /// Reads, with errors of the index.
    private func read<Value>(_ body: (Database) throws -> Value) throws(IndexError) -> Value {
        do {
            return try queue.read(body)
        } catch {
            throw .of(error, path: place)
        }
    }

    /// Writes in one transaction: all of it happens or nothing.
    func write(_ body: (Database) throws -> Void) throws(IndexError) {
        do {
            try queue.write(body)
        } catch {
            throw .of(error, path: place)
        }
    }
}

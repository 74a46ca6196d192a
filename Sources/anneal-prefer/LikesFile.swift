import AnnealPlatform
import AnnealPreferences
import GRDB

/// What can go wrong with a likes file. Every case says what was expected and what was found.
enum LikesFileError: Error, Hashable, Sendable, CustomStringConvertible {
    case missing(path: String)
    case notLikes(path: String, found: String)
    case newer(path: String, supported: Int, found: Int)
    case damaged(path: String, message: String)
    case unopened(path: String, message: String)
    case locked(path: String)
    case failed(path: String, message: String)

    var description: String {
        switch self {
        case .missing(let path): "\(path): expected a likes file of 'anneal word-of-the-day', found none"
        case .notLikes(let path, let found):
            "\(path): expected a likes file of 'anneal word-of-the-day', found \(found)"
        case .newer(let path, let supported, let found):
            "\(path): expected a likes file of version \(supported) at most, found \(found): update Anneal"
        case .damaged(let path, let message): "\(path): expected a whole likes file, found a damaged one: \(message)"
        case .unopened(let path, let message): "\(path): expected a likes file or a place for one: \(message)"
        case .locked(let path):
            "\(path): expected a likes file that can be used, found one that another program has locked"
        case .failed(let path, let message): "\(path): \(message)"
        }
    }
}

/// What a person has liked and skipped, and the word of each day so far: one small SQLite file.
///
/// A day's word is read or made in one transaction, beside which nobody else writes. So programs that ask at once have the
/// same word.
struct LikesFile {
    /// "ANLK": what `file` and SQLite tools show as the application.
    private static let applicationID = 0x414E_4C4B
    private static let version = 1

    struct Told: Hashable, Sendable {
        let word: String
        let isLiked: Bool
    }

    /// A day's word, and why it was picked.
    struct Pick: Hashable, Sendable {
        let day: Day
        let word: String
        /// What the word was near to, with cosines; nil if it was drawn from all.
        let reason: Reason?

        struct Reason: Hashable, Sendable {
            let score: Double
            let nearest: String
            let likeness: Double
        }
    }

    /// What picking goes by.
    struct History: Sendable {
        let opinions: [Told]
        /// The words of the days around this one that must not come again.
        let recent: [String]
    }

    private let place: String
    private let queue: DatabaseQueue

    /// Opens a file to read and write it, and makes it if there is none.
    /// - Parameter patience: how many seconds to wait for another program that writes.
    /// - Throws: ``LikesFileError``.
    init(_ path: Path, patience: Double = 10) throws(LikesFileError) {
        try self.init(path, patience: patience, isReadOnly: false)
        try write { db in
            let isNew =
                try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0
                && Int.fetchOne(db, sql: "PRAGMA application_id") == 0
            if isNew { try Self.create(db) }
            try check(db)
        }
    }

    /// Opens a file that is there, to read it.
    /// - Throws: ``LikesFileError``.
    init(reading path: Path, patience: Double = 10) throws(LikesFileError) {
        do throws(FileError) { _ = try Files.status(of: path) } catch {
            throw error.error.isMissing
                ? .missing(path: "\(path)") : .unopened(path: "\(path)", message: "\(error.error)")
        }
        try self.init(path, patience: patience, isReadOnly: true)
        try read(check)
    }

    private init(_ path: Path, patience: Double, isReadOnly: Bool) throws(LikesFileError) {
        place = "\(path)"
        // SQLite gives some names a meaning of its own: `:memory:`, and what begins with `file:`.
        guard let text = path.text else {
            throw .unopened(path: place, message: "expected a name in UTF-8, found other bytes")
        }
        var configuration = Configuration()
        configuration.readonly = isReadOnly
        configuration.busyMode = .timeout(patience)
        do {
            queue = try DatabaseQueue(path: path.isAbsolute ? text : "./" + text, configuration: configuration)
        } catch {
            throw Self.error(error, place)
        }
    }

    private static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE opinion(
                    word TEXT PRIMARY KEY,
                    liked INTEGER NOT NULL CHECK(liked IN (0, 1)),
                    told INTEGER NOT NULL) WITHOUT ROWID;
                CREATE TABLE pick(
                    day INTEGER PRIMARY KEY,
                    word TEXT NOT NULL,
                    score REAL, nearest TEXT, likeness REAL);
                PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version);
                """)
    }

    private func check(_ db: Database) throws {
        guard try Int.fetchOne(db, sql: "PRAGMA application_id") == Self.applicationID else {
            throw LikesFileError.notLikes(path: place, found: "a database of something else")
        }
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard found <= Self.version else {
            throw LikesFileError.newer(path: place, supported: Self.version, found: found)
        }
    }

    /// What was liked and skipped, in the order of being told.
    func opinions() throws(LikesFileError) -> [Told] { try read(Self.opinions) }

    private static func opinions(_ db: Database) throws -> [Told] {
        try Row.fetchAll(db, sql: "SELECT word, liked FROM opinion ORDER BY told, word").map {
            Told(word: $0["word"], isLiked: $0["liked"])
        }
    }

    /// Remembers what a person thinks of a word; what they thought before is forgotten.
    func tell(_ word: String, isLiked: Bool, on day: Day) throws(LikesFileError) {
        try write { db in
            try db.execute(
                sql: """
                    INSERT INTO opinion VALUES (?, ?, ?)
                    ON CONFLICT(word) DO UPDATE SET liked = excluded.liked, told = excluded.told
                    """, arguments: [word, isLiked, day.number])
        }
    }

    /// The word of a day: the one it had, unless that was skipped since, or else what `choose` picks.
    /// - Throws: ``LikesFileError``, and what `choose` throws: nothing is written then.
    func pick(_ day: Day, _ choose: (History) throws -> Pick) throws -> Pick {
        do {
            var result: Pick?
            try queue.inDatabase { db in
                try db.inTransaction(.immediate) {
                    let opinions = try Self.opinions(db)
                    let known = try Row.fetchOne(db, sql: "SELECT * FROM pick WHERE day = ?", arguments: [day.number])
                    if let known, !opinions.contains(Told(word: known["word"], isLiked: false)) {
                        result = Self.pick(known)
                        return .rollback
                    }
                    let reach = DailyPick.restDays
                    let recent = try String.fetchAll(
                        db, sql: "SELECT word FROM pick WHERE day BETWEEN ? AND ? ORDER BY day",
                        arguments: [day.number - reach, day.number + reach])
                    let pick = try choose(History(opinions: opinions, recent: recent))
                    try db.execute(
                        sql: "INSERT OR REPLACE INTO pick VALUES (?, ?, ?, ?, ?)",
                        arguments: [
                            day.number, pick.word, pick.reason?.score, pick.reason?.nearest, pick.reason?.likeness,
                        ])
                    result = pick
                    return .commit
                }
            }
            // It was set, or something was thrown.
            return result!
        } catch let error as DatabaseError {
            throw Self.error(error, place)
        }
    }

    /// The word that a day has already.
    func pick(of day: Day) throws(LikesFileError) -> Pick? {
        try read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM pick WHERE day = ?", arguments: [day.number]).map(Self.pick)
        }
    }

    private static func pick(_ row: Row) -> Pick {
        let score: Double? = row["score"]
        let nearest: String? = row["nearest"]
        let likeness: Double? = row["likeness"]
        let reason: Pick.Reason? =
            if let score, let nearest, let likeness {
                Pick.Reason(score: score, nearest: nearest, likeness: likeness)
            } else { nil }
        return Pick(day: Day(number: row["day"]), word: row["word"], reason: reason)
    }

    private func read<Value>(_ body: (Database) throws -> Value) throws(LikesFileError) -> Value {
        do { return try queue.read(body) } catch { throw Self.error(error, place) }
    }

    private func write(_ body: (Database) throws -> Void) throws(LikesFileError) {
        do {
            try queue.inDatabase { db in
                try db.inTransaction(.immediate) {
                    try body(db)
                    return .commit
                }
            }
        } catch {
            throw Self.error(error, place)
        }
    }

    private static func error(_ error: any Error, _ place: String) -> LikesFileError {
        if let error = error as? LikesFileError { return error }
        guard let error = error as? DatabaseError else { return .failed(path: place, message: "\(error)") }
        let message = error.message ?? "error \(error.resultCode.rawValue)"
        return switch error.resultCode.primaryResultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: .locked(path: place)
        case .SQLITE_NOTADB: .notLikes(path: place, found: "a file that is no SQLite database")
        case .SQLITE_CORRUPT, .SQLITE_CONSTRAINT: .damaged(path: place, message: message)
        case .SQLITE_CANTOPEN, .SQLITE_READONLY: .unopened(path: place, message: message)
        default: .failed(path: place, message: message)
        }
    }
}

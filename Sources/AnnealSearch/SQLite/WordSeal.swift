import AnnealModel
import GRDB

/// One checksum over all that ranks words: FTS5's tables, whose rows cannot have checksums of their own, and the text of
/// the schema that says how words are cut; and the number of passages.
///
/// It is made when an indexing run ends and opened by the first change of the next one. So an index whose run was killed
/// has none until a run ends.
struct WordSeal: Equatable {
    let passages: Int
    let checksum: UInt64

    /// The setting that keeps it.
    static let setting = "seal"
    /// Its value while there is none.
    static let open = "open"

    init(passages: Int, checksum: UInt64) {
        self.passages = passages
        self.checksum = checksum
    }

    /// Reads the seal that is stored; nil while it is open.
    /// - Throws: ``IndexError/damaged(path:message:)`` for a text that is none.
    init?(stored db: Database, path: String) throws {
        let text = try String.fetchOne(
            db, sql: "SELECT value FROM setting WHERE name = ?", arguments: [WordSeal.setting])
        if text == WordSeal.open { return nil }
        let parts = (text ?? "").split(separator: " ")
        guard parts.count == 2, let passages = Int(parts[0]), let checksum = UInt64(parts[1], radix: 16) else {
            throw IndexError.damaged(path: path, message: "expected the seal of the words, found \(text ?? "none")")
        }
        self.init(passages: passages, checksum: checksum)
    }

    /// Makes it of the tables as they are.
    /// - Complexity: O(words); about 0.1 s for a million lines.
    init(of db: Database, lengths: PassageLengths) throws {
        var sum = lengths.checksum
        for sql in [
            "SELECT id, block FROM passage_text_data ORDER BY id",
            "SELECT segid, quote(term) || pgno FROM passage_text_idx ORDER BY segid, term",
            "SELECT 0, quote(k) || quote(v) FROM passage_text_config ORDER BY k",
            "SELECT 0, sql FROM sqlite_schema WHERE name = 'passage_text'",
        ] {
            try RowReader.read(db, sql) { number, bytes in sum = RowChecksum.next(number, bytes, after: sum) }
        }
        self.init(passages: lengths.count, checksum: sum)
    }

    func store(_ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO setting VALUES (?, ?)",
            arguments: [WordSeal.setting, "\(passages) \(String(checksum, radix: 16))"])
    }

    /// To be called before any change.
    static func unseal(_ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE setting SET value = ?2 WHERE name = ?1 AND value <> ?2")
            .execute(arguments: [setting, open])
    }
}

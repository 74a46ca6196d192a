import AnnealCodes
import AnnealFormats
import AnnealPlatform
import Foundation
import GRDB

/// An open transaction of an index file.
final class SQLiteWriter: IndexWriter {
    private let db: Database
    private let dimension: Int
    /// Nil to keep vectors in bytes.
    private let codes: IndexCodes?
    private let path: String
    /// As they were before the transaction, and what it has given out.
    private var numbers: RowNumbers

    /// - Parameter numbers: those of the tables that were dropped in this transaction; nil to read them.
    init(db: Database, dimension: Int, codes: IndexCodes?, path: String, numbers: RowNumbers? = nil) throws {
        self.db = db
        self.dimension = dimension
        self.codes = codes
        self.path = path
        self.numbers = try numbers ?? RowNumbers(db, path: path)
    }

    func documents() throws -> [StoredDocument] {
        let rows = try Row.fetchCursor(
            db, sql: "SELECT id, path, kind, size, modified_ns, changed_ns, hash FROM document")
        var documents: [StoredDocument] = []
        while let row = try rows.next() {
            let row = FileRow(row: row, path: path)
            documents.append(
                StoredDocument(
                    id: try row.number(0), path: Path(stored: try row.text(1)), kind: try row.text(2),
                    size: Int(try row.number(3)), modifiedNanoseconds: Int(try row.number(4)),
                    changedNanoseconds: Int(try row.number(5)), hash: try row.text(6)))
        }
        return documents
    }

    func remove(_ documents: [StoredDocument]) throws {
        try WordSeal.unseal(db)
        try numbers.store(db)
        for document in documents {
            try db.execute(sql: "DELETE FROM document WHERE id = ?", arguments: [document.id])
        }
    }

    func confirm(_ documents: [(stored: StoredDocument, file: FoundFile)]) throws {
        let set = try db.cachedStatement(
            sql: "UPDATE document SET size = ?, modified_ns = ?, changed_ns = ? WHERE id = ?")
        for (stored, file) in documents {
            try set.execute(arguments: [file.size, file.modifiedNanoseconds, file.changedNanoseconds, stored.id])
        }
    }

    func replace(_ documents: [PendingDocument]) throws -> [Int64] {
        try WordSeal.unseal(db)
        let add = try db.cachedStatement(
            sql: """
                INSERT INTO document(id, path, kind, size, modified_ns, changed_ns, hash, checksum)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """)
        let added = try documents.map { document in
            let file = document.file
            let path = file.path.stored
            try db.execute(sql: "DELETE FROM document WHERE path = ?", arguments: [path])
            let id = numbers.next(.document)
            let kind = file.kind.rawValue
            let checksum = RowChecksum.document(id: id, path: path, kind: kind, hash: document.hash)
            try add.execute(
                arguments: [
                    id, path, kind, file.size, file.modifiedNanoseconds, file.changedNanoseconds, document.hash,
                    checksum,
                ])
            return id
        }
        try numbers.store(db)
        return added
    }

    /// Passages wait in a table in memory and enter theirs by one statement. A statement that fires triggers may fail half
    /// way, so SQLite saves each page that it changes and FTS5 writes out its words before it starts: for each passage
    /// alone that is 50 kB to a file beside the index.
    func add(_ passages: ArraySlice<(document: Int64, passage: Passage)>, vectors: Matrix, threads: Int) throws {
        try WordSeal.unseal(db)
        try db.execute(
            sql: """
                CREATE TEMP TABLE IF NOT EXISTS waiting(
                    id INTEGER PRIMARY KEY, document INTEGER, line INTEGER, heading TEXT, text TEXT, checksum INTEGER)
                """)
        let wait = try db.cachedStatement(
            sql: "INSERT INTO temp.waiting(id, document, line, heading, text, checksum) VALUES (?, ?, ?, ?, ?, ?)")
        let ids = try passages.map { document, passage in
            let id = numbers.next(.passage)
            let checksum = RowChecksum.passage(
                id: id, document: document, line: Int64(passage.line), heading: passage.heading, text: passage.text)
            try wait.execute(arguments: [id, document, passage.line, passage.heading, passage.text, checksum])
            return id
        }
        try db.execute(
            sql: """
                INSERT INTO passage(id, document, line, heading, text, checksum)
                SELECT id, document, line, heading, text, checksum FROM temp.waiting ORDER BY id;
                DELETE FROM temp.waiting
                """)
        let addVector = try db.cachedStatement(
            sql: "INSERT INTO vector(passage, scale, data, checksum) VALUES (?, ?, ?, ?)")
        let coded = try codes.map { codes in
            try codes.file.codec.encode(vectors, length: codes.length, threads: threads)
        }
        for (row, id) in ids.enumerated() {
            let vector = UnsafeBufferPointer(start: vectors.row(row), count: dimension)
            let (data, scale): (Data, Double)
            if let codes, let coded {
                data = Data(coded[row * codes.length..<(row + 1) * codes.length])
                // A code is worth what its codec says, and the zero vector nothing.
                scale = vector.contains { $0 != 0 } ? 1 : 0
            } else {
                let quantized = QuantizedVector(vector)
                data = quantized.values.withUnsafeBytes { Data($0) }
                scale = quantized.scale
            }
            let checksum = data.withUnsafeBytes { RowChecksum.vector(passage: id, scale: scale, data: $0) }
            try addVector.execute(arguments: [id, scale, data, checksum])
        }
        try numbers.store(db)
    }

    /// Seals the words, if anything has changed.
    func complete() throws {
        guard try WordSeal(stored: db, path: path) == nil else { return }
        try WordSeal(of: db, lengths: PassageLengths(db, path: path)).store(db)
    }
}

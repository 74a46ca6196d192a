import GRDB

/// An open transaction of an index file.
struct SQLiteWriter: IndexWriter {
    let db: Database
    let dimension: Int

    func documents() throws -> [StoredDocument] {
        let rows = try Row.fetchCursor(db, sql: "SELECT id, path, kind, size, modified_ns, hash FROM document")
        var documents: [StoredDocument] = []
        while let row = try rows.next() {
            documents.append(
                StoredDocument(
                    id: row[0], path: row[1], kind: row[2], size: row[3], modifiedNanoseconds: row[4], hash: row[5]))
        }
        return documents
    }

    func remove(_ documents: [StoredDocument]) throws {
        for document in documents {
            try db.execute(sql: "DELETE FROM document WHERE id = ?", arguments: [document.id])
        }
    }

    func confirm(_ document: StoredDocument, as file: FoundFile) throws {
        try db.execute(
            sql: "UPDATE document SET size = ?, modified_ns = ? WHERE id = ?",
            arguments: [file.size, file.modifiedNanoseconds, document.id])
    }

    func replace(_ documents: [PendingDocument]) throws -> [Int64] {
        let add = try db.cachedStatement(
            sql: "INSERT INTO document(path, kind, size, modified_ns, hash) VALUES (?, ?, ?, ?, ?)")
        return try documents.map { document in
            let file = document.file
            try db.execute(sql: "DELETE FROM document WHERE path = ?", arguments: [file.path])
            try add.execute(
                arguments: [file.path, file.kind.rawValue, file.size, file.modifiedNanoseconds, document.hash])
            return db.lastInsertedRowID
        }
    }

    func add(_ passages: ArraySlice<(document: Int64, passage: Passage)>, vectors: [Float]) throws {
        let addPassage = try db.cachedStatement(
            sql: "INSERT INTO passage(id, document, line, heading, text) VALUES (?, ?, ?, ?, ?)")
        let addVector = try db.cachedStatement(sql: "INSERT INTO vector(passage, scale, data) VALUES (?, ?, ?)")
        var id = try Int64.fetchOne(db, sql: "SELECT coalesce(max(id), 0) FROM passage") ?? 0
        for (row, (document, passage)) in passages.enumerated() {
            id += 1
            try addPassage.execute(arguments: [id, document, passage.line, passage.heading, passage.text])
            let vector = QuantizedVector(vectors[row * dimension..<(row + 1) * dimension])
            try addVector.execute(arguments: [id, vector.scale, vector.data])
        }
    }

    /// Nothing: vectors are scanned.
    func complete() {}
}

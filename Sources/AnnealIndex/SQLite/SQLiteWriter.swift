import GRDB

/// An open transaction of an index file.
struct SQLiteWriter: IndexWriter {
    let db: Database
    let dimension: Int
    let path: String

    func documents() throws -> [StoredDocument] {
        let rows = try Row.fetchCursor(db, sql: "SELECT id, path, kind, size, modified_ns, hash FROM document")
        var documents: [StoredDocument] = []
        while let row = try rows.next() {
            let row = FileRow(row: row, path: path)
            documents.append(
                StoredDocument(
                    id: try row.number(0), path: try row.text(1), kind: try row.text(2), size: Int(try row.number(3)),
                    modifiedNanoseconds: Int(try row.number(4)), hash: try row.text(5)))
        }
        return documents
    }

    func remove(_ documents: [StoredDocument]) throws {
        try WordSeal.unseal(db)
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
        try WordSeal.unseal(db)
        let add = try db.cachedStatement(
            sql: "INSERT INTO document(id, path, kind, size, modified_ns, hash, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)")
        var id = try Int64.fetchOne(db, sql: "SELECT coalesce(max(id), 0) FROM document") ?? 0
        return try documents.map { document in
            let file = document.file
            try db.execute(sql: "DELETE FROM document WHERE path = ?", arguments: [file.path])
            id += 1
            let kind = file.kind.rawValue
            let checksum = RowChecksum.document(id: id, path: file.path, kind: kind, hash: document.hash)
            try add.execute(
                arguments: [id, file.path, kind, file.size, file.modifiedNanoseconds, document.hash, checksum])
            return id
        }
    }

    func add(_ passages: ArraySlice<(document: Int64, passage: Passage)>, vectors: [Float]) throws {
        try WordSeal.unseal(db)
        let addPassage = try db.cachedStatement(
            sql: "INSERT INTO passage(id, document, line, heading, text, checksum) VALUES (?, ?, ?, ?, ?, ?)")
        let addVector = try db.cachedStatement(
            sql: "INSERT INTO vector(passage, scale, data, checksum) VALUES (?, ?, ?, ?)")
        var id = try Int64.fetchOne(db, sql: "SELECT coalesce(max(id), 0) FROM passage") ?? 0
        for (row, (document, passage)) in passages.enumerated() {
            id += 1
            let checksum = RowChecksum.passage(
                id: id, document: document, line: Int64(passage.line), heading: passage.heading, text: passage.text)
            try addPassage.execute(
                arguments: [id, document, passage.line, passage.heading, passage.text, checksum])
            let vector = QuantizedVector(vectors[row * dimension..<(row + 1) * dimension])
            let vectorChecksum = vector.values.withUnsafeBytes {
                RowChecksum.vector(passage: id, scale: vector.scale, data: $0)
            }
            try addVector.execute(arguments: [id, vector.scale, vector.data, vectorChecksum])
        }
    }

    /// Seals the words, if anything has changed.
    func complete() throws {
        guard try WordSeal(stored: db, path: path) == nil else { return }
        try WordSeal(of: db, lengths: PassageLengths(db, path: path)).store(db)
    }
}
